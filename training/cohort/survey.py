"""From a table or a folder of case folders to cases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.cohort_table import NEEDED, TABLE_FILE, Row, is_there, path_from, read_table
from desktop.learning.cohort.members import PHASES, Case, Cohort, contradictions
from desktop.learning.cohort.problem import CohortRefused, Problem, about, refusal
from desktop.messages import message
from desktop.reading.roi import RangeRefused, RoiRefused
from desktop.reading.saved import Reading, ReadingRefused

READING_FILE = "reading.json"
PATIENT_END = "__"
"""In a case folder's name: what stands before it is the patient's key."""

LONGEST_LICENCE = 120
"""Characters; see `desktop.learning.cohort.members.Cohort.licence`."""


@dataclass(frozen=True)
class Survey:
    """What could be read of a cohort, and what could not."""

    source: Path
    cases: tuple[Case, ...]
    problems: tuple[Problem, ...]


def read_cohort(path: Path) -> Cohort:
    """The cohort at a path; no image is opened.

    Args:
        path: a table, a folder that holds `cohort.csv`, or a folder of case folders (see `survey`).

    Raises:
        CohortRefused: anything is wrong with it; the sentence names the first thing, and how many others there are.
    """
    found = survey(path)
    if found.problems:
        raise refusal(list(found.problems))
    return Cohort(found.source, found.cases)


def survey(path: Path) -> Survey:
    """All cases that can be read, and everything that is wrong with the others; no image is opened.

    A table has a row for each case: `case` (unique key), `patient` (key), `series` and `reading` (paths, from the
    table's folder), `contrast` (plain, contrast or nothing), `licence` and any others, kept as text. Without a table,
    each folder that holds `reading.json` is a case named like the folder, with its DICOM files beside or below; the
    patient's key is what stands before "__" in that name, or all of it.

    Raises:
        CohortRefused: there is no such table or folder, or the table as a whole cannot be read.
    """
    table = path / TABLE_FILE if path.is_dir() else path
    if table.exists() or not path.is_dir():
        rows = read_table(table)
        outcomes = [_outcome(row, table) for row in rows]
        source = table
    else:
        folders = sorted(file.parent for file in path.glob(f"*/{READING_FILE}"))
        if not folders:
            raise CohortRefused(
                message(
                    "The folder {path} is not a cohort: it needs a table {table}, or a folder for each case with "
                    "{reading} and its DICOM files.",
                    path=path,
                    table=TABLE_FILE,
                    reading=READING_FILE,
                )
            )
        outcomes = [_in_folder(folder) for folder in folders]
        source = path
    cases = tuple(item for item in outcomes if isinstance(item, Case))
    problems = [item for item in outcomes if isinstance(item, Problem)]
    if not outcomes:
        problems.append(
            Problem(
                "", "table", message("The cohort {source} has no cases: add one row for each series.", source=source)
            )
        )
    return Survey(source, cases, (*problems, *contradictions(cases)))


def _outcome(row: Row, table: Path) -> Case | Problem:
    cells = row.cells
    key = cells["case"] or f"in line {row.number}"
    if empty := [name for name in NEEDED if not cells[name]]:
        return Problem(
            key,
            "table",
            message(
                "Case {case} (line {number}): {columns} is empty: fill it in.",
                case=key,
                number=row.number,
                columns=", ".join(empty),
            ),
        )
    if not (key + cells["patient"]).isprintable():
        return Problem(
            key,
            "table",
            message(
                "Case {case!r} (line {number}): its keys hold signs that cannot be printed.",
                case=key,
                number=row.number,
            ),
        )
    phase = cells.get("contrast", "").casefold()
    if phase not in ("", *PHASES):
        return Problem(
            key,
            "table",
            message(
                "Case {case}: contrast is {contrast!r}: write plain, contrast, or leave it empty.",
                case=key,
                contrast=cells["contrast"],
            ),
        )
    licence = cells.get("licence", "")
    if not licence.isprintable() or len(licence) > LONGEST_LICENCE:
        return Problem(
            key,
            "table",
            message(
                "Case {case}: its licence must be a printable text of at most {longest} characters.",
                case=key,
                longest=LONGEST_LICENCE,
            ),
        )
    others = {name: text for name, text in cells.items() if name and name not in (*NEEDED, "contrast", "licence")}
    series, reading = path_from(table, cells["series"]), path_from(table, cells["reading"])
    return _case(key, cells["patient"], series, reading, phase, others, licence)


def _in_folder(folder: Path) -> Case | Problem:
    patient = folder.name.partition(PATIENT_END)[0] or folder.name
    return _case(folder.name, patient, folder, folder / READING_FILE, "", {})


def _case(
    key: str,
    patient: str,
    series: Path,
    reading_file: Path,
    phase: str,
    strata: dict[str, str],
    licence: str = "",
) -> Case | Problem:
    if not is_there(series):
        return Problem(
            key,
            "series",
            message(
                "Case {case}: there is no series at {series}: correct the column series or put it there.",
                case=key,
                series=series,
            ),
        )
    try:
        reading = Reading.load(reading_file).require_confirmed(reading_file)
    except (ReadingRefused, RoiRefused, RangeRefused) as error:
        return Problem(key, "reading", about(key, error.message))
    try:
        return Case(key, patient, series, reading, reading_file, phase, strata, licence)
    except CohortRefused as error:
        return Problem(key, "label", error.message)
