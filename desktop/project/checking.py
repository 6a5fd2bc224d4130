"""Whether a project is sound: its pages, its log, its entries and locked answers."""

from __future__ import annotations

import json
from dataclasses import dataclass

from desktop import events
from desktop.messages import Message, message
from desktop.project import cases
from desktop.project.database import Project


@dataclass(frozen=True)
class Soundness:
    """What was found.

    Attributes:
        faults: what is wrong, in sentences; empty where all is sound.
        remarks: what a reader should look at, though nothing is damaged.
        log: digest of the last event: written down elsewhere, it shows later that the log was not made anew.
        numbers: of cases, readers, entries and events.
    """

    faults: tuple[Message, ...]
    remarks: tuple[Message, ...]
    log: str
    numbers: dict[str, int]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def check(project: Project) -> Soundness:
    """Look at all of a project.

    Raises:
        ProjectRefused: it is too damaged to be looked at.
    """
    faults = [message("The file is damaged: {fault}.", fault=fault) for fault in project.faults()]
    if faults:
        return Soundness(tuple(faults), (), "", {})
    faults += [
        message("Event {number} of the log does not hold: {why}.", number=found.number, why=found.why)
        for found in events.breaks(project)
    ]
    faults += _changed_behind(project)
    remarks = [
        message("{patients} may be one patient: join them, or leave them if they are not.", patients=list(patients))
        for patients in cases.doubled_people(project)
    ]
    tables = ("cases", "readers", "entries", "studies", "answers", "results", "events")
    numbers = {table: int(project.rows(f"SELECT COUNT(*) FROM {table}")[0][0]) for table in tables}
    return Soundness(tuple(faults), tuple(remarks), events.last_digest(project), numbers)


def _changed_behind(project: Project) -> list[Message]:
    """Entries, locked answers and results that are not what the log says of them last."""
    last: dict[str, str] = {}
    gone: set[str] = set()
    for _, event, _ in events.read(project):
        if event.origin:
            continue  # what another copy did; what was taken from it has an event of this one
        if event.what in ("entry kept", "answer locked", "result kept"):
            last[event.subject] = json.loads(event.data)["digest"]
        elif event.what == "edit set aside":
            gone.add(event.subject)
    faults = []
    found: set[str] = set()
    for own, document, digest, key, reader in project.rows(
        "SELECT entries.id, document, digest, cases.key, reader FROM entries JOIN cases ON cases.id = case_id"
    ):
        found.add(own)
        if events.digest_of(document) != digest or last.get(own) != digest:
            faults.append(
                message("The entry of reader {reader} for case {key} is not what was kept.", reader=reader, key=key)
            )
    for study, reader, case_id, arm, document, key in project.rows(
        "SELECT study, reader, case_id, arm, document, cases.key FROM answers JOIN cases ON cases.id = case_id "
        "WHERE locked IS NOT NULL"
    ):
        own = f"{study} {reader} {case_id} {arm}"
        found.add(own)
        if last.get(own) != events.digest_of(document):
            faults.append(
                message(
                    "The locked answer of reader {reader} for case {key} ({arm}) was changed afterwards.",
                    reader=reader,
                    key=key,
                    arm=arm,
                )
            )
    for own, document, key in project.rows(
        "SELECT results.id, document, cases.key FROM results JOIN cases ON cases.id = case_id"
    ):
        found.add(own)
        if last.get(own) != events.digest_of(document):
            faults.append(message("The model's result for case {key} is not what was kept.", key=key))
    missing = set(last) - found - gone
    if missing:
        faults.append(
            message("{number} entries, answers or results that the log tells of are missing.", number=len(missing))
        )
    return faults
