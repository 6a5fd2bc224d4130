"""Whether the case on the desk is in front of the reader, or the worklist or another program is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from desktop.viewer.desk.answering import Answering


class Looking(QObject):
    """Lets time count while the window is the active one and its views are seen."""

    def __init__(self, window: QWidget, worklist: QWidget, answering: Answering) -> None:
        super().__init__(window)
        self._window, self._worklist, self._answering = window, worklist, answering
        for widget in (window, worklist):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = QEvent.Type.WindowActivate, QEvent.Type.WindowDeactivate, QEvent.Type.Show, QEvent.Type.Hide
        if event.type() in kinds:
            active = self._window.isActiveWindow() and event.type() is not QEvent.Type.WindowDeactivate
            self._answering.look(active and self._worklist.isHidden())
        return False
