"""The cases of a reader study as the reader sees them: numbers in an order of the reader's own, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.messages import message, shown
from desktop.project.answers import Given

_STATES = {
    Given.TO_ANSWER: message("to answer"),
    Given.BEGUN: message("begun"),
    Given.GIVEN: message("given"),
}

_Index = QModelIndex | QPersistentModelIndex


class StudyTable(QAbstractTableModel):
    """Number and state. A key would tell two series of one patient, and those who made the project whose they are."""

    columns = (message("Case"), message("Answer"))

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[tuple[str, Given]] = ()
        """The id of each case and how far it is."""

    def show_rows(self, rows: Sequence[tuple[str, Given]]) -> None:
        """Show these cases in their order."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802
        if role == Qt.ItemDataRole.DisplayRole and way is Qt.Orientation.Horizontal:
            return shown(self.columns[section])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return shown(_STATES[self.rows[index.row()][1]]) if index.column() else str(index.row() + 1)
