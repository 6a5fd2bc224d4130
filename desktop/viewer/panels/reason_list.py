"""Cases that are left out and why, as a list that can be read, and reached by the keyboard."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QAbstractItemView, QListWidget

from desktop.messages import Message, shown

_MOST_SEEN = 5
"""Lines; the others are scrolled to."""


class ReasonList(QListWidget):
    """One reason a line, each of which names its case; as high as its lines."""

    def __init__(self, name: str, reasons: Iterable[Message] = ()) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWordWrap(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.show_reasons(reasons)

    def show_reasons(self, reasons: Iterable[Message]) -> None:
        """Show these."""
        self.clear()
        self.addItems([shown(one) for one in reasons])
        seen = sum(self.sizeHintForRow(row) for row in range(min(self.count(), _MOST_SEEN)))
        self.setFixedHeight(seen + 2 * self.frameWidth())
