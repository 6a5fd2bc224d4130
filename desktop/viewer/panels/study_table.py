"""The cases of a reader study as the reader sees them: numbers in an order of the reader's own, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.messages import message, shown
from desktop.project.answers import Given
from desktop.viewer.panels.row_table import RowTable

_STATES = {
    Given.TO_ANSWER: message("to answer"),
    Given.BEGUN: message("begun"),
    Given.GIVEN: message("given"),
}


class StudyTable(RowTable[tuple[str, Given]]):
    """Number and state. A key would tell two series of one patient, and those who made the project whose they are."""

    columns = (message("Case"), message("Answer"))

    def show_rows(self, rows: Sequence[tuple[str, Given]]) -> None:
        """Show these cases, the id of each and how far it is, in their order."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def cell(self, number: int, column: int) -> str:
        return shown(_STATES[self.rows[number][1]]) if column else str(number + 1)
