"""The five steps, one below the other, all visible at once where the screen is high enough."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.viewer.panels.step import Step
from desktop.viewer.theme import STEPS_WIDTH


class Steps(QWidget):
    """A column that scrolls where the screen is too low; its last step is always visible."""

    def __init__(self, *steps: Step) -> None:
        super().__init__()
        self.setFixedWidth(STEPS_WIDTH)
        scroll, inner = QScrollArea(), QWidget()
        column = _column(inner)
        for step in steps[:-1]:
            column.addWidget(step, 1 if step.grows else 0)
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = _column(self)
        whole.addWidget(scroll, 1)
        whole.addWidget(steps[-1])


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
