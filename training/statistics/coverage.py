"""How often intervals covered the truth in simulated cohorts, as reports quote it; the one place for these figures.

`tests/simulations/interval_coverage.py` gives them, docs/interval_coverage.md shows all of them.
"""

REPORTED = "in 93 % or more of simulated cohorts of 30 and of 300 patients, 42 % of them positive"
"""Of the intervals in `training.statistics.reported`."""

OTHER_AUC = (
    "DeLong's covered 54 to 58 %, the bootstrap's 58 to 62 %, DeLong's on the logit scale 93 to 98 % (by patient)"
)
"""Of the AUC in other publications, of 30 patients with an AUC near 0.96."""

AUC_DIFFERENCE = "86 to 94 % of simulated cohorts of 30 patients"
"""Of the difference of two AUCs, by DeLong's or Obuchowski's test."""

SLOPE = "89 to 92 %"
"""Of the calibration slope, at an AUC of 0.99 in 30 patients."""
