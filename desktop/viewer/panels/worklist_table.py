"""The cases of a project as rows of a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from desktop.messages import Message, message, shown
from desktop.project.results import Kept
from desktop.project.states import Row, State
from desktop.report.wording import saved_verdict
from desktop.viewer.panels.row_table import RowTable

STATES = {
    State.TO_MARK: message("to mark"),
    State.PROPOSED: message("proposed"),
    State.MARKED: message("marked"),
    State.LABELLED: message("labelled"),
    State.ANSWERED: message("answered"),
    State.TWO_EDITS: message("two edits"),
    State.READ_TWICE: message("read twice"),
    State.IN_CONFLICT: message("in conflict"),
    State.SETTLED: message("settled"),
    State.EXCLUDED: message("excluded"),
}
"""In the order of the filter."""

_CONTRAST = {"plain": message("plain"), "contrast": message("contrast"), "": message("not stated")}

_MRI = {True: message("available"), False: message("not available"), None: message("not stated")}


class WorklistTable(RowTable[Row]):
    """Key, own state, what is known of the case, what is wrong with the series or why it is left out, and
    what the model answered."""

    columns = (
        message("Case"),
        message("State"),
        message("Contrast"),
        message("MRI"),
        message("Further columns"),
        message("Problems"),
        message("Model"),
    )

    def __init__(
        self, differences: Callable[[str], Sequence[Message]], answers: Callable[[], Mapping[str, Kept]]
    ) -> None:
        """`differences` tells what has to be settled in a case, by its id; `answers` what models answered, as far as
        this reader may know it."""
        super().__init__()
        self._differences, self._answers, self._settling = differences, answers, False
        self._answered: Mapping[str, Kept] = {}
        self._told: dict[str, str] = {}
        """What is to be settled, by the id of a case: a table asks at every repaint."""
        self._doubled: Mapping[str, Sequence[str]] = {}

    def show_rows(self, rows: Sequence[Row], settling: bool, doubled: Mapping[str, Sequence[str]]) -> None:
        """Show these cases; where differences are settled, how far all readers are and what they differ in.

        Args:
            doubled: patients who may be one, by key.
        """
        self.beginResetModel()
        self.rows, self._settling, self._doubled = rows, settling, doubled
        self._told.clear()
        self._answered = self._answers()
        self.endResetModel()

    def cell(self, number: int, column: int) -> str:
        row = self.rows[number]
        if column == 0:
            return row.key
        if column == 1:
            return shown(state_of(row, self._settling))
        if column == 2:
            return shown(_CONTRAST[row.contrast])
        if column == 3:
            return shown(_MRI[row.mri])
        if column == 4:
            return ", ".join(f"{name} {value}" for name, value in json.loads(row.strata).items())
        if column == 6:
            return _answer(self._answered.get(row.id))
        if row.excluded:
            return row.excluded
        if self._settling:
            if row.id not in self._told:
                self._told[row.id] = "; ".join(map(shown, self._differences(row.id)))
            return self._told[row.id]
        problems = [Message(name) for name in json.loads(row.problems)]
        if row.patient in self._doubled:
            problems.append(message("may be one patient with {others}", others=list(self._doubled[row.patient])))
        return ", ".join(map(shown, problems))


def state_of(row: Row, settling: bool) -> Message:
    """The reader's own state in words: what the other reader did is not the reader's business until it is settled."""
    return STATES[row.whole if settling else row.own]


def _answer(kept: Kept | None) -> str:
    if kept is None:
        return ""
    model, verdict = kept.model, saved_verdict(kept.answer.verdict)
    return shown(message("{verdict} ({model} {version})", verdict=verdict, model=model.id, version=model.version))
