"""Two copies of one project become one: what either has is there afterwards, and nothing is overwritten.

Copies of a project share its id; another department's project has another one and is refused. Cases are the same by
series, entries by their id. Where both copies changed an entry, both are kept, and a reader chooses. The other copy's
events are repeated at the end of the own log, with their digests, so that the same copy can be merged again.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field

from desktop import events
from desktop.messages import Message, message
from desktop.project import cases, entries, results
from desktop.project.database import Project, ProjectRefused

_TABLES = {"entries": 12, "studies": 4, "answers": 6}
"""Columns of what is taken over row by row."""


@dataclass
class Merged:
    """What came from the other copy.

    Attributes:
        cases, entries, answers: how many were new or newer.
        conflicts: keys of cases with two edits of one entry, which a reader has to choose from.
        renamed: keys that stood for another case here: the other copy's key, and what it is now.
        remarks: what was not taken, in sentences.
    """

    cases: int = 0
    entries: int = 0
    answers: int = 0
    conflicts: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)
    remarks: list[Message] = field(default_factory=list)


def merge(project: Project, other: Project) -> Merged:
    """Take over what another copy of the project has; the other copy is not changed.

    Raises:
        ProjectRefused: it is another project, or its log does not hold.
        NotWritten: the disk fails; nothing was changed.
    """
    if project.id != other.id:
        raise ProjectRefused(
            message(
                "{other} is not a copy of {path} but another project: only copies can be merged. Nothing was changed.",
                other=other.path.name,
                path=project.path.name,
            )
        )
    if events.breaks(other):
        raise ProjectRefused(
            message(
                "The log of {other} does not hold: look at it with `clivus project check`. Nothing was changed.",
                other=other.path.name,
            )
        )
    merged = Merged()
    with project.change():
        known = {digest for row in project.rows("SELECT digest, origin FROM events") for digest in row}
        for code in entries.readers(other):
            entries.add_reader(project, code)
        _take_cases(project, other, merged)
        _take_entries(project, other, merged)
        _take_studies(project, other, merged)
        for row in other.rows("SELECT * FROM results ORDER BY read"):
            results.insert(project, row)
        for _, event, digest in list(events.read(other)):
            if not {digest, event.origin or digest} & known:
                data = json.loads(event.data) | {"at": event.at}
                events.append(project, event.reader, event.what, event.subject, data, origin=digest)
        events.append(project, events.PROGRAM, "copy merged", project.id, {"log": events.last_digest(other)})
    return merged


def _take_cases(project: Project, other: Project, merged: Merged) -> None:
    here = {case.id: case for case in cases.every(project)}
    patients: dict[str, str] = {}
    """What the other copy's patients are called here."""
    theirs = cases.every(other)
    for case in theirs:
        if case.id in here:
            patients.setdefault(case.patient, here[case.id].patient)
    for case in theirs:
        mine = here.get(case.id)
        if mine is None:
            patient = patients.setdefault(case.patient, cases.patient_for(project, case))
            key = cases.insert(project, case, patient)
            if key != case.key:
                merged.renamed[case.key] = key
            events.append(project, events.PROGRAM, "case added", case.id, {"patient": patient})
            merged.cases += 1
            continue
        for column in ("excluded", "mri", "strata_json", "pixels", "suggestion"):
            ours, one = getattr(mine, column), getattr(case, column)
            if one in ("", None, "{}") or one == ours:
                continue
            if ours in ("", None, "{}"):
                cases.take_over(project, mine, column, one)
            elif column != "suggestion":
                merged.remarks.append(
                    message(
                        "Case {key}: {what} differs in the two copies; what this one has was kept.",
                        key=mine.key,
                        what=column.removesuffix("_json"),
                    )
                )


def _take_entries(project: Project, other: Project, merged: Merged) -> None:
    here = {case.id: case for case in cases.every(project)}
    for row in other.rows("SELECT * FROM entries ORDER BY saved"):
        own, case, reader, settled, _, digest = row[:6]
        same_id = project.rows("SELECT digest FROM entries WHERE id = ?", own)
        of_reader = project.rows(
            "SELECT digest FROM entries WHERE case_id = ? AND settled = ? AND (settled OR reader = ?)",
            *(case, settled, reader),
        )
        if (digest,) in of_reader or project.rows(
            "SELECT 1 FROM events WHERE subject = ? AND what = 'edit set aside'", own
        ):
            continue
        if same_id and digest in _history(project, own):
            continue  # this copy went on from there
        if same_id and same_id[0][0] in _history(other, own):  # the other copy did
            project.run("DELETE FROM entries WHERE id = ?", own)
        elif of_reader:
            merged.conflicts.add(here[case].key)
            own = uuid.uuid4().hex if same_id else own
        _insert(project, "entries", (own, *row[1:]))
        events.append(project, reader, "entry kept", own, {"case": case, "digest": digest, "settled": bool(settled)})
        entries.compare(project, here[case])
        merged.entries += 1


def _take_studies(project: Project, other: Project, merged: Merged) -> None:
    here = {str(row[0]) for row in project.rows("SELECT id FROM studies")}
    names = {str(row[0]) for row in project.rows("SELECT name FROM studies")}
    for own, name, protocol, created in other.rows("SELECT id, name, protocol, created FROM studies"):
        if own not in here:
            free = name if name not in names else f"{name} ({own[:4]})"
            _insert(project, "studies", (own, free, protocol, created))
            data = {"name": free, "protocol": events.digest_of(protocol)}
            events.append(project, events.PROGRAM, "study begun", own, data)
    for study, reader, case, arm, document, locked in other.rows("SELECT * FROM answers"):
        where = (study, reader, case, arm)
        found = project.rows(
            "SELECT document, locked FROM answers WHERE study = ? AND reader = ? AND case_id = ? AND arm = ?", *where
        )
        if found and (found[0][1] or not locked):
            if found[0][1] and locked and found[0][0] != document:
                merged.remarks.append(
                    message(
                        "Reader {reader} locked two answers to one case of a study; the one of this copy was kept.",
                        reader=reader,
                    )
                )
            continue
        if found:
            project.run("DELETE FROM answers WHERE study = ? AND reader = ? AND case_id = ? AND arm = ?", *where)
        _insert(project, "answers", (*where, document, locked))
        if locked:
            data = {"digest": events.digest_of(document)}
            events.append(project, reader, "answer locked", " ".join(where), data)
        merged.answers += 1


def _insert(project: Project, table: str, values: tuple[object, ...]) -> None:
    project.run(f"INSERT INTO {table} VALUES ({', '.join('?' * _TABLES[table])})", *values)


def _history(project: Project, entry: str) -> set[str]:
    """The digests that an entry ever had in a copy."""
    rows = project.rows("SELECT data FROM events WHERE subject = ? AND what = 'entry kept'", entry)
    return {json.loads(row[0])["digest"] for row in rows}
