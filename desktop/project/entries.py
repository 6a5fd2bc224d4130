"""The entries of a project: one for each reader and case, and the settled ones."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import combinations

from desktop import events
from desktop.messages import message
from desktop.project import cases
from desktop.project.cases import Case
from desktop.project.database import Project, ProjectRefused
from desktop.project.differences import between
from desktop.project.entry import Entry


@dataclass(frozen=True)
class Kept:
    """An entry as the project keeps it.

    Attributes:
        id: of this entry; two of one reader and case are two edits, made in two copies of the project.
        settled: whether it is what two readers agreed on.
        saved: when, UTC.
    """

    id: str
    case_id: str
    reader: str
    settled: bool
    entry: Entry
    digest: str
    saved: str


def add_reader(project: Project, code: str) -> None:
    """Add a reader by a code, which is not a name; nothing if it is there.

    Raises:
        ProjectRefused: the code is empty or too long.
    """
    if not code.strip() or len(code) > 40 or not code.isprintable():
        raise ProjectRefused(
            message('"{code}" cannot be a reader\'s code: give 1 to 40 letters or digits, such as "A".', code=code)
        )
    with project.change():
        if not project.rows("SELECT 1 FROM readers WHERE code = ?", code):
            project.run("INSERT INTO readers VALUES (?, ?)", code, project.time)
            events.append(project, code, "reader added", code)


def readers(project: Project) -> list[str]:
    """All readers' codes."""
    return [str(row[0]) for row in project.rows("SELECT code FROM readers ORDER BY code")]


def keep(project: Project, case: Case, reader: str, entry: Entry, *, settled: bool = False, own: str = "") -> Kept:
    """Keep what a reader did with a case, in place of what the reader did before.

    Args:
        settled: it is the third entry, in which the differences of two readers are settled.
        own: the id of the entry that is replaced, where there are two of this reader; else the reader's only one.
    """
    text = events.canonical(entry.document())
    digest = events.digest_of(text)
    inside = () if (span := entry.range) is None else span.indices(case.positions_mm)
    with project.change():
        mine = edits(project, case, reader, settled=settled)
        known = own or (mine[0].id if mine else uuid.uuid4().hex)
        replaced = [kept for kept in mine if kept.id == known]
        if same := [kept for kept in replaced or mine if kept.digest == digest]:
            return same[0]
        written = {
            "id": known,
            "case_id": case.id,
            "reader": reader,
            "settled": int(settled),
            "document": text,
            "digest": digest,
            "marked": int(entry.roi is not None and span is not None),
            "labelled": _labelled(entry, len(inside)),
            "in_range": len(inside),
            "verdict": entry.verdict or "",
            "saved": project.time,
            "proposed": int(not entry.origin.confirmed),
        }
        sets = ", ".join(f"{name} = excluded.{name}" for name in written)
        project.run(
            f"INSERT INTO entries ({', '.join(written)}) VALUES ({', '.join('?' * len(written))}) "
            f"ON CONFLICT (id) DO UPDATE SET {sets}",
            *written.values(),
        )
        events.append(project, reader, "entry kept", known, {"case": case.id, "digest": digest, "settled": settled})
        compare(project, case)
    return Kept(known, case.id, reader, settled, entry, digest, project.time)


def keep_over(
    project: Project, case: Case, reader: str, entry: Entry, shown: Kept | None, *, settled: bool = False
) -> Kept:
    """Keep what a reader did, in place of the entry that the window has shown or kept last: None where it has shown
    none. What another window has kept meanwhile is not overwritten: then there are two edits, to choose from."""
    with project.change():
        found = edits(project, case, reader, settled=settled)
        as_shown = [
            kept.id for kept in found if shown is not None and (kept.id, kept.digest) == (shown.id, shown.digest)
        ]
        own = as_shown[0] if as_shown else uuid.uuid4().hex
        return keep(project, case, reader, entry, settled=settled, own=own)


def edits(project: Project, case: Case, reader: str, *, settled: bool = False) -> list[Kept]:
    """One entry, as often as it was made: twice where it was made in two copies or two windows, and a reader has to
    choose. What is settled is one entry, whoever made it."""
    return of_case(project, case, settled=True) if settled else of_reader(project, case, reader)


def of_reader(project: Project, case: Case, reader: str, *, settled: bool = False) -> list[Kept]:
    """A reader's entry of a case; two where it was edited in two copies, none where there is none."""
    return _kept(project, "case_id = ? AND reader = ? AND settled = ?", case.id, reader, int(settled))


def of_case(project: Project, case: Case, *, settled: bool = False) -> list[Kept]:
    """The entries of all readers of a case."""
    return _kept(project, "case_id = ? AND settled = ?", case.id, int(settled))


def choose(project: Project, kept: Kept) -> None:
    """Of two edits of one reading, this one counts from now on; the other stays in the log."""
    with project.change():
        case = cases.find(project, kept.case_id)
        others = [other for other in edits(project, case, kept.reader, settled=kept.settled) if other.id != kept.id]
        for other in others:
            project.run("DELETE FROM entries WHERE id = ?", other.id)
            document = other.entry.document()
            data = {"case": kept.case_id, "instead": kept.id, "document": document}
            events.append(project, kept.reader, "edit set aside", other.id, data)
        compare(project, case)


def compare(project: Project, case: Case) -> None:
    """Write down whether the entries of a case have to be settled: two answers that differ, or two edits of one."""
    found = of_case(project, case)
    twice = len({kept.reader for kept in found}) < len(found)
    answered = [kept.entry for kept in found if kept.entry.answered]
    differ = any(not between(case, one, other).agree for one, other in combinations(answered, 2))
    project.run("UPDATE cases SET conflict = ? WHERE id = ?", int(twice or differ), case.id)


def _labelled(entry: Entry, in_range: int) -> int:
    """How many labels there are, at most as many as slices in the range."""
    return min(len(entry.slice_labels), in_range)


def _kept(project: Project, condition: str, *values: object) -> list[Kept]:
    rows = project.rows(
        f"SELECT id, case_id, reader, settled, document, digest, saved FROM entries WHERE {condition} "
        "ORDER BY reader, saved",
        *values,
    )
    return [
        Kept(own, case, reader, bool(settled), Entry.of(document), digest, saved)
        for own, case, reader, settled, document, digest, saved in rows
    ]
