"""How often a test set has been looked at: a table beside it, a row for each evaluation and model, never rewritten.

Whoever looks at a test set, changes something and looks again is choosing by it; the count says how far that went.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from desktop.errors import InputRefused
from desktop.files import write_text
from desktop.inference.manifest import Manifest
from desktop.learning.cohort.members import Case
from desktop.locks import Lock
from desktop.messages import message
from desktop.unwritten import NotWritten, reason_and_advice, shortened

ENDING = ".looks.csv"

_LOCK = ".clivus-looks.lock"
_WAIT_S = 10.0
"""A row is added in much less."""

_REPAIR = 'save it as "CSV UTF-8" with commas if a spreadsheet changed it, or move it away if it is something else.'


class LooksRefused(InputRefused):
    """The table of looks cannot be read or added to, so the test set is not looked at."""


@dataclass(frozen=True)
class Look:
    """One model in one evaluation.

    Attributes:
        time: when it began, UTC, ISO 8601.
        cases: SHA-256 of the cases looked at: keys, patients and marks.
    """

    time: str
    cases: str
    model: str
    version: str
    model_sha256: str

    @staticmethod
    def now(cases: Iterable[Case], models: Iterable[Manifest]) -> list[Look]:
        """The look that is about to be taken, with one model or with several on the same cases."""
        marks = "\n".join(sorted(case.marks() for case in cases))
        time, print_of_cases = datetime.now(UTC).isoformat(), hashlib.sha256(marks.encode()).hexdigest()
        return [Look(time, print_of_cases, one.id, one.version, one.sha256) for one in models]


@dataclass(frozen=True)
class Looks:
    """What a report says of the looks noted beside a test set.

    Attributes:
        time: of this one, UTC, ISO 8601.
        number: which one it is, from 1, whatever cases and marks the others were at.
        same: how many were at exactly these cases and marks, this one included: a label that was corrected or a case
            that was left out begins this count anew, but not the other.
        models: how many different models looked, those of this look included.
    """

    time: str
    number: int
    same: int
    models: int


def looks_file(test_set: Path) -> Path:
    """The table's place: beside the split or the cohort's table, or in the cohort's folder."""
    return test_set / f"cohort{ENDING}" if test_set.is_dir() else test_set.with_suffix(ENDING)


def record_look(path: Path, look: Sequence[Look]) -> Looks:
    """Add a look to the table, before anything is measured.

    Args:
        look: a row for each model of one evaluation.

    Raises:
        LooksRefused: the table is no such table, or cannot be written to.
    """
    place = Path(os.path.realpath(path))  # a link to the table stays one
    try:
        lock = Lock.take(place.with_name(_LOCK), _WAIT_S)  # or a look would be lost to another one's table
        if lock is None:
            raise LooksRefused(
                message("Another evaluation is noting its look in {path}: start this one again.", path=path)
            )
        try:
            before = _add(place, look)
        finally:
            lock.release()
    except OSError as error:
        raise _not_noted(path, error) from None
    except NotWritten as error:
        raise _not_noted(path, error.error) from None
    every = [*before, *look]
    return Looks(
        look[0].time,
        len({entry.time for entry in every}),
        len({entry.time for entry in every if entry.cases == look[0].cases}),
        len({entry.model_sha256 for entry in every}),
    )


def _add(path: Path, look: Sequence[Look]) -> list[Look]:
    """Add rows to the table; those that were there."""
    names = [field.name for field in fields(Look)]
    text = _text(path)
    before = _entries(path, text, names)
    rows = io.StringIO()
    table = csv.DictWriter(rows, names, lineterminator="\n")
    if not text:
        table.writeheader()
    elif not text.endswith("\n"):  # somebody edited it
        rows.write("\n")
    table.writerows(asdict(one) for one in look)
    write_text(path, text + rows.getvalue())
    return before


def _not_noted(path: Path, error: OSError) -> LooksRefused:
    reason, advice = reason_and_advice(error)
    return LooksRefused(
        message(
            "{path} cannot be written ({reason}), and no test set is looked at without a note of it: {advice}, "
            "and copy the cohort or the split there.",
            path=shortened(path),
            reason=reason,
            advice=advice,
        )
    )


def _text(path: Path) -> str:
    """The table as it is, without the byte order mark that a spreadsheet may have added."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise LooksRefused(message("{path} is not in UTF-8: {repair}", path=path, repair=_REPAIR)) from None


def _entries(path: Path, text: str, names: list[str]) -> list[Look]:
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error:
        rows = [{}]
    if any(list(row) != names or None in row.values() for row in rows) or (text and not rows):
        raise LooksRefused(
            message(
                "{path} is not a table of looks ({names}): {repair}", path=path, names=", ".join(names), repair=_REPAIR
            )
        )
    return [Look(**row) for row in rows]
