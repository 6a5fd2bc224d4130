"""Cine: the slices go by without a hand."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display

CINE_MS = 100
"""Ten slices a second, as fast as a reader can follow."""


class Cine(QObject):
    """Goes through the range, or through all slices until there is one, over and over."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__(case)
        self._case, self._display = case, display
        self._clock = QTimer(self)
        self._clock.setInterval(CINE_MS)
        self._clock.timeout.connect(self.show_next)
        case.opened.connect(self.stop)

    @property
    def running(self) -> bool:
        """Whether cine is running."""
        return self._clock.isActive()

    def toggle(self) -> None:
        """Start or stop."""
        if self.running or self._case.volume is None:
            self.stop()
        else:
            self._clock.start()

    def stop(self) -> None:
        """Stay on the slice on screen."""
        self._clock.stop()

    def show_next(self) -> None:
        """Show the next slice; after the last one, the first."""
        volume, span = self._case.volume, self._case.marks.span
        judged = () if volume is None or span is None else span.indices(volume.geometry.positions_mm)
        first, last = (judged[0], judged[-1]) if judged else (0, self._display.count - 1)
        following = self._display.index + 1
        self._display.go_to(following if first <= following <= last else first)
