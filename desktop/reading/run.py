"""From slice answers to the case: run, score, verdict (paper, sections "Deep learning" and "Statistical analyses")."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from desktop.adjacency import neighbours


class Verdict(StrEnum):
    """The answer for a case."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    INDETERMINATE = "indeterminate"


MM_TOLERANCE = 0.01
"""A run reaches a cut-off in mm that it misses by less than this share: spacings are rounded in headers."""


@dataclass(frozen=True)
class Cutoff:
    """When a slice and when a case is positive: probability >= `threshold`, and a run of `slices` that covers `mm`.

    Attributes:
        slices: the least number of slices, whatever their spacing.
        mm: the least tissue (slices times spacing); None where the number of slices alone counts.
    """

    slices: int
    threshold: float
    mm: float | None = None

    def slices_at(self, spacing_mm: float) -> int:
        """How many slices at this spacing make a case positive: the k of the score s_k."""
        if self.mm is None or spacing_mm <= 0:
            return self.slices
        return max(self.slices, math.ceil(self.mm / spacing_mm * (1 - MM_TOLERANCE)))

    @property
    def score_name(self) -> str:
        """What tables call the score: s_2, or s_4mm where the number of slices follows from the spacing."""
        return f"s_{self.slices}" if self.mm is None else f"s_{self.mm:g}mm"

    @property
    def run_words(self) -> str:
        """The run in the words of reports and cards, which are English."""
        slices = f"{self.slices} adjacent slice{'' if self.slices == 1 else 's'}"
        if self.mm is None:
            return slices
        return f"adjacent slices that cover {self.mm:g} mm" + (f", at least {slices}" if self.slices > 1 else "")


@dataclass(frozen=True)
class Run:
    """The longest stretch of spatially adjacent positive slices.

    `mm` is the tissue it covers, slices times spacing. `first` is the index of its lowest slice; an empty run
    has 0 slices and `first` 0. Of equally long runs the lowest counts.
    """

    slices: int
    mm: float
    first: int


def longest_run(positions_mm: npt.ArrayLike, positive: Sequence[bool], spacing_mm: float) -> Run:
    """The longest run of slices at ascending positions; a gap or a doubled slice ends a run."""
    adjacent = neighbours(positions_mm, spacing_mm)
    best, length, first = Run(0, 0.0, 0), 0, 0
    for index, hit in enumerate(positive):
        if not hit:
            length = 0
            continue
        if length and adjacent[index - 1]:
            length += 1
        else:
            length, first = 1, index
        if length > best.slices:
            best = Run(length, length * spacing_mm, first)
    return best


def score(positions_mm: npt.ArrayLike, probabilities: Sequence[float], spacing_mm: float, slices: int) -> float:
    """s_k: the highest threshold at which the run still reaches k = `slices`; 0 when no k neighbours exist.

    "run >= k at threshold t" is exactly "s_k >= t".
    """
    values = np.asarray(probabilities, dtype=np.float64)
    if len(values) < slices:
        return 0.0
    windows = np.lib.stride_tricks.sliding_window_view(values, slices).min(axis=1)
    if slices > 1:
        unbroken = np.lib.stride_tricks.sliding_window_view(neighbours(positions_mm, spacing_mm), slices - 1).all(
            axis=1
        )
        windows = windows[unbroken]
    return float(windows.max(initial=0.0))


def decide(run: Run, needed: int, answerable: bool) -> Verdict:
    """The verdict, positive from a run of `needed` slices; indeterminate where series or range cannot support one."""
    if not answerable:
        return Verdict.INDETERMINATE
    return Verdict.POSITIVE if run.slices >= needed else Verdict.NEGATIVE


@dataclass(frozen=True)
class Conclusion:
    """What n slices say together.

    Attributes:
        positive: [n] which slices are.
        score: s_k, where k is the number of slices that the cut-off asks for at this spacing.
    """

    positive: tuple[bool, ...]
    run: Run
    score: float
    verdict: Verdict


def conclude(
    positions_mm: npt.ArrayLike,
    probabilities: npt.NDArray[np.floating],
    spacing_mm: float,
    cutoff: Cutoff,
    answerable: bool,
) -> Conclusion:
    """From the probabilities of slices at ascending positions to run, score and verdict."""
    positive = tuple((probabilities >= cutoff.threshold).tolist())
    run = longest_run(positions_mm, positive, spacing_mm)
    needed = cutoff.slices_at(spacing_mm)
    reached = score(positions_mm, probabilities.tolist(), spacing_mm, needed)
    return Conclusion(positive, run, reached, decide(run, needed, answerable))
