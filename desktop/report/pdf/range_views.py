"""Where the program looked: range and ROI in the sagittal view, and the ROI on the strongest slice."""

from __future__ import annotations

import numpy as np

from desktop.imaging.reformat import Direction, ReformatGeometry
from desktop.inference.result import Result
from desktop.messages import tr
from desktop.report.pdf.pieces import fit, ruler, slice_words, with_directions
from desktop.report.pdf.sheet import INK, LEFT, QUIET, SMALL, WIDTH, Colour, Sheet, height_of
from desktop.report.pdf.slice_pictures import Framed, sagittal, whole_slice

_ROI: Colour = (0, 190, 240)
_RANGE: Colour = (240, 228, 66)
"""Both stand out on bone and on air."""

_BESIDE, _GAP = 4.0, 10.0
"""For letters at the sides of a picture, and between the two."""

_ROOM, TALLEST = (WIDTH - 2 * _BESIDE - _GAP) / 2, 84.0
"""Of a picture on paper."""

_RULER_MM = 50


def range_views(sheet: Sheet, result: Result) -> None:
    """Both views at one scale."""
    region, strongest = result.region, result.strongest
    volume, window, answer = region.volume, result.manifest.window, result.slices[strongest]
    column, row, width, height = region.rectangles[strongest]
    plane = ReformatGeometry.of(volume, Direction.SAGITTAL)
    lateral = sagittal(result, plane, column + width / 2, answer.index, TALLEST)
    axial = whole_slice(volume, answer.index, window, TALLEST)
    scale = min(fit(framed, _ROOM, TALLEST) for framed in (lateral, axial))
    tallest = max(framed.height_mm for framed in (lateral, axial)) * scale
    sheet.room_for(tallest + 7 * height_of(SMALL))
    top, lefts = sheet.y + height_of(SMALL), (LEFT + _BESIDE, LEFT + _BESIDE + _ROOM + _GAP)
    across, down = np.asarray(volume.geometry.across), np.asarray(volume.geometry.down)
    with_directions(sheet, axial, lefts[1], top, scale, (-across, across, -down, down))
    with_directions(sheet, lateral, lefts[0], top, scale, (-plane.level, plane.level, plane.upright, -plane.upright))
    _mark_sagittal(sheet, result, plane, lateral, (lefts[0], top), scale)
    dots = scale * volume.geometry.column_mm, scale * volume.geometry.row_mm
    place = lefts[1] + (column - axial.left) * dots[0], top + (row - axial.upper) * dots[1]
    sheet.box(*place, width * dots[0], height * dots[1], edge=_ROI, edge_width=0.5)
    captions = tr("Sagittal, through the middle of the ROI"), tr("Axial. {slice}", slice=slice_words(answer))
    for framed, left, caption in zip((lateral, axial), lefts, captions, strict=True):
        bottom = top + framed.height_mm * scale + height_of(SMALL) + 0.5
        ruler(sheet, left + framed.width_mm * scale, bottom + 0.8, _RULER_MM, scale)
        for number, line in enumerate(sheet.lines(caption, _ROOM, SMALL), start=1):
            sheet.text(left, bottom + number * height_of(SMALL), line, size=SMALL, colour=INK)
    sheet.y = top + tallest + 4 * height_of(SMALL) + 1
    text = tr(
        "Blue: the ROI. Yellow: the ends of the range, at {low:.1f} and {high:.1f} mm. Window as the model sees it: "
        "level {level:g}, width {width:g}.",
        low=region.range.low_mm,
        high=region.range.high_mm,
        level=window.level,
        width=window.width,
    )
    sheet.write(text, size=SMALL, colour=QUIET)


def _mark_sagittal(
    sheet: Sheet, result: Result, plane: ReformatGeometry, framed: Framed, place: tuple[float, float], scale: float
) -> None:
    """The ends of the range, and the front and back edges of the ROI, which slices of a tilted gantry shift."""
    region, (left, top) = result.region, place

    def on_paper(x_mm: float, position_mm: float) -> tuple[float, float]:
        return left + (x_mm - framed.left) * scale, top + (plane.y_of(position_mm) - framed.upper) * scale

    for position in (region.range.low_mm, region.range.high_mm):
        sheet.polyline([on_paper(framed.left, position), on_paper(framed.right, position)], _RANGE, 0.35)
    front, back = [], []
    for index, position, box in zip(region.indices, region.positions_mm, region.rectangles, strict=True):
        _, row, _, height = box
        for level in (float(position) - plane.half_mm, float(position) + plane.half_mm):
            front.append(on_paper(plane.x_of(index, row), level))
            back.append(on_paper(plane.x_of(index, row + height), level))
    sheet.polyline([*front, *reversed(back), front[0]], _ROI, 0.5)
