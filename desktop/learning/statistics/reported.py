"""The intervals of rates and AUCs that cards and reports print, with their methods in words.

How often each covers the truth: docs/interval_coverage.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from desktop.learning.statistics.auc_intervals import newcombe_auc
from desktop.learning.statistics.clusters import Clusters, Flags
from desktop.learning.statistics.estimate import Estimate, Undefined
from desktop.learning.statistics.proportions import clustered_share

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


def area(cases: Cases, scores: npt.ArrayLike) -> Reported | Undefined:
    """The AUC of scores [n]."""
    return as_reported(
        cases.unit,
        newcombe_auc(cases.positive, scores, cases.patient),
        "Newcombe's method 5" + (" for the effective number of cases, patients as clusters" if cases.clustered else ""),
    )
