"""Checks of a stack: thickness, spacing, duplicates and alignment, and the part of it that is suitable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from desktop.adjacency import NEIGHBOUR_TOLERANCE, SAME_PLACE_MM, neighbours, regular_stretches
from desktop.imaging.eligibility import names
from desktop.imaging.eligibility.check import MINIMUM_SLICES, ROUNDING_MM, Check, Status, places
from desktop.imaging.geometry import StackGeometry
from desktop.imaging.series import Series
from desktop.messages import Message, counted, message

ALIGNMENT_TOLERANCE_MM = 1.0
"""Far above rounding in headers, far below what would move a landmark out of its place in the ROI."""

TWO_NEIGHBOURS = message("two neighbouring slices")
"""Slices needed to know a spacing."""

Positions = npt.NDArray[np.float64]


def own_spacing(positions: Positions) -> float:
    """The median distance between neighbouring positions, in mm; slices at one position count once. 0 for one
    position."""
    gaps = np.diff(positions)
    gaps = gaps[gaps > SAME_PLACE_MM]
    return float(np.median(gaps)) if gaps.size else 0.0


def fit_part(series: Series, maximum_mm: float) -> tuple[int, int] | None:
    """First and last index of the longest part with even, close and thin enough slices; None if there is none.

    Of equally long parts the lowest counts. A thickness that is not stated does not exclude a slice.
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


def _advice(
    series: Series, maximum_mm: float, fit: Callable[[Message], Message], otherwise: Message
) -> tuple[Status, Message]:
    """The status and the advice for a series that is unsuitable as a whole.

    Args:
        fit: makes the sentence for a series with a suitable part, from its position.
        otherwise: the sentence for a series without one.
    """
    part = fit_part(series, maximum_mm)
    if part is None:
        return "fail", otherwise
    low, high = series.geometry.positions_mm[list(part)]
    slices = counted("{number} slice", "{number} slices", part[1] - part[0] + 1)
    return "warn", fit(message("{low:.1f} to {high:.1f} mm ({slices})", low=low, high=high, slices=slices))


def series_thickness(series: Series, maximum_mm: float) -> Check:
    """Check that the slices are thin enough and close enough to each other (paper, "Study population")."""
    positions = series.geometry.positions_mm
    stated = series.slice_thickness_mm
    parts = [positions[first : last + 1] for first, last in regular_stretches(positions)]
    # The gap of a missing slice is not a thick slice: only spacings that occur twice in a row count here.
    spacing = max((own_spacing(part) for part in parts if len(part) >= MINIMUM_SLICES), default=own_spacing(positions))
    name, required, measured = names.SLICE_THICKNESS, at_most_thick(maximum_mm), thickness_measured(stated, spacing)
    if max(stated or 0.0, spacing) > maximum_mm + ROUNDING_MM:
        status, advice = _advice(
            series,
            maximum_mm,
            lambda where: message("they are thin enough from {where}, so keep the range inside", where=where),
            message("choose a reconstruction of {most:g} mm or less", most=maximum_mm),
        )
        sentence = message(
            "Slices are too thick ({measured}), so that faint invasion is averaged away; {advice}.",
            measured=measured,
            advice=advice,
        )
        return Check(name, status, measured, required, sentence)
    if stated is None:
        sentence = message(
            "The slice thickness is not stated: make sure that it is {required}, as the distance between slices is.",
            required=required,
        )
        return Check(name, "warn", measured, required, sentence)
    if any(item.thickness_mm is None for item in series.slices):
        sentence = message(
            "The slice thickness is not stated for every slice: make sure that it is {required}, as the distance "
            "between slices is.",
            required=required,
        )
        return Check(name, "warn", measured, required, sentence)
    return Check(name, "pass", measured, required, message("Slices of {thickness:g} mm.", thickness=stated))


def at_most_thick(maximum_mm: float) -> Message:
    """The thickness required, in words."""
    return message("at most {most:g} mm", most=maximum_mm)


def thickness_measured(stated_mm: float | None, spacing_mm: float) -> Message:
    """The stated thickness and the spacing, in words."""
    if stated_mm is None:
        return message("not stated, spacing {spacing:.2f} mm", spacing=spacing_mm)
    return message("{thickness:g} mm, spacing {spacing:.2f} mm", thickness=stated_mm, spacing=spacing_mm)


def series_spacing(series: Series, maximum_mm: float) -> Check:
    """Check that all slices lie one spacing apart."""
    positions = series.geometry.positions_mm
    status, advice = _advice(
        series,
        maximum_mm,
        lambda where: message("they are regular from {where}, so keep the range inside", where=where),
        message("choose a series with even spacing, or export this one again"),
    )
    check = spacing_check(names.SPACING, positions, (positions[0], positions[-1]), _usual_spacing(positions), advice)
    return check if check.status == "pass" else replace(check, status=status)


def spacing_check(name: str, positions: Positions, ends: tuple[float, float], spacing: float, advice: Message) -> Check:
    """Check that slices at these ascending positions (mm) lie `spacing` mm apart and reach the `ends`.

    Args:
        advice: what to do if they do not, as a clause.
    """
    if own_spacing(positions) == 0:
        measured = counted("{number} slice", "{number} slices", len(positions))
        sentence = message("There are no two slices at different positions; {advice}.", advice=advice)
        return Check(name, "fail", measured, TWO_NEIGHBOURS, sentence)
    # A position up to the ends without a slice is a gap too.
    reach = spacing * (1 + NEIGHBOUR_TOLERANCE)
    below = [ends[0]] if positions[0] - ends[0] > reach else []
    above = [ends[1]] if ends[1] - positions[-1] > reach else []
    filled = np.concatenate([below, positions, above])
    gaps = np.diff(filled)
    measured = message("{least:.2f} to {most:.2f} mm", least=gaps.min(), most=gaps.max())
    required = message("{spacing:.2f} mm within {tolerance:.0%}", spacing=spacing, tolerance=NEIGHBOUR_TOLERANCE)
    broken = np.flatnonzero(~neighbours(filled, spacing))
    if not broken.size:
        return Check(
            name, "pass", measured, required, message("Slices {spacing:.2f} mm apart throughout.", spacing=spacing)
        )
    first = int(broken[0])
    low, high = filled[first], filled[first + 1]
    such = counted("{number} such place", "{number} such places", broken.size)
    sentence = (
        message(
            "Slices lie {spacing:.2f} mm apart, but two slices lie at {position:.1f} mm ({such}); {advice}.",
            spacing=spacing,
            position=low,
            such=such,
            advice=advice,
        )
        if high - low <= SAME_PLACE_MM
        else message(
            "Slices lie {spacing:.2f} mm apart, but {gap:.2f} mm lie between {low:.1f} and {high:.1f} mm ({such}); "
            "{advice}.",
            spacing=spacing,
            gap=high - low,
            low=low,
            high=high,
            such=such,
            advice=advice,
        )
    )
    return Check(name, "fail", measured, required, sentence)


def _usual_spacing(positions: Positions) -> float:
    """The distance with which irregular positions are compared in sentences."""
    spacing = own_spacing(positions)
    if spacing == 0 or neighbours(positions, spacing).all():
        return spacing
    # The median of gaps of 4 and 7 mm could be 5.5 mm: use a distance that occurs.
    gaps = np.diff(positions)
    lower = float(np.quantile(gaps[gaps > SAME_PLACE_MM], 0.5, method="lower"))
    return spacing if neighbours(positions, lower).all() else lower


def doubled_slices(series: Series) -> Check:
    """Check that there is one image at each position: nothing tells which of two is the right one."""
    name, required = names.DOUBLED_SLICES, message("one image at each position")
    doubled = series.doubled_mm
    if not doubled:
        return Check(name, "pass", message("none"), required, message("There is one image at each position."))
    measured = counted("{number} position", "{number} positions", len(doubled))
    sentence = message(
        "Two or more different images lie at {positions} ({places}), perhaps of two scans in one series: choose "
        "another series, or export each scan by itself.",
        positions=measured,
        places=places(min(doubled), max(doubled)),
    )
    return Check(name, "fail", measured, required, sentence)


def alignment(geometry: StackGeometry) -> Check:
    """Check that the slices lie above each other, or are sheared evenly by a tilt, as one ROI for all of them requires.

    They are compared with the line from the first slice to the last, which shows a displaced slice or a bow, and each
    slice with the next, which shows a step between two halves.
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
    required = message("within {most:g} mm of a line", most=ALIGNMENT_TOLERANCE_MM)
    measured = message("{off:.2f} mm", off=off)
    if off <= ALIGNMENT_TOLERANCE_MM:
        return Check(names.ALIGNMENT, "pass", measured, required, message("The slices lie above each other."))
    sentence = message(
        "Slices are shifted sideways by up to {off:.1f} mm (at {position:.1f} mm), so that one ROI does not cover the "
        "same place on all: choose a series that was reconstructed in one go.",
        off=off,
        position=positions[worst],
    )
    return Check(names.ALIGNMENT, "fail", measured, required, sentence)


def _steps_aside(positions: Positions, aside: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """[slices - 1] displacement in mm of each slice from where the usual tilt of the stack places it after the previous
    one."""
    gaps, steps = np.diff(positions), np.diff(aside, axis=0)
    apart = gaps > SAME_PLACE_MM
    usual = np.median(steps[apart] / gaps[apart, None], axis=0) if apart.any() else np.zeros(3)
    return np.asarray(np.linalg.norm(steps - gaps[:, None] * usual, axis=1), np.float64)
