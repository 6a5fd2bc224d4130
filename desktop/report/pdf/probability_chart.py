"""A bar for every slice judged: its probability, the threshold, and the run."""

from __future__ import annotations

import math

import numpy as np

from desktop.adjacency import neighbours
from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.messages import shown, tr
from desktop.report.pdf.pieces import FOR
from desktop.report.pdf.sheet import INK, LEFT, QUIET, RIGHT, RULE, SMALL, Sheet, height_of
from desktop.report.wording import length_line

HEIGHT = 42.0
"""Of a probability of 1."""

_AXIS, _BESIDE = 9.0, 12.0
"""Room for figures on the left, and for the threshold on the right."""

_BAR, _WIDEST = 0.75, 8.0
"""Share of a slice's room that its bar takes, and its width in a short range."""

_MOST_NUMBERS = 16
"""Below the bars."""


def probability_chart(sheet: Sheet, result: Result, stability: Stability | None) -> None:
    """The lowest slice on the left, by its number. Filled is positive, and a break is a gap that ends a run."""
    sheet.room_for(HEIGHT + 4 * height_of(SMALL) + 4)
    sheet.write(shown(length_line(result.run)), size=SMALL, colour=QUIET)
    sheet.skip(3)
    _Chart(sheet, result).draw(stability)
    sheet.y += HEIGHT + 0.6 + height_of(SMALL)
    middle = (LEFT + _AXIS + RIGHT - _BESIDE) / 2
    sheet.text(middle, sheet.y, tr("Slice, from the feet up"), size=SMALL, colour=QUIET, anchor="middle")
    sheet.skip(height_of(SMALL) + 1)
    if stability is not None:
        text = tr("Upright lines: from the lowest to the highest probability where the ROI is placed again.")
        sheet.write(text, size=SMALL, colour=QUIET)


class _Chart:
    """The axes of one result, and what lies in them."""

    def __init__(self, sheet: Sheet, result: Result) -> None:
        self._sheet, self._result = sheet, result
        self._left, self._right = LEFT + _AXIS, RIGHT - _BESIDE
        self._top, self._bottom = sheet.y, sheet.y + HEIGHT
        self._room = (self._right - self._left) / len(result.slices)

    def draw(self, stability: Stability | None) -> None:
        """All of it."""
        self._draw_axes()
        self._draw_bars()
        if stability is not None:
            self._draw_reaches(stability)
        self._draw_gaps_and_run()
        self._draw_threshold()

    def _x(self, number: float) -> float:
        return self._left + number * self._room

    def _y(self, probability: float) -> float:
        return self._bottom - probability * HEIGHT

    def _draw_axes(self) -> None:
        for value in (0.0, 0.5, 1.0):
            y = self._y(value)
            self._sheet.line(self._left, y, self._right, y, RULE)
            place = self._left - 1.5, y - height_of(SMALL) / 2
            self._sheet.text(*place, f"{value:g}", size=SMALL, colour=QUIET, anchor="right")
        answers = self._result.slices
        for number in range(0, len(answers), math.ceil(len(answers) / _MOST_NUMBERS)):
            place, text = (self._x(number + 0.5), self._bottom + 0.6), str(answers[number].index + 1)
            self._sheet.text(*place, text, size=SMALL, colour=QUIET, anchor="middle")

    def _draw_bars(self) -> None:
        # The colour belongs to a verdict: without one, what the network answers is grey.
        positive = FOR if self._result.withheld is None else QUIET
        width = min(_BAR * self._room, _WIDEST)
        for number, answer in enumerate(self._result.slices):
            top = self._y(answer.probability)
            place = self._x(number + 0.5) - width / 2, top, width, self._bottom - top
            if answer.positive:
                self._sheet.box(*place, fill=positive, edge=positive)
            else:
                self._sheet.box(*place, edge=QUIET)

    def _draw_reaches(self, stability: Stability) -> None:
        found = np.array([draw.probabilities for draw in stability.draws])
        for number, (low, high) in enumerate(zip(found.min(axis=0), found.max(axis=0), strict=True)):
            x = self._x(number + 0.5)
            self._sheet.line(x, self._y(float(low)), x, self._y(float(high)), INK, 0.35)

    def _draw_gaps_and_run(self) -> None:
        region, run = self._result.region, self._result.run
        for number, joined in enumerate(neighbours(region.positions_mm, region.spacing_mm)):
            if not joined:
                self._sheet.line(self._x(number + 1), self._top, self._x(number + 1), self._bottom, QUIET, 0.3, 1.0)
        if run.slices:
            first, last, low, high = self._x(run.first), self._x(run.first + run.slices), self._top, self._top - 1.5
            self._sheet.polyline([(first, low), (first, high), (last, high), (last, low)], INK, 0.4)

    def _draw_threshold(self) -> None:
        y = self._y(self._result.cutoff.threshold)
        self._sheet.line(self._left, y, self._right, y, INK, 0.35, 1.6)
        text = f"≥ {self._result.cutoff.threshold:g}"
        self._sheet.text(self._right + 1, y - height_of(SMALL) / 2, text, size=SMALL)
