"""What lies over the lower edge of the views: one line of words with buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

from desktop.viewer.theme import LINE


class OverViews(QFrame):
    """Words and buttons; hidden until there is something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        # A name too long for a line is cut off rather than widening the window.
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 5, 8, 5)
        self._row.addWidget(self.label, 1)
        self.hide()

    def add(self, *buttons: QPushButton) -> None:
        """Put buttons at the right end."""
        for button in buttons:
            self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def say(self, text: str, name: str, ground: str, colour: str, mark: str = LINE) -> None:
        """Show a text under a name for screen readers, with a mark in a colour at its beginning."""
        self.setStyleSheet(
            f"OverViews {{ background: {ground}; border: 1px solid {LINE}; border-left: 3px solid {mark}; }}"
            f"OverViews QLabel {{ color: {colour}; background: transparent; }}"
        )
        self.label.setText(text)
        self.setAccessibleName(name)
        self.show()
