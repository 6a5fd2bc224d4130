"""How good is a model: a cohort judged as the application judges, measured by slice, series and patient."""
