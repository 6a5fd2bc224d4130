"""How often a test set has been looked at: a table beside it, one row for each evaluation, never rewritten.

Whoever looks at a test set, changes something and looks again is choosing by it; the count says how far that went.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from desktop.errors import InputRefused
from desktop.inference.manifest import Manifest
from training.cohort.case import Case

ENDING = ".looks.csv"


class LooksRefused(InputRefused):
    """The table of looks cannot be read or added to, so the test set is not looked at."""


@dataclass(frozen=True)
class Look:
    """One evaluation.

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
    def now(cases: Iterable[Case], manifest: Manifest) -> Look:
        """The look that is about to be taken."""
        marks = "\n".join(sorted(case.marks() for case in cases))
        return Look(
            datetime.now(UTC).isoformat(timespec="seconds"),
            hashlib.sha256(marks.encode()).hexdigest(),
            manifest.id,
            manifest.version,
            manifest.sha256,
        )


@dataclass(frozen=True)
class Looks:
    """What a report says of earlier looks at the same cases.

    Attributes:
        number: which look this one is, from 1.
        models: how many different models looked, this one included.
    """

    number: int
    models: int


def looks_file(test_set: Path) -> Path:
    """The table's place: beside the split or the cohort's table, or in the cohort's folder."""
    return test_set / f"cohort{ENDING}" if test_set.is_dir() else test_set.with_suffix(ENDING)


def record_look(path: Path, look: Look) -> Looks:
    """Add a look to the table, before anything is measured.

    Raises:
        LooksRefused: the table is no such table, or cannot be written to.
    """
    names = [field.name for field in fields(Look)]
    row = io.StringIO()
    table = csv.DictWriter(row, names, lineterminator="\n")
    try:
        before = _read(path, names)
        if not path.exists():
            table.writeheader()
        table.writerow(asdict(look))
        # Appended in one go: a look is never lost to another one's table.
        with path.open("a", encoding="utf-8", newline="") as stream:
            stream.write(row.getvalue())
    except OSError as error:
        raise LooksRefused(
            f"{path} cannot be written ({error.strerror or error}), and no test set is looked at without a note "
            "of it: make the place writable, or copy the cohort or the split to one that is."
        ) from None
    same = [entry for entry in (*before, look) if entry.cases == look.cases]
    return Looks(len(same), len({entry.model_sha256 for entry in same}))


def _read(path: Path, names: list[str]) -> list[Look]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if any(list(row) != names or None in row.values() for row in rows):
        raise LooksRefused(f"{path} is no table of looks ({', '.join(names)}): move it away.")
    return [Look(**row) for row in rows]
