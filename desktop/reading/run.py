"""From slice answers to the case: run, score, verdict (paper, sections "Deep learning" and "Statistical analyses")."""

from __future__ import annotations

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


@dataclass(frozen=True)
class Cutoff:
    """When a slice and when a case is positive: probability >= `threshold`, run >= `slices`."""

    slices: int
    threshold: float


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


def decide(run: Run, cutoff: Cutoff, answerable: bool) -> Verdict:
    """The verdict; indeterminate where series or range cannot support an answer."""
    if not answerable:
        return Verdict.INDETERMINATE
    return Verdict.POSITIVE if run.slices >= cutoff.slices else Verdict.NEGATIVE


@dataclass(frozen=True)
class Conclusion:
    """What n slices say together.

    Attributes:
        positive: [n] which slices are.
        score: s_k for the cut-off's k.
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
    reached = score(positions_mm, probabilities.tolist(), spacing_mm, cutoff.slices)
    return Conclusion(positive, run, reached, decide(run, cutoff, answerable))
