"""The list of shortcuts, drawn from the table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.messages import Message, shown, tr
from desktop.viewer.panels.shortcuts import MENUS, SHORTCUTS, Shortcut, key_text, without_mnemonic
from desktop.viewer.theme import ACCENT

_COLUMNS = 2

MOST_HIGH_PX, _AROUND_PX = 690, 70
"""Of the dialog, for a screen of 768 pixels, beyond which it scrolls; and what is around the list."""

_Block = tuple[Message, list[Shortcut]]


class HelpDialog(QDialog):
    """All shortcuts and gestures; it can stay open during the work."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Shortcuts and mouse"))
        self.setModal(False)
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setSpacing(20)
        for blocks in _columns([(group, [one for one in SHORTCUTS if one.group == group]) for group in MENUS]):
            column = QVBoxLayout()
            for group, shortcuts in blocks:
                column.addLayout(_grid(group, shortcuts))
                column.addSpacing(8)
            column.addStretch(1)
            columns.addLayout(column)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 12)
        scroll = QScrollArea()
        scroll.setAccessibleName(tr("Shortcuts and mouse"))
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout.addWidget(scroll, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        wanted = inner.sizeHint()
        margins = layout.contentsMargins()
        across = margins.left() + margins.right() + scroll.verticalScrollBar().sizeHint().width()
        self.resize(wanted.width() + across, min(wanted.height() + _AROUND_PX, MOST_HIGH_PX))


def _columns(blocks: list[_Block]) -> list[list[_Block]]:
    """Blocks in order, shared out so that the columns are about equally long."""
    total = sum(len(shortcuts) + 2 for _, shortcuts in blocks)
    columns: list[list[_Block]] = [[] for _ in range(_COLUMNS)]
    above = 0
    for group, shortcuts in blocks:
        length = len(shortcuts) + 2
        columns[min(_COLUMNS - 1, int((above + length / 2) * _COLUMNS / total))].append((group, shortcuts))
        above += length
    return columns


def _grid(group: Message, shortcuts: list[Shortcut]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(2)
    title = QLabel(without_mnemonic(shown(group)))
    title.setProperty("role", "heading")
    grid.addWidget(title, 0, 0, 1, 2)
    for row, shortcut in enumerate(shortcuts, start=1):
        keys = QLabel(key_text(shortcut))
        keys.setStyleSheet(f"color: {ACCENT};")
        grid.addWidget(keys, row, 0)
        grid.addWidget(QLabel(shown(shortcut.text)), row, 1)
    grid.setColumnStretch(1, 1)
    return grid
