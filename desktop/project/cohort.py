"""A project as a cohort for `clivus-train`; `taking.py` is the way back. Nothing is typed by hand.

The settled entry of a case counts; where there is none, the entry of a single reader, or of two who agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop import events
from desktop.cohort_table import EXCLUDED_FILE, TABLE_FILE, path_to
from desktop.csv_text import csv_text
from desktop.files import new_folder, write_text
from desktop.messages import Message, message
from desktop.project import cases, differences, entries
from desktop.project.cases import Case
from desktop.project.database import Project, ProjectRefused
from desktop.project.entries import Kept
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading

READINGS = "readings"

MRI = {True: "yes", False: "no", None: ""}
"""What the column `mri` says; it is there where anybody said it of any case."""

_MARK = "\ufeff"
"""Byte order mark, by which a spreadsheet sees that reasons in other alphabets are UTF-8."""


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        cases: keys of those in the cohort.
        left_out: keys of the others, and why.
    """

    cases: tuple[str, ...]
    left_out: dict[str, Message]


@dataclass(frozen=True)
class Ready:
    """A case with the reading that counts for it, and where its series lies."""

    case: Case
    reading: Reading
    place: Path


@dataclass(frozen=True)
class _Taken:
    """The entry that counts for a case, and who stands for it."""

    kept: Kept
    reader: str


def export(project: Project, out: Path, find: Callable[[Case], Path | None]) -> Exported:
    """Write a cohort's folder: table, readings, and what was left out with its reason.

    Args:
        find: where the series of a case lies.

    Raises:
        ProjectRefused: no case is ready.
        WrongUse: the folder exists and is not empty.
        NotWritten: it cannot be written; nothing is left of it.
    """
    rows: list[dict[str, object]] = []
    with new_folder(out) as folder:
        (folder / READINGS).mkdir()
        every = cases.every(project)
        found, left_out = ready(project, find)
        mri_said = any(case.mri is not None for case in every)
        for one in found:
            file = f"{READINGS}/{one.case.key}.json"
            one.reading.save(folder / file)
            own: dict[str, object] = {
                "case": one.case.key,
                "patient": one.case.patient,
                "series": path_to(out, one.place),
                "reading": file,
            }
            own |= {"contrast": one.case.contrast} | ({"mri": MRI[one.case.mri]} if mri_said else {})
            rows.append(own | one.case.strata)
        if not rows:
            raise ProjectRefused(
                message(
                    "No case of {path} is ready for a cohort: each needs range, ROI and a verdict on which its readers "
                    "agree.",
                    path=project.path.name,
                )
            )
        columns = list(dict.fromkeys(name for row in rows for name in row))
        table = csv_text(columns, [[row.get(name, "") for name in columns] for row in rows])
        write_text(folder / TABLE_FILE, _MARK + table)
        excluded = [[case.key, left_out[case.key], MRI[case.mri]] for case in every if case.key in left_out]
        write_text(folder / EXCLUDED_FILE, _MARK + csv_text(["case", "reason", "mri"], excluded))
        with project.change():
            data = {"cases": len(rows), "left_out": len(left_out)}
            events.append(project, events.PROGRAM, "cohort exported", project.id, data)
    return Exported(tuple(str(row["case"]) for row in rows), left_out)


def ready(project: Project, find: Callable[[Case], Path | None]) -> tuple[list[Ready], dict[str, Message]]:
    """The cases that are ready for a cohort, and why each of the others is not, by its key.

    Args:
        find: where the series of a case lies.
    """
    found: list[Ready] = []
    left_out: dict[str, Message] = {}
    for case in cases.every(project):
        taken = counting(project, case)
        if isinstance(taken, Message):
            left_out[case.key] = taken
            continue
        reading, place = taken.kept.entry.reading(case, taken.reader), find(case)
        if reading is None or reading.verdict not in (Verdict.POSITIVE, Verdict.NEGATIVE):
            left_out[case.key] = message("range, ROI or a verdict of positive or negative is missing")
        elif place is None:
            left_out[case.key] = message("its series was not found on this computer")
        else:
            found.append(Ready(case, reading, place))
    return found, left_out


def counting(project: Project, case: Case) -> _Taken | Message:
    """The entry that counts for a case; or why none does, as a clause."""
    if case.excluded:
        return message("excluded: {why}", why=case.excluded)
    settled = entries.of_case(project, case, settled=True)
    if len(settled) == 1:
        return _Taken(settled[0], settled[0].reader)
    every = entries.of_case(project, case)
    found = [kept for kept in every if kept.entry.answered]
    if not found:
        proposed = any(not kept.entry.origin.confirmed for kept in every)
        return message("no reader has confirmed its reading") if proposed else message("nobody has answered it")
    if len(settled) > 1 or len({kept.reader for kept in every}) < len(every):
        return message("one reading of it was edited twice, and nobody chose yet")
    if any(not differences.between(case, found[0].entry, other.entry).agree for other in found[1:]):
        return message("its readers differ, and nobody settled it yet")
    return _Taken(found[0], " + ".join(kept.reader for kept in found))


def truth(project: Project) -> dict[str, bool]:
    """Whether the tumour invades, by the ids of the cases of which that is settled."""
    found = {}
    for case in cases.every(project):
        taken = counting(project, case)
        if not isinstance(taken, Message) and taken.kept.entry.verdict in (Verdict.POSITIVE, Verdict.NEGATIVE):
            found[case.id] = taken.kept.entry.verdict is Verdict.POSITIVE
    return found
