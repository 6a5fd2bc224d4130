"""The slices that the reader chose, with notes."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.inference.result import Result
from desktop.messages import message, shown
from desktop.reading.as_json import SliceKey
from desktop.report.pdf.pieces import fit
from desktop.report.pdf.sheet import BODY, LEFT, QUIET, SMALL, WIDTH, Sheet, height_of
from desktop.report.pdf.slice_pictures import whole_slice

_COLUMNS, _GAP, TALLEST = 3, 6.0, 68.0
_ROOM = (WIDTH - (_COLUMNS - 1) * _GAP) / _COLUMNS


def chosen_slices(sheet: Sheet, result: Result, notes: Mapping[SliceKey, str]) -> None:
    """Three in a row, the lowest first, in the window that the model sees them in; a note stands below its slice."""
    volume, window = result.region.volume, result.manifest.window
    positions = volume.geometry.positions_mm
    chosen = [index for index, one in enumerate(volume.series.slices) if one.key in notes]
    for start in range(0, len(chosen), _COLUMNS):
        row = chosen[start : start + _COLUMNS]
        pictures = [whole_slice(volume, index, window, TALLEST) for index in row]
        scales = [fit(framed, _ROOM, TALLEST) for framed in pictures]  # a neck beside shoulders would be small
        height = max(framed.height_mm * scale for framed, scale in zip(pictures, scales, strict=True))
        texts = [sheet.lines(notes[volume.series.slices[index].key], _ROOM, BODY) for index in row]
        sheet.room_for(height + max(map(len, texts)) * height_of(BODY) + height_of(SMALL) + 2)
        for column, (index, framed, scale, lines) in enumerate(zip(row, pictures, scales, texts, strict=True)):
            left = LEFT + column * (_ROOM + _GAP)
            sheet.image(framed.picture, left, sheet.y, framed.width_mm * scale, framed.height_mm * scale)
            place = message("Slice {number}, {mm:.1f} mm", number=index + 1, mm=positions[index])
            sheet.text(left, sheet.y + height + 0.5, shown(place), size=SMALL, colour=QUIET)
            for number, line in enumerate(lines):
                sheet.text(left, sheet.y + height + 0.5 + height_of(SMALL) + number * height_of(BODY), line)
        sheet.skip(height + height_of(SMALL) + max(map(len, texts)) * height_of(BODY) + 2)
