"""What several parts of the report draw: a slice in words, a picture with the patient's directions, a length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy.typing as npt

from desktop.imaging.geometry import orientation_marker
from desktop.inference.result import SliceAnswer
from desktop.messages import Message, message, tr
from desktop.report.pdf.sheet import INK, QUIET, SMALL, Colour, Sheet, height_of
from desktop.report.pdf.slice_pictures import Framed

FOR: Colour = (213, 94, 0)
"""As in the maps (desktop.report.heat): what speaks for invasion."""

CALLS = {True: message("positive"), False: message("negative")}


def slice_words(answer: SliceAnswer) -> Message:
    """A slice judged, where there is little room."""
    return message(
        "Slice {number}, {mm:.1f} mm: {call}, probability {probability:.3f}",
        number=answer.index + 1,
        mm=answer.position_mm,
        call=CALLS[answer.positive],
        probability=answer.probability,
    )


def fit(framed: Framed, width: float, height: float) -> float:
    """The largest scale at which a picture fits: mm of paper for a mm of the patient."""
    return min(width / framed.width_mm, height / framed.height_mm)


def with_directions(
    sheet: Sheet, framed: Framed, x: float, y: float, scale: float, directions: Sequence[npt.ArrayLike]
) -> None:
    """A picture, and beside its edges the patient's directions that they lie in: left, right, above, below."""
    width, height = framed.width_mm * scale, framed.height_mm * scale
    sheet.image(framed.picture, x, y, width, height)
    half = height_of(SMALL) / 2
    places = (
        (x - 1, y + height / 2 - half, "right"),
        (x + width + 1, y + height / 2 - half, "left"),
        (x + width / 2, y - 2 * half, "middle"),
        (x + width / 2, y + height, "middle"),
    )
    for (at_x, at_y, anchor), direction in zip(places, directions, strict=True):
        sheet.text(at_x, at_y, orientation_marker(direction), size=SMALL, colour=QUIET, anchor=anchor)


def ruler(sheet: Sheet, right: float, y: float, mm: int, scale: float) -> None:
    """A length in the patient, with its figure on the left."""
    left = right - mm * scale
    sheet.polyline([(left, y - 1), (left, y), (right, y), (right, y - 1)], INK, 0.3)
    sheet.text(left - 1, y - 0.65 * height_of(SMALL), tr("{mm} mm", mm=mm), size=SMALL, anchor="right")
