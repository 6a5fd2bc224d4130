"""The maps: the strongest slice and those beside it, plain, with what speaks for and against, and as in the paper."""

from __future__ import annotations

import numpy as np

from desktop.inference.remarks import localisation_line
from desktop.inference.result import Result
from desktop.messages import shown, tr
from desktop.report.heat import evidence_colours, grad_cam_colours
from desktop.report.pdf.pieces import fit, ruler, slice_words
from desktop.report.pdf.sheet import BODY, LEFT, QUIET, RULE, SMALL, WIDTH, Sheet, height_of
from desktop.report.pdf.slice_pictures import colour_scale, crop, with_evidence, with_grad_cam
from desktop.report.wording import scale_line

_MOST = 3
"""Slices that are shown."""

_GAP, TALLEST = 6.0, 52.0
_ROOM = (WIDTH - 2 * _GAP) / 3
_BAR = 3.5
_RULER_MM = 10
_SHADES = 256


def map_rows(sheet: Sheet, result: Result) -> None:
    """A row for each slice, the one nearest to the head first; then both scales."""
    numbers = _around(result.strongest, len(result.slices))
    crops = {number: crop(result, number, TALLEST) for number in numbers}
    scale = min(fit(framed, _ROOM, TALLEST) for framed in crops.values())
    lefts = [LEFT + column * (_ROOM + _GAP) for column in range(3)]
    tallest = max(framed.height_mm for framed in crops.values()) * scale
    sheet.room_for(tallest + height_of(BODY) + 3 * height_of(SMALL))
    titles = tr("ROI"), tr("For and against invasion"), tr("Grad-CAM, as in the paper")
    for left, title in zip(lefts, titles, strict=True):
        sheet.text(left, sheet.y, title)
    sheet.skip(height_of(BODY) + 1)
    for number in reversed(numbers):
        framed = crops[number]
        width, height = framed.width_mm * scale, framed.height_mm * scale
        sheet.room_for(height + height_of(SMALL) + 2)
        plain = framed.picture
        pictures = plain, with_evidence(result, number, plain), with_grad_cam(result, number, plain)
        for left, picture in zip(lefts, pictures, strict=True):
            sheet.image(picture, left, sheet.y, width, height)
        sheet.skip(height + 0.4)
        words = slice_words(result.slices[number])
        text = tr("{slice} (the strongest)", slice=words) if number == result.strongest else shown(words)
        sheet.text(LEFT, sheet.y, text, size=SMALL)
        ruler(sheet, lefts[2] + width, sheet.y + 2.8, _RULER_MM, scale)
        sheet.skip(height_of(SMALL) + 2)
    _draw_scales(sheet, result, lefts[1:])
    sheet.write(tr("Front up, the patient's left on the right."), size=SMALL, colour=QUIET)
    for line in (scale_line(result.maps.scale_is_models), localisation_line(result.manifest.maps)):
        sheet.write(shown(line), size=SMALL, colour=QUIET)


def _draw_scales(sheet: Sheet, result: Result, lefts: list[float]) -> None:
    """What colours mean, below the columns that they belong to."""
    scale = result.maps.scale
    titles = tr("log-odds per cm²: against (blue), for (orange)"), tr("share of the slice's own maximum")
    lines = [sheet.lines(title, _ROOM, SMALL) for title in titles]
    height = _BAR + (max(map(len, lines)) + 1) * height_of(SMALL)
    sheet.room_for(height)
    signed, shares = (np.linspace(low, 1, _SHADES, dtype=np.float32) for low in (-1, 0))
    shades = evidence_colours(signed * scale, scale, 1.0), grad_cam_colours(shares, 1.0)
    ends = (f"−{scale:.2g}", "0", f"{scale:.2g}"), ("0", "", "1")
    for left, colours, figures, title in zip(lefts, shades, ends, lines, strict=True):
        sheet.image(colour_scale(colours), left, sheet.y, _ROOM, _BAR)
        sheet.box(left, sheet.y, _ROOM, _BAR, edge=RULE)
        places = (left, "left"), (left + _ROOM / 2, "middle"), (left + _ROOM, "right")
        for (x, anchor), figure in zip(places, figures, strict=True):
            sheet.text(x, sheet.y + _BAR, figure, size=SMALL, anchor=anchor)
        for number, line in enumerate(title, start=1):
            sheet.text(left, sheet.y + _BAR + number * height_of(SMALL), line, size=SMALL, colour=QUIET)
    sheet.skip(height + 1)


def _around(strongest: int, count: int) -> list[int]:
    """The strongest slice and its neighbours; at an end of the range the next two."""
    first = min(max(0, strongest - 1), max(0, count - _MOST))
    return list(range(first, min(count, first + _MOST)))
