"""The intervals of the measures that only evaluations print; those of rates and AUCs: `desktop.learning.statistics`.

How often each covers the truth: `training.statistics.coverage`.
"""

from __future__ import annotations

import numpy.typing as npt

from desktop.learning.statistics.estimate import Estimate, Undefined
from desktop.learning.statistics.reported import WILSON_EFFECTIVE, Cases, Reported, as_reported, rates
from training.statistics.calibration import brier, calibration_intercept, calibration_slope
from training.statistics.comparison import recovered_difference
from training.statistics.prevalence import npv_at, ppv_at


def predictive_values(
    cases: Cases, called: npt.ArrayLike, prevalence: float
) -> tuple[Reported | Undefined, Reported | Undefined]:
    """Positive and negative predictive value of calls [n] at another prevalence."""
    own = rates(cases, called)
    sensitivity, specificity = _estimate(own.sensitivity), _estimate(own.specificity)
    if isinstance(sensitivity, Undefined):
        return sensitivity, sensitivity
    if isinstance(specificity, Undefined):
        return specificity, specificity
    method = f"from the intervals of sensitivity and specificity (Donner and Zou), prevalence {prevalence:g}"
    ppv, npv = ppv_at(sensitivity, specificity, prevalence), npv_at(sensitivity, specificity, prevalence)
    return as_reported(cases.unit, ppv, method), as_reported(cases.unit, npv, method)


def area_difference(cases: Cases, scores: npt.ArrayLike, others: npt.ArrayLike) -> Reported | Undefined:
    """The AUC of one score [n] minus that of another [n], paired."""
    return as_reported(
        cases.unit,
        recovered_difference(cases.positive, scores, others, cases.patient),
        f"from the intervals of both AUCs (Zou), correlated by {_variance(cases)} covariance",
    )


def intercept(cases: Cases, probabilities: npt.ArrayLike) -> Reported | Undefined:
    """Calibration in the large of probabilities [n]; 0 is ideal."""
    return as_reported(
        cases.unit,
        calibration_intercept(cases.positive, probabilities, cases.patient),
        "t test of the patients' residuals, inverted",
    )


def slope(cases: Cases, probabilities: npt.ArrayLike) -> Reported | Undefined:
    """Calibration slope of probabilities [n]; 1 is ideal.

    With an AUC near 0.99 and 30 patients most cohorts are fully apart and have none, and the others
    are covered less often than stated (`training.statistics.coverage.SLOPE`).
    """
    return as_reported(
        cases.unit,
        calibration_slope(cases.positive, probabilities, cases.patient),
        "profile likelihood above, Wald below, variance between patients",
    )


def brier_score(cases: Cases, probabilities: npt.ArrayLike) -> Reported | Undefined:
    """Brier's score of probabilities [n]; 0 is ideal."""
    return as_reported(
        cases.unit,
        brier(cases.positive, probabilities, cases.patient),
        WILSON_EFFECTIVE,
    )


def _variance(cases: Cases) -> str:
    return "Obuchowski's" if cases.clustered else "DeLong's"


def _estimate(figure: Reported | Undefined) -> Estimate | Undefined:
    return figure if isinstance(figure, Undefined) else Estimate(figure.value, figure.low, figure.high)
