"""Patients of radiotherapy as a cohort: planning CT, contours and T stage become readings for a reader to confirm."""
