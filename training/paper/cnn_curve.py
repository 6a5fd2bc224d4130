"""The ROC of the paper's CNN by series, from its runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.paper.cases import Cases


@dataclass(frozen=True)
class Point:
    """One cut-off.

    Attributes:
        cutoff: run from which a series is positive.
        hits: positive series called positive, of `positives`.
        alarms: negative series called positive, of `negatives`.
    """

    cutoff: int
    hits: int
    positives: int
    alarms: int
    negatives: int

    @property
    def sensitivity(self) -> float:
        """By series."""
        return self.hits / self.positives

    @property
    def false_positive_rate(self) -> float:
        """By series."""
        return self.alarms / self.negatives

    @property
    def youden(self) -> float:
        """Youden's index J, sensitivity + specificity - 1."""
        return self.sensitivity - self.false_positive_rate


def roc_points(positive: npt.NDArray[np.bool_], runs: npt.NDArray[np.int64]) -> tuple[Point, ...]:
    """The curve's points but for (0, 0), from the longest run to 0, with which everything is positive.

    Args:
        positive: [n] truth.
        runs: [n] the longest run of each series.
    """
    ill, well = int(positive.sum()), int((~positive).sum())
    return tuple(
        Point(cutoff, int((runs[positive] >= cutoff).sum()), ill, int((runs[~positive] >= cutoff).sum()), well)
        for cutoff in sorted({int(run) for run in runs}, reverse=True)
    )


def best_cutoff(positive: npt.NDArray[np.bool_], runs: npt.NDArray[np.int64]) -> Point:
    """The point with the highest Youden index."""
    return max(roc_points(positive, runs), key=lambda point: point.youden)


def cutoffs_without_each(cases: Cases) -> set[int]:
    """The cut-offs that are best when each of the cases is left out in turn."""
    kept = ~np.eye(len(cases.positive), dtype=bool)
    return {best_cutoff(cases.positive[rest], cases.scores["CNN"][rest]).cutoff for rest in kept}
