"""Whether marks lie where anatomy says that they should."""

from __future__ import annotations

import numpy as np

from desktop.imaging.eligibility import Check, names
from desktop.messages import Message, message
from desktop.reading.landmarks import RoiGuidance
from desktop.reading.region import Region
from desktop.suggestion.finding import NoSuggestion, SkullBase, skull_base_of
from desktop.suggestion.suggestion import key_rectangle

END_MM, CENTRE_MM = 11.0, 13.0
"""So far an end of the range, and the middle of the ROI, may lie from where they are expected: about twice what a
suggestion itself is off in 95 of 100 heads."""


def check_place(region: Region, guidance: RoiGuidance) -> tuple[Check, ...]:
    """Check ROI and range against the anatomy; no check where it was not found."""
    try:
        base = skull_base_of(region.volume)
    except NoSuggestion:
        return ()
    low, high = base.ends_mm
    ends = region.positions_mm[0] - low, region.positions_mm[-1] - high
    aside, behind = _off_mm(region, base, guidance)
    measured = message(
        "ends {low:+.0f} and {high:+.0f} mm, middle {aside:.0f} mm to a side and {behind:+.0f} mm to the back",
        low=ends[0],
        high=ends[1],
        aside=abs(aside),
        behind=behind,
    )
    required = message(
        "ends within {end:g} mm, middle within {centre:g} mm of the landmarks", end=END_MM, centre=CENTRE_MM
    )
    if doubts := _doubts(ends, aside, behind):
        sentence = message(
            "By the anatomy, the marks may lie elsewhere than they should: {doubts}. Look at the landmarks again.",
            doubts=doubts,
        )
        return (Check(names.PLACE, "warn", measured, required, sentence),)
    return (Check(names.PLACE, "pass", measured, required, message("Range and ROI lie where the anatomy says.")),)


def check_marks(suggested: bool) -> tuple[Check, ...]:
    """Check that a reader made the marks, or took them over; no check where that is so."""
    if not suggested:
        return ()
    sentence = message("Range and ROI are those that the program suggests, and no reader has looked at them.")
    return (Check(names.MARKS, "warn", message("suggested"), message("marked or accepted by a reader"), sentence),)


def _off_mm(region: Region, base: SkullBase, guidance: RoiGuidance) -> tuple[float, float]:
    """How far the ROI's middle lies to a side and to the back of the expected one: the median over the slices."""
    volume = region.volume
    offs = []
    for index, rectangle in zip(region.indices, region.rectangles, strict=True):
        expected = volume.rectangle_to_standard(key_rectangle(volume, base, guidance, index).rectangle)
        column, row = (
            (own + size / 2) - (its + its_size / 2)
            for own, size, its, its_size in zip(rectangle[:2], rectangle[2:], expected[:2], expected[2:], strict=True)
        )
        offs.append((column * volume.geometry.column_mm, row * volume.geometry.row_mm))
    aside, behind = np.median(offs, axis=0)
    return float(aside), float(behind)


def _doubts(ends: tuple[float, float], aside_mm: float, behind_mm: float) -> list[Message]:
    low, high = ends
    doubts = []
    if abs(low) > END_MM:
        doubts.append(
            message("the range begins {mm:.0f} mm above the lower end of the clivus", mm=low)
            if low > 0
            else message("the range begins {mm:.0f} mm below the lower end of the clivus", mm=-low)
        )
    if abs(high) > END_MM:
        doubts.append(
            message("the range ends {mm:.0f} mm above the base of the sphenoid sinus", mm=high)
            if high > 0
            else message("the range ends {mm:.0f} mm below the base of the sphenoid sinus", mm=-high)
        )
    if np.hypot(aside_mm, behind_mm) > CENTRE_MM:
        if abs(aside_mm) > abs(behind_mm):
            doubts.append(message("the ROI lies {mm:.0f} mm beside the middle", mm=abs(aside_mm)))
        elif behind_mm > 0:
            doubts.append(message("the ROI lies {mm:.0f} mm too far back", mm=behind_mm))
        else:
            doubts.append(message("the ROI lies {mm:.0f} mm too far to the front", mm=-behind_mm))
    return doubts
