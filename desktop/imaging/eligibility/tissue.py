"""How much tissue do the slices of the range show: averaged over what thickness, seen twice, or not at all?"""

from __future__ import annotations

from desktop.adjacency import regular_parts
from desktop.imaging.eligibility.check import ROUNDING_MM, Check, Status
from desktop.imaging.volume import Volume

USUAL_OVERLAP, MAXIMUM_OVERLAP = 0.25, 0.5
"""Share of its thickness that a slice has in common with the next. The paper's two slices in a row are two pieces of
tissue; where more than half is shared, one finding alone makes a run."""

USUAL_STEP, MAXIMUM_STEP = 1.1, 1.5
"""Spacing, in thicknesses. The paper's slices follow each other without a gap (1), and the network has seen no others.
Where every second slice of such a series is missing it is 2, and nothing else shows it; half-way, a third of the bone
is unseen."""

_SHARE_ROUNDING = 0.01


def thickness(volume: Volume, inside: list[int], spacing_mm: float, maximum_mm: float) -> Check:
    """Are the slices `inside`, `spacing_mm` apart, thin and near enough?"""
    stated = [volume.series.slices[index].thickness_mm for index in inside]
    largest = max((value for value in stated if value is not None), default=None)
    name, required = "thickness over the range", f"at most {maximum_mm:g} mm"
    measured = f"{'not stated' if largest is None else f'{largest:g} mm'}, spacing {spacing_mm:.2f} mm"
    if max(largest or 0.0, spacing_mm) > maximum_mm + ROUNDING_MM:
        message = (
            f"Slices of the range are too thick ({measured}), faint invasion is averaged away: choose a reconstruction "
            f"of {maximum_mm:g} mm or less."
        )
        return Check(name, "fail", measured, required, message)
    if None in stated:
        message = f"The thickness of slices of the range is not stated: make sure that it is {required}."
        return Check(name, "warn", measured, required, message)
    return Check(name, "pass", measured, required, f"Slices of {largest:g} mm over the range.")


def overlap(volume: Volume, inside: list[int], spacing_mm: float) -> Check:
    """Do neighbours show tissue of their own?"""
    thick = max((volume.series.slices[index].thickness_mm or 0.0 for index in inside), default=0.0)
    shared = max(0.0, 1 - spacing_mm / thick) if thick else 0.0
    name, required = "overlap over the range", f"at most {USUAL_OVERLAP:.0%} of the thickness"
    measured = f"{shared:.0%}"
    if shared <= USUAL_OVERLAP + _SHARE_ROUNDING:
        return Check(name, "pass", measured, required, "Neighbouring slices show tissue of their own.")
    message = (
        f"Slices of {thick:g} mm lie only {spacing_mm:.2f} mm apart, so neighbours share {shared:.0%} of their tissue "
        "and one finding makes a run: choose a reconstruction without overlap."
    )
    status: Status = "fail" if shared > MAXIMUM_OVERLAP + _SHARE_ROUNDING else "warn"
    return Check(name, status, measured, required, message)


def coverage(volume: Volume, inside: list[int], spacing_mm: float) -> Check:
    """Is there tissue between neighbours that no slice shows?"""
    stated = [mm for index in inside if (mm := volume.series.slices[index].thickness_mm) is not None]
    # Where no thickness is stated, slices that lie nearer elsewhere in the stack show what one of them covers.
    parts = [] if stated else regular_parts(volume.geometry.positions_mm)
    thin = min([*stated, *(part.spacing_mm for part in parts)], default=0.0)
    name, required = "coverage between slices", f"spacing of at most {USUAL_STEP:g} thicknesses"
    unseen_mm = max(0.0, spacing_mm - thin)
    if spacing_mm <= (USUAL_STEP + _SHARE_ROUNDING) * thin or not thin:
        if stated:
            message = "No tissue lies unseen between the slices."
            return Check(name, "pass", f"{unseen_mm:.2f} mm between slices", required, message)
        message = "Whether tissue lies unseen between the slices is not known, since their thickness is not stated."
        return Check(name, "pass", "not known", required, message)
    measured = f"{unseen_mm:.2f} mm between slices"
    found = f"Slices of {thin:g} mm lie" if stated else f"Slices lie {thin:.2f} mm apart elsewhere and here"
    seen = f"{found} {spacing_mm:.2f} mm apart, so {unseen_mm:.2f} mm of tissue between two of them were not imaged"
    if spacing_mm > (MAXIMUM_STEP + _SHARE_ROUNDING) * thin:
        message = f"{seen}, or slices are missing: export the whole series again, or choose one without gaps."
        return Check(name, "fail", measured, required, message)
    message = f"{seen}: a small invasion may lie there, so choose a series without gaps if there is one."
    return Check(name, "warn", measured, required, message)
