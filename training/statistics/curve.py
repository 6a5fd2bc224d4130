"""The ROC curve and the cut-off on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from desktop.learning.statistics.clusters import Doubles, Flags
from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.roc import lacking


@dataclass(frozen=True, eq=False)
class RocCurve:
    """Sensitivity and specificity at every cut-off; a case is called positive when its score reaches it.

    Attributes:
        cutoffs: [m] the scores that occur, falling.
        sensitivity, specificity: [m].
    """

    cutoffs: Doubles
    sensitivity: Doubles
    specificity: Doubles

    @property
    def points(self) -> Doubles:
        """[m + 1, 2] of 1 - specificity and sensitivity, from (0, 0), where nothing is called positive, to (1, 1)."""
        return np.vstack([np.zeros(2), np.column_stack([1 - self.specificity, self.sensitivity])])


def roc_curve(positive: npt.ArrayLike, scores: npt.ArrayLike) -> RocCurve | Undefined:
    """The ROC curve of scores [n]."""
    labels = np.asarray(positive, dtype=bool)
    if lack := lacking(int(labels.sum()), int((~labels).sum()), 1, scores):
        return lack
    wrongly, rightly, cutoffs = metrics.roc_curve(labels, scores, drop_intermediate=False)
    return RocCurve(cutoffs[1:], rightly[1:], 1 - wrongly[1:])


def youden(positive: npt.ArrayLike, scores: npt.ArrayLike) -> float | Undefined:
    """The cut-off with the greatest sensitivity + specificity (Youden 1950); of equals the lowest, which misses least.

    Sensitivity and specificity at it on the same cases are optimistic: youden_in_folds avoids that.
    """
    curve = roc_curve(positive, scores)
    if isinstance(curve, Undefined):
        return curve
    index = curve.sensitivity + curve.specificity
    return float(curve.cutoffs[np.flatnonzero(index >= index.max() - np.finfo(np.float64).eps * 4)[-1]])


def youden_in_folds(positive: npt.ArrayLike, scores: npt.ArrayLike, fold: npt.ArrayLike) -> Flags | Undefined:
    """Which cases [n] are called positive, each by the cut-off that the other folds' cases give.

    Args:
        fold: [n] keys; all cases of one patient are in one fold.
    """
    labels, values, folds = np.asarray(positive, dtype=bool), np.asarray(scores, dtype=np.float64), np.asarray(fold)
    called = np.zeros(len(labels), dtype=bool)
    for left_out in np.unique(folds):
        others = folds != left_out
        cutoff = youden(labels[others], values[others])
        if isinstance(cutoff, Undefined):
            return Undefined(f"without fold {left_out} {cutoff.because}")
        called[~others] = values[~others] >= cutoff
    return called
