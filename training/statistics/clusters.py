"""Slices and series that belong to one patient are alike; patients are independent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from training.statistics.estimate import CONFIDENCE

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

DOUBTED = 6
"""So many further patients are thought of, about whom the worst is assumed, wherever a variance is estimated.

Thirty patients often hold none of the rare ones whom a model fails altogether, and their variance is then far too
small. With 6 every interval covers well at 30 patients (docs/interval_coverage.md; Brier's does not with 4); at 300
they hardly count.
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

    def effective_trials(self, values: npt.ArrayLike) -> float:
        """As many independent trials of yes or no as give the mean of values [n] between 0 and 1 its variance.

        The variance is that between patients (Korn and Graubard 1998), mixed with that of DOUBTED further patients
        whose values are all 0 or all 1. Where all values are 0 or all are 1, a patient counts once.
        """
        mean, worth = float(np.mean(np.asarray(values, dtype=np.float64))), self.independent()
        spread = mean * (1 - mean)
        if worth <= 1 or spread <= 0:
            return worth
        worst = spread / (worth - 1)
        variance = (len(self) * self.variance_of_mean(values) + DOUBTED * worst) / (len(self) + DOUBTED)
        return 1 + spread / variance


def t_quantile(freedom: int) -> float:
    """As many standard errors lie on each side of a figure in a 95 % interval by Student's t."""
    return float(stdtrit(freedom, 0.5 + CONFIDENCE / 2))
