"""Slices and series that belong to one patient are alike; patients are independent."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.learning.statistics.beta import quantile
from desktop.learning.statistics.estimate import CONFIDENCE

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

DOUBTED = 2
"""So many further patients are thought of, about whom the worst is assumed, wherever a variance is estimated.

The variance between few patients is often far too small, since none of them is one whom a model fails altogether.
Without such patients intervals by slice cover too rarely at 20 and 30 patients, with more of them too often
(docs/interval_coverage.md); at 200 they hardly count.
"""


@dataclass(frozen=True, eq=False)
class Clusters:
    """Which trial is whose.

    Attributes:
        index: [n] from 0, the patient of each trial.
        sizes: [patients] trials of each.
    """

    index: npt.NDArray[np.intp]
    sizes: npt.NDArray[np.intp]

    @staticmethod
    def of(keys: npt.ArrayLike) -> Clusters:
        """Clusters from the patients' keys [n], of any kind."""
        _, index = np.unique(np.asarray(keys), return_inverse=True)
        return Clusters(index, np.bincount(index))

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def single(self) -> bool:
        """Has every patient one trial only?"""
        return bool((self.sizes == 1).all())

    def sums(self, values: npt.ArrayLike) -> Doubles:
        """Sums [k, patients] of values [k, n] within each patient."""
        rows = np.atleast_2d(np.asarray(values, dtype=np.float64))
        return np.stack([np.bincount(self.index, row, len(self)) for row in rows])

    def independent(self) -> float:
        """As many trials as these are worth when those of one patient are all the same (Kish 1965)."""
        return float(self.sizes.sum() ** 2 / (self.sizes**2).sum())

    def variance_of_mean(self, values: npt.ArrayLike) -> float:
        """Variance of the mean of values [n], between patients (linearised ratio); two patients at least."""
        given = np.asarray(values, dtype=np.float64)
        apart = self.sums(given - given.mean())
        return float(len(self) / (len(self) - 1) * (apart**2).sum() / len(given) ** 2)

    def effective_number(self, values: npt.ArrayLike) -> float:
        """As many independent cases as the n of these patients are worth for the mean of values [n].

        n over the design effect (Kish 1965): the variance of the mean between patients over that of as many independent
        cases, mixed with that of DOUBTED further patients within whom all are the same. Never more than n; n where each
        patient has one; where no two values differ a patient counts once.
        """
        given, worth = np.asarray(values, dtype=np.float64), self.independent()
        spread = float(given.var())
        if self.single or len(self) < 2 or spread <= 0:
            return worth
        between = (len(self) * self.variance_of_mean(given) + DOUBTED * spread / worth) / (len(self) + DOUBTED)
        return min(float(len(given)), spread / between)


def t_quantile(freedom: int) -> float:
    """As many standard errors lie on each side of a figure in a 95 % interval by Student's t."""
    # The square of t over itself and the degrees of freedom is a beta variable.
    squared = quantile(CONFIDENCE, 0.5, freedom / 2)
    return math.sqrt(freedom * squared / (1 - squared))
