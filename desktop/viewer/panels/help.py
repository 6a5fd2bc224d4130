"""The list of keys, drawn from the table."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.viewer.actions import HANDS, Hand, Where
from desktop.viewer.theme import ACCENT

_COLUMNS = 2


def key_text(hand: Hand) -> str:
    """The keys of an entry as this system writes them."""
    if hand.where is Where.MOUSE:
        return " or ".join(hand.keys)
    native = QKeySequence.SequenceFormat.NativeText
    return " or ".join(QKeySequence(key).toString(native) for key in hand.keys)


class HelpDialog(QDialog):
    """All keys and gestures; it stays open beside the work."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys and mouse")
        self.setModal(False)
        columns = QHBoxLayout()
        columns.setSpacing(28)
        for blocks in _columns(_blocks()):
            column = QVBoxLayout()
            for heading, hands in blocks:
                column.addLayout(_block(heading, hands))
                column.addSpacing(8)
            column.addStretch(1)
            columns.addLayout(column)
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 12)
        layout.addLayout(columns)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def _blocks() -> list[tuple[str, list[Hand]]]:
    return [(group, list(hands)) for group, hands in groupby(HANDS, key=lambda hand: hand.group)]


def _columns(blocks: list[tuple[str, list[Hand]]]) -> list[list[tuple[str, list[Hand]]]]:
    """Blocks in order, shared out so that the columns are about equally long."""
    total = sum(len(hands) + 2 for _, hands in blocks)
    columns: list[list[tuple[str, list[Hand]]]] = [[] for _ in range(_COLUMNS)]
    above = 0
    for heading, hands in blocks:
        length = len(hands) + 2
        columns[min(_COLUMNS - 1, int((above + length / 2) * _COLUMNS / total))].append((heading, hands))
        above += length
    return columns


def _block(heading: str, hands: list[Hand]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(2)
    title = QLabel(heading)
    title.setProperty("role", "heading")
    grid.addWidget(title, 0, 0, 1, 2)
    for row, hand in enumerate(hands, start=1):
        keys = QLabel(key_text(hand))
        keys.setStyleSheet(f"color: {ACCENT};")
        grid.addWidget(keys, row, 0)
        grid.addWidget(QLabel(hand.text), row, 1)
    grid.setColumnStretch(1, 1)
    return grid
