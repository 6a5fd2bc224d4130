"""A bar for every slice judged: its probability, the threshold, and the run."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from desktop.adjacency import neighbours
from desktop.inference.result import Result, SliceAnswer
from desktop.messages import message, shown, tr
from desktop.report.wording import length_line
from desktop.viewer.desk.case import Case, ResultState
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.labelling import labelled
from desktop.viewer.pictures.graphics import Bars, Curve, Hint, Line, Plot, Reaches
from desktop.viewer.pictures.wheel import NotchCounter
from desktop.viewer.theme import ACCENT, NEGATIVE_BAR, POSITIVE_BAR, QUIET, SLICE_LINE, TEXT, VERDICT_LINES

_BAR_WIDTH = 0.75
"""Share of a slice's room that its bar takes."""

_BRACKET = 1.05, 1.1
"""Heights of the bracket over the run; probabilities end at 1."""

_LABEL = -0.07
"""Where the readers' labels reach to, below the axis."""

_BEAM = 0.3
"""Share of a slice's room that the ends of the lines take."""

_MOST_TICKS = 8


class SliceBars(Plot):
    """The lowest slice on the left, by its number. Filled is positive; a press or an arrow key goes to a slice."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self._case, self._display = case, display
        self._notches = NotchCounter()
        self.setMinimumHeight(130)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._bars, self._labels = Bars(self), Bars(self)
        self._slice = Line(self, SLICE_LINE, upright=True, width=1)
        self._threshold = Line(self, TEXT, upright=False, dashed=True)
        self._reaches = Reaches(self, TEXT, _BEAM)
        self._run = Curve(self, TEXT, width=1.5)
        self._hint = Hint(self, QUIET)
        self._gaps: list[Line] = []
        self.pressed.connect(self._go_to)
        case.marked.connect(self._refresh)
        case.judged.connect(self._refresh)
        case.stability_known.connect(self._show_reaches)
        display.changed.connect(self._show_reaches)
        display.changed.connect(self._show_slice)
        self._refresh()

    def sizeHint(self) -> QSize:
        return QSize(300, 180)

    @property
    def _answers(self) -> tuple[SliceAnswer, ...]:
        result = self._case.result
        return () if result is None else result.slices

    # Showing

    def _refresh(self) -> None:
        result = self._case.result
        for axis in ("left", "bottom"):
            self.set_axis(axis, shown=result is not None)
        for gap in self._gaps:
            gap.hide()
        if result is None:
            for part in (self._bars, self._labels, self._threshold, self._run):
                part.hide()
            outdated = self._case.result_state is ResultState.OUTDATED
            hint = tr("Out of date: analyse again") if outdated else tr("One bar per slice, after Analyse")
            if not self._case.terms.model_answers:
                hint = tr("Without the model")
            self.set_title("")
            self.set_range((0, 1), (0, 1))
            self._hint.show_text(hint)
            self.setAccessibleDescription(hint)
        else:
            self._hint.hide()
            self._show_result(result)
        self._show_reaches()
        self._show_slice()

    def _show_result(self, result: Result) -> None:
        answers, run = result.slices, result.run
        numbers = [answer.index + 1 for answer in answers]
        self.set_range((numbers[0] - 0.6, numbers[-1] + 0.6), (_LABEL - 0.01, 1.15))
        step = math.ceil(len(numbers) / _MOST_TICKS)
        ticks = {float(number): str(number) for number in numbers[::step]}
        self.set_axis("bottom", ticks=ticks)
        threshold = result.cutoff.threshold
        self.set_axis("left", ticks={0: "0", threshold: f"{threshold:g}", 1: "1"})
        # The colour belongs to a verdict: without one, what the network answers is grey.
        positive = POSITIVE_BAR if result.withheld is None else NEGATIVE_BAR
        # Filled or hollow tells positive from negative without colour.
        self._bars.show_bars(
            numbers,
            [answer.probability for answer in answers],
            _BAR_WIDTH,
            [positive if answer.positive else None for answer in answers],
            [positive if answer.positive else NEGATIVE_BAR for answer in answers],
        )
        self._show_labels(answers)
        self._threshold.show_at(threshold)
        if run.slices:
            left, right = numbers[run.first] - 0.4, numbers[run.first + run.slices - 1] + 0.4
            low, high = _BRACKET
            self._run.show_curve([left, left, right, right], [low, high, high, low])
        else:
            self._run.hide()
        self.set_title(shown(length_line(run)))
        self.setAccessibleDescription(tr("{run}. Threshold {threshold:g}.", run=length_line(run), threshold=threshold))
        self._show_gaps(result)

    def _show_labels(self, answers: Sequence[SliceAnswer]) -> None:
        """The reader's own labels under the bars: filled where invasion is seen, hollow where it is not."""
        labels = labelled(self._case)
        shown_at = [answer.index for answer in answers if answer.index in labels]
        colours = {truth: VERDICT_LINES["positive" if truth else "negative"] for truth in (True, False)}
        self._labels.show_bars(
            [index + 1 for index in shown_at],
            [_LABEL] * len(shown_at),
            _BAR_WIDTH,
            [colours[True] if labels[index] else None for index in shown_at],
            [colours[labels[index]] for index in shown_at],
        )

    def _show_gaps(self, result: Result) -> None:
        """A break between slices that are not neighbours: a run ends there."""
        joined = neighbours(result.region.positions_mm, result.region.spacing_mm)
        breaks = [result.slices[number].index + 1.5 for number, together in enumerate(joined) if not together]
        while len(self._gaps) < len(breaks):
            self._gaps.append(Line(self, ACCENT, upright=True, dashed=True))
        for gap, x in zip(self._gaps, breaks, strict=False):
            gap.show_at(x)

    def _show_reaches(self) -> None:
        """From the lowest to the highest probability of a slice where the ROI is placed again."""
        stability = self._case.stability
        if stability is None or not self._display.moves_shown:
            self._reaches.hide()
            return
        found = np.array([draw.probabilities for draw in stability.draws])
        numbers = [answer.index + 1 for answer in stability.result.slices]
        self._reaches.show_reaches(numbers, found.min(axis=0), found.max(axis=0))

    def _show_slice(self) -> None:
        answer = next((answer for answer in self._answers if answer.index == self._display.index), None)
        if answer is None:
            self._slice.hide()
        else:
            self._slice.show_at(answer.index + 1)
        said = tr("no slice with a result") if answer is None else _description(answer)
        self.setAccessibleName(tr("Probability of every slice judged: {slice}", slice=said))

    # Working it

    def _go_to(self, point: QPointF) -> None:
        index = math.floor(point.x() - 0.5)
        if any(answer.index == index for answer in self._answers):
            self._display.go_to(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self._answers:
            index = self._display.index + steps[Qt.Key(event.key())]
            self._display.go_to(min(max(index, self._answers[0].index), self._answers[-1].index))
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._display.step(self._notches.slices(event))
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if not isinstance(event, QHelpEvent):
            return bool(super().viewportEvent(event))
        index = math.floor(self.to_axes(QPointF(event.pos())).x() - 0.5)
        answer = next((answer for answer in self._answers if answer.index == index), None)
        QToolTip.showText(event.globalPos(), "" if answer is None else _description(answer), self)
        return True


def _description(answer: SliceAnswer) -> str:
    return tr(
        "slice {number}, {mm:.1f} mm: {call}, probability {probability:.3f}, logit {logit:.2f}",
        number=answer.index + 1,
        mm=answer.position_mm,
        call=message("positive") if answer.positive else message("negative"),
        probability=answer.probability,
        logit=answer.logit,
    )
