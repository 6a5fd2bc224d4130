"""The checks of the range and the rectangle: are the slices there, near, thin, free of metal, at the skull base?"""

from __future__ import annotations

from desktop.imaging.eligibility.check import MAXIMUM_THICKNESS_MM, ROUNDING_MM, Check, Status
from desktop.imaging.eligibility.metal import metal
from desktop.imaging.eligibility.place import skull_base
from desktop.imaging.eligibility.stack import own_spacing, spacing_check
from desktop.imaging.geometry import Rectangle
from desktop.imaging.volume import Volume

USUAL_OVERLAP, MAXIMUM_OVERLAP = 0.25, 0.5
"""Share of its thickness that a slice has in common with the next. The paper's two slices in a row are two pieces of
tissue; where more than half is shared, one finding alone makes a run."""

_SHARE_ROUNDING = 0.01


def check_range(
    volume: Volume, low_mm: float, high_mm: float, rectangle: Rectangle, maximum_mm: float = MAXIMUM_THICKNESS_MM
) -> tuple[Check, ...]:
    """The checks of the slices from `low_mm` to `high_mm` of position and of the rectangle on them.

    Args:
        rectangle: in `volume.hu`.
        maximum_mm: that slices and spacing may be thick.
    """
    positions = volume.geometry.positions_mm
    inside = [
        index for index, position in enumerate(positions) if low_mm - ROUNDING_MM <= position <= high_mm + ROUNDING_MM
    ]
    covered = _covered(volume, low_mm, high_mm)
    spacing = _spacing(volume, inside, (max(low_mm, positions[0]), min(high_mm, positions[-1])))
    if not inside:
        return covered, spacing
    return (
        covered,
        spacing,
        _thickness(volume, inside, maximum_mm),
        _overlap(volume, inside),
        metal(volume, inside, rectangle),
        skull_base(volume, inside, rectangle),
    )


def _covered(volume: Volume, low_mm: float, high_mm: float) -> Check:
    positions = volume.geometry.positions_mm
    half = own_spacing(positions) / 2
    good = positions[0] - half <= low_mm and high_mm <= positions[-1] + half
    return Check(
        "range covered",
        "pass" if good else "fail",
        f"{low_mm:.1f} to {high_mm:.1f} mm",
        f"within {positions[0]:.1f} to {positions[-1]:.1f} mm",
        "The series covers the range."
        if good
        else f"The range {low_mm:.1f} to {high_mm:.1f} mm reaches beyond the series ({positions[0]:.1f} to "
        f"{positions[-1]:.1f} mm), so part of the skull base was not scanned: choose a series that holds all of it.",
    )


def _spacing(volume: Volume, inside: list[int], ends: tuple[float, float]) -> Check:
    name = "spacing over the range"
    if not inside:
        return Check(name, "fail", "no slice", "two neighbouring slices", "No slice lies in the range: mark it again.")
    check = spacing_check(name, volume.geometry.positions_mm[inside], ends)
    if check.status == "pass":
        return check
    message = f"{check.message.rstrip('.')}: mark the range where the slices are even, or choose another series."
    return Check(name, check.status, check.measured, check.required, message)


def _thickness(volume: Volume, inside: list[int], maximum_mm: float) -> Check:
    spacing = own_spacing(volume.geometry.positions_mm[inside])
    stated = [volume.series.slices[index].thickness_mm for index in inside]
    largest = max((value for value in stated if value is not None), default=None)
    name, required = "thickness over the range", f"at most {maximum_mm:g} mm"
    measured = f"{'not stated' if largest is None else f'{largest:g} mm'}, spacing {spacing:.2f} mm"
    if max(largest or 0.0, spacing) > maximum_mm + ROUNDING_MM:
        message = (
            f"Slices of the range are too thick ({measured}), faint invasion is averaged away: choose a reconstruction "
            f"of {maximum_mm:g} mm or less."
        )
        return Check(name, "fail", measured, required, message)
    if None in stated:
        message = f"The thickness of slices of the range is not stated: make sure that it is {required}."
        return Check(name, "warn", measured, required, message)
    return Check(name, "pass", measured, required, f"Slices of {largest:g} mm over the range.")


def _overlap(volume: Volume, inside: list[int]) -> Check:
    spacing = own_spacing(volume.geometry.positions_mm[inside])
    thickness = max((volume.series.slices[index].thickness_mm or 0.0 for index in inside), default=0.0)
    shared = max(0.0, 1 - spacing / thickness) if thickness else 0.0
    name, required = "overlap over the range", f"at most {USUAL_OVERLAP:.0%} of the thickness"
    measured = f"{shared:.0%}"
    if shared <= USUAL_OVERLAP + _SHARE_ROUNDING:
        return Check(name, "pass", measured, required, "Neighbouring slices show tissue of their own.")
    message = (
        f"Slices of {thickness:g} mm lie only {spacing:.2f} mm apart, so neighbours share {shared:.0%} of their tissue "
        "and one finding makes a run: choose a reconstruction without overlap."
    )
    status: Status = "fail" if shared > MAXIMUM_OVERLAP + _SHARE_ROUNDING else "warn"
    return Check(name, status, measured, required, message)
