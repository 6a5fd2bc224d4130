"""Checks of range and ROI: slices complete, evenly spaced, thin, free of metal, at the skull base."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from desktop.adjacency import NEIGHBOUR_TOLERANCE, spacing_over
from desktop.imaging.eligibility import names
from desktop.imaging.eligibility.check import MAXIMUM_THICKNESS_MM, ROUNDING_MM, Check, places
from desktop.imaging.eligibility.head_position import lies_as_stated, look_within
from desktop.imaging.eligibility.metal import metal
from desktop.imaging.eligibility.neighbours import pictures_in_order, pictures_of_one_piece, pictures_of_their_own
from desktop.imaging.eligibility.skull_base import skull_base
from desktop.imaging.eligibility.slice_values import slice_values
from desktop.imaging.eligibility.stack import TWO_NEIGHBOURS, own_spacing, spacing_check
from desktop.imaging.eligibility.tissue import coverage, overlap, thickness
from desktop.imaging.geometry import Rectangle
from desktop.imaging.volume import Volume
from desktop.messages import counted, message


def range_spacing(volume: Volume, low_mm: float, high_mm: float) -> float:
    """The spacing over a range, for its checks and for the run.

    Slices that could not be read keep their positions in it, so that losing every second one does not double it.
    """
    places = np.sort([*volume.geometry.positions_mm, *volume.missing_mm])
    return spacing_over(places, low_mm - ROUNDING_MM, high_mm + ROUNDING_MM)


def check_range(
    volume: Volume,
    low_mm: float,
    high_mm: float,
    rectangles: Sequence[Rectangle],
    maximum_mm: float = MAXIMUM_THICKNESS_MM,
) -> tuple[Check, ...]:
    """Check the slices from `low_mm` to `high_mm` of position, and the rectangles on them.

    Args:
        rectangles: one for each of these slices, in `volume.hu`.
        maximum_mm: largest thickness and spacing allowed.
    """
    positions = volume.geometry.positions_mm
    inside = [
        index for index, position in enumerate(positions) if low_mm - ROUNDING_MM <= position <= high_mm + ROUNDING_MM
    ]
    spacing_mm = range_spacing(volume, low_mm, high_mm)
    ends = max(low_mm, positions[0]), min(high_mm, positions[-1])
    of_the_stack = (
        _covered(volume, low_mm, high_mm),
        _all_read(volume, low_mm, high_mm, spacing_mm),
        _spacing(volume, inside, ends, spacing_mm),
    )
    if not inside:
        return of_the_stack
    within = look_within(volume, inside)
    return (
        *of_the_stack,
        pictures_in_order(volume, inside),
        pictures_of_their_own(volume, inside),
        pictures_of_one_piece(volume, inside, rectangles),
        slice_values(volume),
        thickness(volume, inside, spacing_mm, maximum_mm),
        overlap(volume, inside, spacing_mm),
        coverage(volume, inside, spacing_mm),
        metal(volume, inside, rectangles),
        skull_base(volume, inside, rectangles, within),
        lies_as_stated(within),
    )


def check_rectangles(volume: Volume, inside: list[int], rectangles: Sequence[Rectangle]) -> tuple[Check, ...]:
    """Those checks of `check_range` that other rectangles on the same slices may change."""
    return metal(volume, inside, rectangles), skull_base(volume, inside, rectangles, look_within(volume, inside))


def _covered(volume: Volume, low_mm: float, high_mm: float) -> Check:
    positions = volume.geometry.positions_mm
    half = own_spacing(positions) / 2
    measured = message("{low:.1f} to {high:.1f} mm", low=low_mm, high=high_mm)
    required = message("within {low:.1f} to {high:.1f} mm", low=positions[0], high=positions[-1])
    if positions[0] - half <= low_mm and high_mm <= positions[-1] + half:
        return Check(names.RANGE_COVERED, "pass", measured, required, message("The series covers the range."))
    sentence = message(
        "The range {range} reaches beyond the series ({series}), so part of the skull base was not scanned: choose a "
        "series that holds all of it.",
        range=measured,
        series=places(positions[0], positions[-1]),
    )
    return Check(names.RANGE_COVERED, "fail", measured, required, sentence)


def _all_read(volume: Volume, low_mm: float, high_mm: float, spacing_mm: float) -> Check:
    """Check that all slices were read, including those next to the range: if one is missing there, an end may be too
    near."""
    reach = spacing_mm * (1 + NEIGHBOUR_TOLERANCE)
    missing = [place for place in volume.missing_mm if low_mm - reach <= place <= high_mm + reach]
    name, required = names.ALL_READ_OVER_RANGE, message("every slice of the range and next to it")
    if not missing:
        return Check(name, "pass", message("all"), required, message("All slices of the range were read."))
    sentence = counted(
        "{number} slice of the range or next to it could not be read ({places}): export the series again, or mark the "
        "range where every slice was read.",
        "{number} slices of the range or next to it could not be read ({places}): export the series again, or mark the "
        "range where every slice was read.",
        len(missing),
        places=places(missing[0], missing[-1]),
    )
    measured = counted("{number} slice not read", "{number} slices not read", len(missing))
    return Check(name, "fail", measured, required, sentence)


def _spacing(volume: Volume, inside: list[int], ends: tuple[float, float], spacing_mm: float) -> Check:
    name = names.SPACING_OVER_RANGE
    if not inside:
        sentence = message("No slice lies in the range: mark it again.")
        return Check(name, "fail", message("no slice"), TWO_NEIGHBOURS, sentence)
    advice = message("mark the range where the slices are even, or choose another series")
    return spacing_check(name, volume.geometry.positions_mm[inside], ends, spacing_mm, advice)
