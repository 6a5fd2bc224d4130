"""The interval of every measure that a report prints, with its method in words.

How often each covers the truth: `training.statistics.coverage`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from training.statistics.auc_intervals import newcombe_auc
from training.statistics.calibration import brier, calibration_intercept, calibration_slope
from training.statistics.clusters import Clusters, Flags
from training.statistics.comparison import recovered_difference
from training.statistics.estimate import Estimate, Undefined
from training.statistics.prevalence import npv_at, ppv_at
from training.statistics.proportions import clustered_share

Unit = Literal["slice", "series", "patient"]

WILSON = "Wilson"
WILSON_EFFECTIVE = "Wilson for the effective number of cases, patients as clusters"


@dataclass(frozen=True)
class Reported:
    """A figure as printed: its unit, its 95 % interval, and how that was made."""

    unit: Unit
    value: float
    low: float
    high: float
    method: str


@dataclass(frozen=True, eq=False)
class Cases:
    """What is measured on.

    Attributes:
        positive: [n] labels of n slices, series or patients.
        patient: [n] keys: whose each is.
    """

    unit: Unit
    positive: Flags
    patient: npt.NDArray[np.generic]

    @staticmethod
    def of(unit: Unit, positive: npt.ArrayLike, patient: npt.ArrayLike | None = None) -> Cases:
        """Cases from anything like arrays; without keys each is a patient of its own."""
        labels = np.asarray(positive, dtype=bool)
        return Cases(unit, labels, np.arange(len(labels)) if patient is None else np.asarray(patient))

    @property
    def clustered(self) -> bool:
        """Has any patient more than one?"""
        return not Clusters.of(self.patient).single


@dataclass(frozen=True)
class Rates:
    """What calls are worth."""

    accuracy: Reported | Undefined
    sensitivity: Reported | Undefined
    specificity: Reported | Undefined
    ppv: Reported | Undefined
    npv: Reported | Undefined


def as_reported(unit: Unit, estimate: Estimate | Undefined, method: str) -> Reported | Undefined:
    """An estimate as printed, with its unit and how its interval was made."""
    return (
        estimate
        if isinstance(estimate, Undefined)
        else Reported(unit, estimate.value, estimate.low, estimate.high, method)
    )


def share(unit: Unit, hits: npt.ArrayLike, patient: npt.ArrayLike) -> Reported | Undefined:
    """A share of hits [n] among slices, series or patients."""
    return as_reported(
        unit, clustered_share(hits, patient), WILSON if Clusters.of(patient).single else WILSON_EFFECTIVE
    )


def rates(cases: Cases, called: npt.ArrayLike) -> Rates:
    """Accuracy, sensitivity, specificity and predictive values of calls [n], at the prevalence of the cases."""
    calls = np.asarray(called, dtype=bool)
    right = calls == cases.positive

    def of(among: Flags, kind: str) -> Reported | Undefined:
        if not among.any():
            return Undefined(f"no {cases.unit} {kind}")
        return share(cases.unit, right[among], cases.patient[among])

    return Rates(
        accuracy=of(np.ones_like(right), "was called"),
        sensitivity=of(cases.positive, "is positive"),
        specificity=of(~cases.positive, "is negative"),
        ppv=of(calls, "was called positive"),
        npv=of(~calls, "was called negative"),
    )


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


def area(cases: Cases, scores: npt.ArrayLike) -> Reported | Undefined:
    """The AUC of scores [n]."""
    return as_reported(
        cases.unit,
        newcombe_auc(cases.positive, scores, cases.patient),
        "Newcombe's method 5" + (" for the effective number of cases, patients as clusters" if cases.clustered else ""),
    )


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
