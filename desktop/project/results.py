"""What models answered: the results of cases that were read many at a time, and who may see them.

A result stays out of a reader's sight until that reader has answered the case, and the case of a study until the reader
has given all answers of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop import events
from desktop.fields import Fields, Unfit
from desktop.messages import message
from desktop.project import answers, reader_study, states
from desktop.project.database import Project, ProjectRefused
from desktop.project.states import State
from desktop.reading.case_answer import CaseAnswer
from desktop.strict_json import NotStrict, from_json


@dataclass(frozen=True)
class Model:
    """Which model answered; `sha256` is of its network, as in `result.json`."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Kept:
    """A result as the project keeps it.

    Attributes:
        marks: by whose marks the case was read.
        read: when, UTC.
    """

    id: str
    case_id: str
    model: Model
    marks: str
    answer: CaseAnswer
    read: str


def id_of(case_id: str, sha256: str, given: Mapping[str, Any]) -> str:
    """What a result is known by, in every copy of a project: case, model and marks."""
    return events.digest_of(events.canonical([case_id, sha256, given]))


def ids(project: Project) -> set[str]:
    """The ids of all results."""
    return {str(row[0]) for row in project.rows("SELECT id FROM results")}


def keep(project: Project, own: str, case_id: str, model: Model, marks: str, answer: CaseAnswer) -> None:
    """Keep a result; one that is there stays as it is.

    Raises:
        NotWritten: the disk fails; nothing was changed.
    """
    text = events.canonical(answer.document())
    row = (own, case_id, model.id, model.version, model.sha256, marks, text, project.time)
    with project.change():
        insert(project, row)


def insert(project: Project, row: tuple[Any, ...]) -> bool:
    """Write a row with its event, within a change; whether it was new."""
    own, case_id, *_, sha256, _, text, _ = row
    if project.rows("SELECT 1 FROM results WHERE id = ?", own):
        return False
    project.run("INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *row)
    data = {"case": case_id, "model": sha256, "digest": events.digest_of(text)}
    events.append(project, events.PROGRAM, "result kept", own, data)
    return True


def every(project: Project) -> list[Kept]:
    """All results, the oldest first."""
    rows = project.rows(
        "SELECT results.id, case_id, model, version, sha256, marks, document, read FROM results "
        "JOIN cases ON cases.id = case_id ORDER BY read, length(patient), patient, length(key), key"
    )
    return [
        Kept(own, case_id, Model(model, version, sha256), marks, _answer(text), read)
        for own, case_id, model, version, sha256, marks, text, read in rows
    ]


def shown_to(project: Project, reader: str, *, settling: bool = False) -> dict[str, Kept]:
    """The latest result of each case that a reader may see, by the id of the case.

    Args:
        settling: for those who settle differences: both readers have answered.
    """
    found = {kept.case_id: kept for kept in every(project)}
    if not found:
        return {}
    open_to = told_to(project, reader, settling=settling)
    return {own: kept for own, kept in found.items() if own in open_to}


def told_to(project: Project, reader: str, *, settling: bool = False) -> set[str]:
    """The ids of the cases of which a reader may know what others and models answered.

    Args:
        settling: for those who settle differences: both readers have answered.
    """
    hidden = _in_studies(project, reader)
    return {row.id for row in states.rows(project, reader) if _answered(row, settling) and row.id not in hidden}


def _answered(row: states.Row, settling: bool) -> bool:
    """The reader has answered the case; where differences are settled, all of its readers have."""
    if settling:
        return row.whole in (State.READ_TWICE, State.IN_CONFLICT, State.SETTLED)
    return row.own is State.ANSWERED


def _in_studies(project: Project, reader: str) -> set[str]:
    """The ids of the cases of studies that this reader has not finished."""
    hidden: set[str] = set()
    for study in reader_study.every(project):
        if reader in study.protocol.readers:
            begun = answers.open_arm(project, study, reader) is not None
            if begun or answers.model_hidden(project, study, reader):
                hidden |= set(study.protocol.case_ids)
    return hidden


def _answer(text: str) -> CaseAnswer:
    try:
        return CaseAnswer.of(Fields(from_json(text.encode())))
    except (NotStrict, Unfit) as error:
        raise ProjectRefused(
            message("A result of the project is damaged, because {reason}.", reason=error.message)
        ) from None
