"""The rule for when two slices are neighbours, shared by eligibility and the run."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NEIGHBOUR_TOLERANCE = 0.1
"""Two slices are neighbours when they lie one spacing apart within this share of it. Positions are rounded in
headers and tables slip a little; a missing slice (twice the spacing) or a doubled one (none) is far outside."""

SAME_PLACE_MM = 0.02
"""Two slices nearer than this lie at one position: above rounding, far below any spacing."""

LEAST_REGULAR = 3
"""Slices needed to know a spacing: the distance of two slices may span a missing one."""


def neighbours(positions_mm: npt.ArrayLike, spacing_mm: float) -> npt.NDArray[np.bool_]:
    """[n - 1] whether each slice and the next (ascending positions, mm) are one spacing apart; never at one place."""
    gaps = np.diff(np.asarray(positions_mm, dtype=np.float64))
    return np.asarray((gaps > 0) & (np.abs(gaps - spacing_mm) <= NEIGHBOUR_TOLERANCE * spacing_mm))


def regular_stretches(positions_mm: npt.ArrayLike) -> list[tuple[int, int]]:
    """The regular parts of a stack (ascending positions, mm): index ranges (first, last), the lowest first.

    In each part, neighbours lie one spacing apart, where the spacing is the median of the part's own gaps. Each part is
    as long as possible and has at least two slices. Two parts may share slices, for example where a spacing of 4 mm
    changes to 7 mm.
    """
    gaps = np.diff(np.asarray(positions_mm, dtype=np.float64))
    count = len(gaps)
    stretches: list[tuple[int, int]] = []
    bound = end = 0
    for first in range(count):
        # One spacing may fit all gaps up to `bound`: a cheap test that avoids the exact one for most starts.
        bound = max(bound, first)
        while bound < count and _one_spacing_may_fit(gaps[first : bound + 1]):
            bound += 1
        if bound > end:
            reach = _reach(gaps[first:bound]) + first
            if reach > max(end, first):
                stretches.append((first, reach))
                end = reach
    return stretches


@dataclass(frozen=True)
class RegularPart:
    """Slices `first` to `last` (indices) of a stack, `spacing_mm` apart."""

    first: int
    last: int
    spacing_mm: float


def regular_parts(positions_mm: npt.ArrayLike) -> list[RegularPart]:
    """The regular stretches that are long enough to show a spacing, the lowest first."""
    positions = np.asarray(positions_mm, dtype=np.float64)
    return [
        RegularPart(first, last, float(np.median(np.diff(positions[first : last + 1]))))
        for first, last in regular_stretches(positions)
        if last - first + 1 >= LEAST_REGULAR
    ]


def spacing_over(positions_mm: npt.ArrayLike, low_mm: float, high_mm: float) -> float:
    """The spacing (mm) by which slices from `low_mm` to `high_mm` count as neighbours, taken from the whole stack.

    It is the spacing of the regular part that holds most of these slices; of several such parts, the smallest spacing.
    The distances of these slices alone would not do: two slices beside a missing one would be neighbours. If no part is
    regular, it is the median distance in the stack, or 0 if there is none.
    """
    positions = np.asarray(positions_mm, dtype=np.float64)
    within = (low_mm <= positions) & (positions <= high_mm)
    parts = regular_parts(positions)
    if parts:
        return min((-int(within[part.first : part.last + 1].sum()), part.spacing_mm) for part in parts)[1]
    gaps = np.diff(positions)
    gaps = gaps[gaps > 0]
    return float(np.quantile(gaps, 0.5, method="lower")) if gaps.size else 0.0


def _one_spacing_may_fit(gaps: npt.NDArray[np.float64]) -> bool:
    """Whether some spacing is within the tolerance of all gaps; if so, that is true of every subset of them."""
    low, high = float(gaps.min()), float(gaps.max())
    # Slightly wider than the exact test, so that rounding never makes this one stricter.
    return low > 0 and high * (1 - NEIGHBOUR_TOLERANCE) <= low * (1 + NEIGHBOUR_TOLERANCE) * (1 + 1e-9)


def _reach(gaps: npt.NDArray[np.float64]) -> int:
    """The largest n for which the first n gaps are within the tolerance of their median."""
    ordered: list[float] = []
    reach = 0
    for number, gap in enumerate(gaps.tolist(), start=1):
        insort(ordered, gap)
        median = (ordered[(number - 1) // 2] + ordered[number // 2]) / 2
        slack = NEIGHBOUR_TOLERANCE * median
        if abs(ordered[0] - median) <= slack and abs(ordered[-1] - median) <= slack:
            reach = number
    return reach
