"""The answer for every slice, in figures."""

from __future__ import annotations

import math

from desktop.inference.result import Result, SliceAnswer
from desktop.messages import shown, tr
from desktop.report.pdf.pieces import CALLS
from desktop.report.pdf.sheet import INK, LEFT, QUIET, SMALL, WIDTH, Sheet, height_of

_COLUMNS, _GAP = 3, 8.0
_ROOM = (WIDTH - (_COLUMNS - 1) * _GAP) / _COLUMNS

_PLACES = (0.14, "right"), (0.37, "right"), (0.7, "right"), (0.74, "left")
"""Of number, position, probability and call, as shares of a column's width."""


def slice_table(sheet: Sheet, result: Result) -> None:
    """All slices judged, the lowest first, in columns that go on side by side."""
    heads = tr("slice"), tr("mm"), tr("probability"), tr("call")
    rows = [_row(answer) for answer in result.slices]
    while rows:
        sheet.room_for(4 * height_of(SMALL))
        fitting = int(sheet.rest / height_of(SMALL)) - 1
        deep = min(fitting, math.ceil(len(rows) / _COLUMNS))
        for column in range(_COLUMNS):
            lines = rows[column * deep : (column + 1) * deep]
            for number, texts in enumerate([heads, *lines] if lines else []):
                y = sheet.y + number * height_of(SMALL)
                for text, (share, anchor) in zip(texts, _PLACES, strict=True):
                    x = LEFT + column * (_ROOM + _GAP) + share * _ROOM
                    sheet.text(x, y, text, size=SMALL, colour=INK if number else QUIET, anchor=anchor)
        sheet.skip((deep + 1) * height_of(SMALL))
        rows = rows[deep * _COLUMNS :]
        if rows:
            sheet.new_page()


def _row(answer: SliceAnswer) -> tuple[str, str, str, str]:
    call = shown(CALLS[answer.positive])
    return str(answer.index + 1), f"{answer.position_mm:.1f}", f"{answer.probability:.4f}", call
