"""Messages in the window itself: nothing blocks, nothing is lost behind a dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from desktop.messages import Message, shown, tr
from desktop.viewer.desk.notices import Notices
from desktop.viewer.panels.step import button
from desktop.viewer.theme import AMBER, BACKGROUND, LINE, RAISED, TEXT

INFORM_MS = 8000
"""What was done disappears by itself; what went wrong stays."""


class MessageBar(QFrame):
    """One message at a time, until it is closed or replaced."""

    def __init__(self, notices: Notices) -> None:
        super().__init__()
        self.setObjectName("message")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        # A name too long for a line is cut off rather than widening the window.
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 5, 8, 5)
        layout.addWidget(self.label, 1)
        close = button(tr("Close"), tr("Close the message"), self.hide)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(INFORM_MS)
        self._clock.timeout.connect(self.hide)
        notices.informed.connect(self.inform)
        notices.warned.connect(self.warn)
        notices.outdated.connect(self.hide)
        self.hide()

    def warn(self, text: Message) -> None:
        """Show what went wrong."""
        self._clock.stop()
        self._show(text, AMBER, BACKGROUND)

    def inform(self, text: Message) -> None:
        """Show what was done."""
        self._clock.start()
        self._show(text, RAISED, TEXT)

    def _show(self, text: Message, ground: str, colour: str) -> None:
        self.setStyleSheet(
            f"QFrame#message {{ background: {ground}; border: 1px solid {LINE}; }}"
            f"QFrame#message QLabel {{ color: {colour}; background: transparent; }}"
        )
        self.label.setText(shown(text))
        self.setAccessibleName(tr("Message: {text}", text=text))
        self.show()
