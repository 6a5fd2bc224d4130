"""The five steps, one below the other; result and report are always in sight. A study has the answer in their place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.viewer.desk.case import Case
from desktop.viewer.desk.course import course_of
from desktop.viewer.desk.guide import Guide, Schematic
from desktop.viewer.panels.answer_step import AnswerStep
from desktop.viewer.panels.step import Step
from desktop.viewer.theme import STEPS_WIDTH

FIXED = 2
"""So many steps at the end, result and report, stay in their place; those before scroll where the screen is low."""

_RESULT = 3
"""Which step shows the model's answer."""

_DRAWN = {Schematic.RANGE: 1, Schematic.ROI: 2}
"""Which step shows a drawing."""


class Steps(QWidget):
    """A column of the steps, each with its state."""

    def __init__(
        self, case: Case, guide: Guide, answer: AnswerStep, steps: Sequence[Step], bars: Sequence[QWidget]
    ) -> None:
        """`bars` tell and ask: they stand where the steps that scroll give way, so that they neither cover nor move
        a picture, its legend, the result or the report."""
        super().__init__()
        self._case, self._guide, self._answer, self._steps = case, guide, answer, tuple(steps)
        self.setFixedWidth(STEPS_WIDTH)
        self._scroll = scroll = QScrollArea()
        inner = QWidget()
        column = _column(inner)
        column.addWidget(answer)
        for step in steps[:-FIXED]:
            column.addWidget(step)
        column.addStretch(1)
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.verticalScrollBar().rangeChanged.connect(self._bring_drawing)
        whole = _column(self)
        whole.addWidget(scroll, 1)
        for bar in bars:
            whole.addWidget(bar)
        for step in steps[-FIXED:]:
            whole.addWidget(step)
        for signal in (case.marked, case.judged, case.settled):
            signal.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        terms = self._case.terms
        self._answer.setVisible(terms.in_study)
        for number, step in enumerate(self._steps):
            step.setVisible(not terms.in_study or (number == _RESULT and terms.model_answers))
        for step, state in zip(self._steps, course_of(self._case), strict=True):
            step.show_state(state)

    def _bring_drawing(self) -> None:
        """Where there is no room for all steps, the one with the drawing is seen whole; not in place of the series just
        opened."""
        drawing = self._guide.drawing
        if drawing is not None and self._guide.asked:
            self._scroll.ensureWidgetVisible(self._steps[_DRAWN[drawing]], 0, 0)


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
