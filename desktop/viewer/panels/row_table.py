"""A table of texts, and the list that shows it. Qt asks row by row: ten thousand cost no more than those in sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView

from desktop.messages import Message, shown

RowOfIt = TypeVar("RowOfIt")

_Index = QModelIndex | QPersistentModelIndex


class RowTable(QAbstractTableModel, Generic[RowOfIt]):
    """Rows of a kind, and what each says in each column."""

    columns: ClassVar[tuple[Message, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[RowOfIt] = ()

    def cell(self, number: int, column: int) -> str:
        """The text of a cell; a resting mouse shows all of it."""
        raise NotImplementedError

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802
        if role == Qt.ItemDataRole.DisplayRole and way is Qt.Orientation.Horizontal:
            return shown(self.columns[section])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.cell(index.row(), index.column())
        return None


class RowView(QTableView):
    """A list of rows, one of which is chosen; Tab leaves it."""

    def __init__(self, table: QAbstractTableModel, name: str) -> None:
        super().__init__()
        self.setModel(table)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)

    def choose(self, number: int) -> None:
        """Choose a row, and bring it into sight."""
        index, flags = self.model().index(number, 0), QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)
