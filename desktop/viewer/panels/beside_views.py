"""What is told or asked beside the views, in the column of the steps: words, and buttons beneath them."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout

from desktop.viewer.panels.step import words
from desktop.viewer.theme import LINE


class BesideViews(QFrame):
    """Words and buttons; hidden until there is something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.label = words()
        # A name too long for a line is cut off rather than widening the column.
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 5, 8, 5)
        self._column.addWidget(self.label)
        self.hide()

    def add(self, *buttons: QPushButton) -> None:
        """Put a row of buttons beneath the words, and beneath other rows."""
        row = QHBoxLayout()
        row.addStretch(1)
        for button in buttons:
            row.addWidget(button)
        self._column.addLayout(row)

    def say(self, text: str, name: str, ground: str, colour: str, mark: str = LINE) -> None:
        """Show a text under a name for screen readers, with a mark in a colour at its beginning."""
        self.setStyleSheet(
            f"BesideViews {{ background: {ground}; border: 1px solid {LINE}; border-left: 3px solid {mark}; }}"
            f"BesideViews QLabel {{ color: {colour}; background: transparent; }}"
        )
        self.label.setText(text)
        self.setAccessibleName(name)
        self.show()
