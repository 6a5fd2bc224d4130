"""A list of cases from a table, and the share of it that one computer reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.cohort_table import TABLE_FILE, Row, TableRefused, path_from, read_table
from desktop.headless.wanted_case import MarksOf, WantedCase
from desktop.messages import message
from desktop.quoting import quoted

NEEDED = ("case", "series")
READING = "reading"

_IN_NAMES = "-_."
"""Signs beside letters and digits that a case's key may hold: it becomes the name of a folder."""


@dataclass(frozen=True)
class Part:
    """A share of a list: each `of`-th case from the `number`-th on, the same share whenever the list is the same."""

    number: int = 1
    of: int = 1

    @property
    def whole(self) -> bool:
        """Whether it is all of the list."""
        return self.of == 1

    def taken(self, cases: Sequence[WantedCase]) -> list[WantedCase]:
        """Its cases."""
        return list(cases[self.number - 1 :: self.of])


def cases_of_table(path: Path, *, suggest: bool) -> list[WantedCase]:
    """The cases of a table: case, series, reading, and patient if it is there; paths from the table's folder.

    Args:
        path: the table, or the folder that holds `cohort.csv`.
        suggest: whether cases without a reading are read by a suggestion.

    Raises:
        TableRefused: it cannot be read, or a key cannot name a folder of its own.
    """
    table = path / TABLE_FILE if path.is_dir() else path
    rows = read_table(table, NEEDED if suggest else (*NEEDED, READING))
    if not rows:
        raise TableRefused(message("The table {table} has no cases.", table=table))
    seen: set[str] = set()
    for row in rows:
        _require_key(table, row, seen)
    return [_wanted(table, row, suggest) for row in rows]


def _wanted(table: Path, row: Row, suggest: bool) -> WantedCase:
    cells = row.cells
    reading = cells.get(READING, "")
    marks = MarksOf.READING if reading else MarksOf.SUGGESTION if suggest else MarksOf.NOBODY
    return WantedCase(
        key=cells["case"],
        patient=cells.get("patient", ""),
        path=str(path_from(table, cells["series"])) if cells["series"] else "",
        marks=marks,
        reading=str(path_from(table, reading)) if reading else "",
    )


def _require_key(table: Path, row: Row, seen: set[str]) -> None:
    key = row.cells["case"]
    letters = "".join(sign for sign in key if sign not in _IN_NAMES)
    if not letters.isalnum() or key.startswith(".") or key.endswith(".") or key.casefold() in seen:
        raise TableRefused(
            message(
                "The table {table}, line {number}: the case {key} cannot name a folder: give each case its own key, of "
                "letters, digits, - and _.",
                table=table,
                number=row.number,
                key=quoted(key),
            )
        )
    seen.add(key.casefold())
