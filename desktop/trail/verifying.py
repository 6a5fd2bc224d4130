"""Whether the trail holds: what was changed, taken out, put in or cut off, as far as that can be found.

Found: a changed entry, one taken out or put in, an end cut off, a trail begun anew, a damaged file. Not found: a trail
whose entries, and the note of whose end, were all computed anew by somebody who may write both; against that its last
digest is written down elsewhere, and asked for later (`noted`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desktop import events
from desktop.events import Event
from desktop.fields import Fields, Unfit
from desktop.messages import Message, counted, message
from desktop.strict_json import NotStrict, from_json
from desktop.trail.end_note import EndNote
from desktop.trail.trail_file import (
    BEGUN,
    END_MISSING,
    UNRECORDED,
    TrailFile,
    TrailPlace,
    TrailRefused,
    salt_digest,
)

_MOST_ENTRIES = 10**12


@dataclass(frozen=True)
class Verified:
    """What was found.

    Attributes:
        faults: what does not hold, in sentences; empty where the trail holds.
        remarks: what one should know beside.
        entries: how many there are.
        digest: of the last entry, which stands for all of them; "" where there is none.
    """

    faults: tuple[Message, ...]
    remarks: tuple[Message, ...]
    entries: int = 0
    digest: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(place: TrailPlace, noted: str = "") -> Verified:
    """Look at all of a trail.

    Args:
        noted: a digest that was once the last one, written down elsewhere; "" for none.

    Raises:
        NotWritten: it cannot be opened at all.
    """
    note = EndNote.load(place.note)
    if not place.begun:
        gone = [] if note is None else [message("The trail is gone; it had {number} entries.", number=note.number)]
        faults = (*gone, *([_not_there(noted)] if noted else ()))
        return Verified(faults, () if faults else (message("Nothing was recorded yet."),))
    try:
        with TrailFile.opened(place.file) as trail:
            if damaged := trail.faults():
                return Verified(tuple(message("The file is damaged: {fault}.", fault=fault) for fault in damaged), ())
            return _verified(trail, note, noted)
    except TrailRefused as error:
        return Verified((error.message,), ())


def _verified(trail: TrailFile, note: EndNote | None, noted: str) -> Verified:
    found = list(events.read(trail))
    faults = [
        message("Entry {number} does not hold: {why}.", number=broken.number, why=broken.why)
        for broken in events.breaks(trail)
    ]
    if not found or (found[0][1].what, found[0][1].subject) != (BEGUN, trail.id) or not _knows_salt(trail, found[0][1]):
        faults.append(message("The first entry is not the one that this trail was begun with."))
    for number, event, _ in found:
        faults += _told_of_itself(number, event)
    remarks = [
        message("Before entry {number} {count} acts could not be recorded.", number=number, count=count)
        for number, event, _ in found
        if event.what == UNRECORDED and (count := _whole(event, "count"))
    ]
    if note is None:
        remarks.append(message("There is no note of its end, so that an end that was cut off cannot be noticed."))
    elif not trail.holds(note):
        there = found[-1][0] if found else 0
        faults.append(_end_missing(note.number, there) if note.trail == trail.id else _another(note.number))
    if noted and noted not in {digest for _, _, digest in found}:
        faults.append(_not_there(noted))
    return Verified(tuple(faults), tuple(remarks), len(found), found[-1][2] if found else "")


def _told_of_itself(number: int, event: Event) -> Iterator[Message]:
    """What was missing when an entry was written, and can no longer be seen from the note."""
    if event.what == END_MISSING:
        yield message(
            "When entry {number} was written, the trail did not reach entry {noted} any more, which it had before.",
            number=number,
            noted=_whole(event, "number"),
        )
    if event.what == BEGUN and (before := _before(event)) is not None:
        yield _another(before)


def _end_missing(noted: int, there: int) -> Message:
    if there < noted:
        return counted(
            "The end is missing: {number} entry after entry {there}.",
            "The end is missing: {number} entries after entry {there}.",
            noted - there,
            there=there,
        )
    return message("Entry {noted} is not the one that was written.", noted=noted)


def _another(entries: int) -> Message:
    return message("This trail was begun in place of another one of {entries} entries, which is gone.", entries=entries)


def _not_there(noted: str) -> Message:
    return message("No entry has the digest {digest}.", digest=noted)


def _knows_salt(trail: TrailFile, first: Event) -> bool:
    try:
        return Fields(from_json(first.data.encode())).sha256("salt") == salt_digest(trail)
    except (NotStrict, Unfit):
        return False


def _before(event: Event) -> int | None:
    """How many entries an earlier trail had; None where there was none."""
    try:
        fields = Fields(from_json(event.data.encode()))
        return fields.part("before").whole("number", 1, _MOST_ENTRIES) if fields.has("before") else None
    except (NotStrict, Unfit):
        return None


def _whole(event: Event, key: str) -> int:
    try:
        return Fields(from_json(event.data.encode())).whole(key, 0, _MOST_ENTRIES)
    except (NotStrict, Unfit):
        return 0
