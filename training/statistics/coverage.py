"""How often intervals covered the truth in simulated cohorts, as reports quote it; the one place for these figures.

`tests/simulations/interval_coverage.py` gives them, docs/interval_coverage.md shows them.
"""

REPORTED = "in 93 to 98 % of simulated cohorts of 20 to 200 patients, over four designs with AUCs from 0.67 to 0.99"
"""Of the intervals of shares and AUCs in `desktop.learning.statistics.reported`."""

AUC_DIFFERENCE = "86 to 94 % of simulated cohorts of 30 patients"
"""Of the difference of two AUCs, by DeLong's or Obuchowski's test."""

SLOPE = "89 to 92 %"
"""Of the calibration slope, at an AUC of 0.99 in 30 patients."""
