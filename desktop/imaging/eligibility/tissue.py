"""How the slices of the range cover tissue: their thickness, overlap and gaps."""

from __future__ import annotations

from desktop.adjacency import regular_parts
from desktop.imaging.eligibility import names
from desktop.imaging.eligibility.check import ROUNDING_MM, Check, Status
from desktop.imaging.eligibility.stack import at_most_thick, thickness_measured
from desktop.imaging.volume import Volume
from desktop.messages import message

USUAL_OVERLAP, MAXIMUM_OVERLAP = 0.25, 0.5
"""Share of its thickness that a slice has in common with the next. The paper's two slices in a row are two pieces of
tissue; if they share more than half, one finding alone makes a run."""

USUAL_STEP, MAXIMUM_STEP = 1.1, 1.5
"""Spacing, in thicknesses. The paper's slices were contiguous (1), and the network was trained on no others. If every
second slice of such a series is missing, this is 2, and no other check shows it; half-way, a third of the bone is not
imaged."""

_SHARE_ROUNDING = 0.01


def thickness(volume: Volume, inside: list[int], spacing_mm: float, maximum_mm: float) -> Check:
    """Check that the slices `inside`, `spacing_mm` apart, are thin and close enough."""
    stated = [volume.series.slices[index].thickness_mm for index in inside]
    largest = max((value for value in stated if value is not None), default=None)
    name, required = names.THICKNESS_OVER_RANGE, at_most_thick(maximum_mm)
    measured = thickness_measured(largest, spacing_mm)
    if max(largest or 0.0, spacing_mm) > maximum_mm + ROUNDING_MM:
        sentence = message(
            "Slices of the range are too thick ({measured}), so that faint invasion is averaged away: choose a "
            "reconstruction of {most:g} mm or less.",
            measured=measured,
            most=maximum_mm,
        )
        return Check(name, "fail", measured, required, sentence)
    if None in stated:
        sentence = message(
            "The thickness of slices of the range is not stated: make sure that it is {required}.", required=required
        )
        return Check(name, "warn", measured, required, sentence)
    sentence = message("Slices of {thickness:g} mm over the range.", thickness=largest)
    return Check(name, "pass", measured, required, sentence)


def overlap(volume: Volume, inside: list[int], spacing_mm: float) -> Check:
    """Check that neighbours do not show the same tissue."""
    thick = max((volume.series.slices[index].thickness_mm or 0.0 for index in inside), default=0.0)
    shared = max(0.0, 1 - spacing_mm / thick) if thick else 0.0
    name, required = names.OVERLAP_OVER_RANGE, message("at most {most:.0%} of the thickness", most=USUAL_OVERLAP)
    measured = message("{shared:.0%}", shared=shared)
    if shared <= USUAL_OVERLAP + _SHARE_ROUNDING:
        return Check(name, "pass", measured, required, message("Neighbouring slices show tissue of their own."))
    sentence = message(
        "Slices of {thickness:g} mm lie only {spacing:.2f} mm apart, so neighbours share {shared:.0%} of their tissue "
        "and one finding makes a run: choose a reconstruction without overlap.",
        thickness=thick,
        spacing=spacing_mm,
        shared=shared,
    )
    status: Status = "fail" if shared > MAXIMUM_OVERLAP + _SHARE_ROUNDING else "warn"
    return Check(name, status, measured, required, sentence)


def coverage(volume: Volume, inside: list[int], spacing_mm: float) -> Check:
    """Check for tissue between neighbours that no slice shows."""
    stated = [mm for index in inside if (mm := volume.series.slices[index].thickness_mm) is not None]
    # Without a stated thickness, the closest spacing elsewhere in the stack shows what one slice covers.
    parts = [] if stated else regular_parts(volume.geometry.positions_mm)
    thin = min([*stated, *(part.spacing_mm for part in parts)], default=0.0)
    name, required = names.COVERAGE, message("spacing of at most {most:g} thicknesses", most=USUAL_STEP)
    unseen_mm = max(0.0, spacing_mm - thin)
    measured = message("{unseen:.2f} mm between slices", unseen=unseen_mm)
    if spacing_mm <= (USUAL_STEP + _SHARE_ROUNDING) * thin or not thin:
        if stated:
            return Check(name, "pass", measured, required, message("No tissue lies unseen between the slices."))
        sentence = message(
            "Whether tissue lies unseen between the slices is not known, since their thickness is not stated."
        )
        return Check(name, "pass", message("not known"), required, sentence)
    wide = spacing_mm > (MAXIMUM_STEP + _SHARE_ROUNDING) * thin
    advice = (
        message("slices may be missing, so export the whole series again, or choose one without gaps")
        if wide
        else message("a small invasion may lie there, so choose a series without gaps if there is one")
    )
    sentence = (
        message(
            "Slices of {thickness:g} mm lie {spacing:.2f} mm apart, so {unseen:.2f} mm of tissue between two of them "
            "were not imaged; {advice}.",
            thickness=thin,
            spacing=spacing_mm,
            unseen=unseen_mm,
            advice=advice,
        )
        if stated
        else message(
            "Slices lie {elsewhere:.2f} mm apart elsewhere and {spacing:.2f} mm apart here, so {unseen:.2f} mm of "
            "tissue between two of them were not imaged; {advice}.",
            elsewhere=thin,
            spacing=spacing_mm,
            unseen=unseen_mm,
            advice=advice,
        )
    )
    return Check(name, "fail" if wide else "warn", measured, required, sentence)
