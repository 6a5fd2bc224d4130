"""The five steps, one below the other, all visible at once where the screen is high enough."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.viewer.panels.step import Step
from desktop.viewer.theme import STEPS_WIDTH


class Steps(QWidget):
    """A column that scrolls where the screen is too low; its last step is always visible."""

    def __init__(self, *steps: Step) -> None:
        super().__init__()
        self.setFixedWidth(STEPS_WIDTH)
        self._scroll, self._inner = QScrollArea(), QWidget()
        column = _column(self._inner)
        for step in steps[:-1]:
            column.addWidget(step, 1 if step.grows else 0)
            step.must_be_seen.connect(self._scroll_to)
        self._scroll.setWidget(self._inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = _column(self)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(steps[-1])

    def _scroll_to(self, part: QWidget) -> None:
        """Bring a part of a step into sight; of one too high for that, its beginning."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # it is as high as its new text from here on
        top = part.mapTo(self._inner, QPoint(0, 0)).y()
        for y in (top + part.height(), top):
            self._scroll.ensureVisible(0, y, 0, 0)


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
