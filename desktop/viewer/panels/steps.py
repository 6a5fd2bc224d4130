"""The five steps, one below the other, all visible at once where the screen is high enough."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.viewer.panels.step import Step
from desktop.viewer.theme import STEPS_WIDTH


class Steps(QScrollArea):
    """A column that scrolls where the screen is too low."""

    def __init__(self, *steps: Step) -> None:
        super().__init__()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for step in steps:
            column.addWidget(step, 1 if step.grows else 0)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(STEPS_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
