"""Second readings of a cohort's series: another reader's rectangle and range for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop.cohort_table import TABLE_FILE, path_from, read_table
from desktop.errors import InputRefused
from desktop.learning.cohort.members import Case
from desktop.messages import counted, message
from desktop.quoting import quoted
from desktop.reading.saved import Reading
from training.cohort.survey import READING_FILE
from training.evaluation.cases.saved import case_of, load_reading, series_uid

NEEDED = ("case", "reading")
"""Columns of a table of second readings; labels, patients and series are the first cohort's."""


class SecondRefused(InputRefused):
    """Second readings that do not stand beside the first ones."""


def read_second(path: Path, cases: Sequence[Case], needed: Sequence[Case]) -> dict[str, Reading]:
    """Second readings by the first cohort's case keys.

    A cohort's table with `case` and `reading`, a folder that holds it as `cohort.csv`, a folder of case folders with
    `reading.json`, or a folder of saved readings. A reading belongs to the case with its key (the name of the folder or
    the file), or else to the one whose series it names. No verdict and no labels are needed in it.

    Args:
        cases: those that a reading may be of.
        needed: those of them that must have one.

    Raises:
        SecondRefused: a reading is of another series than its case's or of no case, or a case has two or none.
        ReadingRefused: one cannot be read.
        CohortRefused: the table as a whole cannot be read.
    """
    by_key = {case.key: case for case in cases}
    found: dict[str, Reading] = {}
    for key, file in _files(path):
        reading = load_reading(file)
        case = by_key.get(key) or case_of(reading, cases)
        if isinstance(case, str):
            raise SecondRefused(
                message("Second reading {key} ({file}): {case}.", key=quoted(key), file=file, case=case)
            )
        if series_uid(reading) != series_uid(case.reading):
            raise SecondRefused(
                message(
                    "Case {case}: its second reading {file} is of series {series}, and the first of {expected}: name a "
                    "second reading of the same series.",
                    case=case.key,
                    file=file,
                    series=quoted(reading.series),
                    expected=quoted(case.reading.series),
                )
            )
        if case.key in found:
            raise SecondRefused(
                message(
                    "Case {case}: {file} is one second reading too many: leave one of them out.",
                    case=case.key,
                    file=file,
                )
            )
        found[case.key] = reading
    if missing := [case.key for case in needed if case.key not in found]:
        raise SecondRefused(
            counted(
                "Case {case} has no second reading in {path}: each case needs one.",
                "Case {case} and others ({number} in all) have no second reading in {path}: each case needs one.",
                len(missing),
                case=missing[0],
                path=path,
            )
        )
    return found


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    table = path / TABLE_FILE if path.is_dir() else path
    if table.exists() or not path.is_dir():
        for row in read_table(table, NEEDED):
            if empty := [name for name in NEEDED if not row.cells[name]]:
                raise SecondRefused(
                    message(
                        "{table}, line {number}: {column} is empty: fill it in.",
                        table=table,
                        number=row.number,
                        column=empty[0],
                    )
                )
            yield row.cells["case"], path_from(table, row.cells["reading"])
        return
    for file in sorted(path.glob(f"*/{READING_FILE}")):
        yield file.parent.name, file
    for file in sorted(path.glob("*.json")):
        yield file.stem, file
