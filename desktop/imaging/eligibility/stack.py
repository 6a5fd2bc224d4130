"""Thickness, spacing, doubles and alignment of the slices of a series, and the part of it that is fit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from desktop.adjacency import NEIGHBOUR_TOLERANCE, SAME_PLACE_MM, neighbours, regular_stretches
from desktop.imaging.eligibility.check import MINIMUM_SLICES, ROUNDING_MM, Check, Status, count
from desktop.imaging.geometry import StackGeometry
from desktop.imaging.series import Series

ALIGNMENT_TOLERANCE_MM = 1.0
"""Far above rounding in headers, far below what would move a landmark out of its place in the rectangle."""

Positions = npt.NDArray[np.float64]


def own_spacing(positions: Positions) -> float:
    """The median distance between neighbouring places, mm; slices at one place count once. 0 for a single place."""
    gaps = np.diff(positions)
    gaps = gaps[gaps > SAME_PLACE_MM]
    return float(np.median(gaps)) if gaps.size else 0.0


def fit_part(series: Series, maximum_mm: float) -> tuple[int, int] | None:
    """The first and last index of the longest part with regular, near and thin enough slices; None if there is none.

    Of equally long parts the lowest counts. A thickness that is not stated is no reason against a slice.
    """
    positions = series.geometry.positions_mm
    best: tuple[int, int] | None = None
    for first, last in regular_stretches(positions):
        start = first
        for index in range(first, last + 2):
            if index <= last and (series.slices[index].thickness_mm or 0.0) <= maximum_mm + ROUNDING_MM:
                continue
            length = index - start
            near = length > 1 and own_spacing(positions[start:index]) <= maximum_mm + ROUNDING_MM
            if near and length >= MINIMUM_SLICES and (best is None or length > best[1] - best[0] + 1):
                best = start, index - 1
            start = index + 1
    return best


def _advice(series: Series, maximum_mm: float, fit: str, otherwise: str) -> tuple[Status, str]:
    """How bad it is that a series is unfit as a whole, and what to do about it."""
    part = fit_part(series, maximum_mm)
    if part is None:
        return "fail", otherwise
    low, high = series.geometry.positions_mm[list(part)]
    slices = count(part[1] - part[0] + 1, "slice")
    return "warn", f"{fit} from {low:.1f} to {high:.1f} mm ({slices}): keep the range inside"


def series_thickness(series: Series, maximum_mm: float) -> Check:
    """Are the slices thin enough, and near enough to each other (paper, "Study population")?"""
    positions = series.geometry.positions_mm
    stated = series.slice_thickness_mm
    parts = [positions[first : last + 1] for first, last in regular_stretches(positions)]
    # A gap of one missing slice is no thick slice: only spacings that occur twice in a row count here.
    spacing = max((own_spacing(part) for part in parts if len(part) >= MINIMUM_SLICES), default=own_spacing(positions))
    required = f"at most {maximum_mm:g} mm"
    measured = f"{'not stated' if stated is None else f'{stated:g} mm'}, spacing {spacing:.2f} mm"
    if max(stated or 0.0, spacing) > maximum_mm + ROUNDING_MM:
        status, advice = _advice(
            series, maximum_mm, "thin enough", f"choose a reconstruction of {maximum_mm:g} mm or less"
        )
        message = f"Slices are too thick ({measured}), so that faint invasion is averaged away; {advice}."
        return Check("slice thickness", status, measured, required, message)
    if any(item.thickness_mm is None for item in series.slices):
        message = (
            f"The slice thickness is not stated{'' if stated is None else ' for every slice'}: make sure that it is "
            f"{required}, as the distance between slices is."
        )
        return Check("slice thickness", "warn", measured, required, message)
    return Check("slice thickness", "pass", measured, required, f"Slices of {stated:g} mm.")


def series_spacing(series: Series, maximum_mm: float) -> Check:
    """Do all slices lie one spacing apart?"""
    positions = series.geometry.positions_mm
    check = spacing_check("spacing", positions, (positions[0], positions[-1]), _usual_spacing(positions))
    if check.status == "pass":
        return check
    status, advice = _advice(
        series, maximum_mm, "regular", "choose a series with even spacing, or export this one again"
    )
    return Check("spacing", status, check.measured, check.required, f"{check.message.rstrip('.')}; {advice}.")


def spacing_check(name: str, positions: Positions, ends: tuple[float, float], spacing: float) -> Check:
    """Do slices at these ascending positions (mm) lie `spacing` mm apart, and do they reach the `ends`?"""
    if own_spacing(positions) == 0:
        message = "There are no two slices at different positions."
        return Check(name, "fail", count(len(positions), "slice"), "two neighbouring slices", message)
    # A place that the ends promise and no slice fills is a gap too.
    reach = spacing * (1 + NEIGHBOUR_TOLERANCE)
    below = [ends[0]] if positions[0] - ends[0] > reach else []
    above = [ends[1]] if ends[1] - positions[-1] > reach else []
    places = np.concatenate([below, positions, above])
    gaps = np.diff(places)
    measured = f"{gaps.min():.2f} to {gaps.max():.2f} mm"
    required = f"{spacing:.2f} mm within {NEIGHBOUR_TOLERANCE:.0%}"
    broken = np.flatnonzero(~neighbours(places, spacing))
    if not broken.size:
        return Check(name, "pass", measured, required, f"Slices {spacing:.2f} mm apart throughout.")
    first = int(broken[0])
    low, high = places[first], places[first + 1]
    found = (
        f"two slices lie at {low:.1f} mm"
        if high - low <= SAME_PLACE_MM
        else f"{high - low:.2f} mm lie between {low:.1f} and {high:.1f} mm"
    )
    message = f"Slices lie {spacing:.2f} mm apart, but {found} ({count(broken.size, 'such place')})."
    return Check(name, "fail", measured, required, message)


def _usual_spacing(positions: Positions) -> float:
    """The distance that a stack's irregular places are named against."""
    spacing = own_spacing(positions)
    if spacing == 0 or neighbours(positions, spacing).all():
        return spacing
    # Of as many gaps of 4 mm as of 7 mm the median is 5.5 mm: say a distance that occurs.
    gaps = np.diff(positions)
    lower = float(np.quantile(gaps[gaps > SAME_PLACE_MM], 0.5, method="lower"))
    return spacing if neighbours(positions, lower).all() else lower


def doubled_slices(series: Series) -> Check:
    """Is there one picture at each position? Nobody can say which of two is meant."""
    doubled, required = series.doubled_mm, "one picture at each position"
    if not doubled:
        return Check("doubled slices", "pass", "none", required, "There is one picture at each position.")
    low, high = min(doubled), max(doubled)
    place = f"at {low:.1f} mm" if len(doubled) == 1 else f"from {low:.1f} to {high:.1f} mm"
    message = (
        f"Two or more different pictures lie at {count(len(doubled), 'position')} ({place}), perhaps of two scans in "
        "one series: choose another series, or export each scan by itself."
    )
    return Check("doubled slices", "fail", count(len(doubled), "position"), required, message)


def alignment(geometry: StackGeometry) -> Check:
    """One ROI for all slices needs them above each other, or sheared evenly by a tilt.

    Measured against the line from the first slice to the last, which shows a slice or a bow, and from each slice to the
    next, which shows a step between two halves.
    """
    positions = geometry.positions_mm
    aside = geometry.origins - positions[:, None] * geometry.normal
    span = positions[-1] - positions[0]
    share = (positions - positions[0]) / span if span > 0 else np.zeros(len(positions))
    straight = aside[0] + share[:, None] * (aside[-1] - aside[0])
    distances = np.linalg.norm(aside - straight, axis=1)
    distances[1:] = np.maximum(distances[1:], _steps_aside(positions, aside))
    worst = int(distances.argmax())
    off = float(distances[worst])
    required = f"within {ALIGNMENT_TOLERANCE_MM:g} mm of a line"
    good = off <= ALIGNMENT_TOLERANCE_MM
    message = (
        "The slices lie above each other."
        if good
        else f"Slices are shifted sideways by up to {off:.1f} mm (at {positions[worst]:.1f} mm), so that one rectangle "
        "does not cover the same place on all: choose a series that was reconstructed in one go."
    )
    return Check("alignment", "pass" if good else "fail", f"{off:.2f} mm", required, message)


def _steps_aside(positions: Positions, aside: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """[slices - 1] mm by which each slice lies beside where the stack's usual tilt puts it after the one before."""
    gaps, steps = np.diff(positions), np.diff(aside, axis=0)
    apart = gaps > SAME_PLACE_MM
    usual = np.median(steps[apart] / gaps[apart, None], axis=0) if apart.any() else np.zeros(3)
    return np.asarray(np.linalg.norm(steps - gaps[:, None] * usual, axis=1), np.float64)
