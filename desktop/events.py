"""A log in a database: what was done, when, by whom. Each event holds the digest of the one before it.

Whoever changes, removes or inserts an event has to compute all later ones anew; the last digest, written down or sent
elsewhere, shows that. Readers are named by code, cases and series by digest. Projects and the trail have such a log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any, Protocol

from desktop.messages import Message, counted, message

PROGRAM = ""
"""Stands for the reader where nobody did it by hand."""

TABLE = """
CREATE TABLE events (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,                   -- UTC
    workstation TEXT NOT NULL,
    reader TEXT NOT NULL,               -- a code, '' for the program
    what TEXT NOT NULL,
    subject TEXT NOT NULL,              -- the id of what was changed
    data TEXT NOT NULL,                 -- JSON
    origin TEXT NOT NULL,               -- digest of the event of another copy that this one repeats, or ''
    before TEXT NOT NULL,               -- digest of the event before, '' for the first
    digest TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX events_of_subject ON events (subject);
CREATE TRIGGER events_stay BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the log cannot be changed'); END;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'the log cannot be shortened'); END;
"""
"""The log's own; part of schemas that were published, so that it never changes."""


class Database(Protocol):
    """What the log needs of the database that it is in."""

    workstation: str

    @property
    def time(self) -> str:
        """The present time, as it is written."""

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""

    def run(self, sql: str, *values: object) -> None:
        """Change rows; only within a change."""


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        at: UTC, ISO 8601.
        workstation: which opening of the database it was written in.
        reader: a code, or `PROGRAM`.
        what: a word for what was done, such as "entry kept".
        subject: the id of what it was done to.
        data: JSON.
        origin: digest of the event of another copy that this one repeats, or "".
        before: digest of the event before, "" for the first.
    """

    at: str
    workstation: str
    reader: str
    what: str
    subject: str
    data: str
    origin: str
    before: str

    @property
    def digest(self) -> str:
        """SHA-256 over all fields."""
        return digest_of(json.dumps(astuple(self), ensure_ascii=True))


@dataclass(frozen=True)
class Break:
    """Where the log does not hold: the number of the event, and why."""

    number: int
    why: Message


def append(
    log: Database, reader: str, what: str, subject: str, data: Mapping[str, object] | None = None, origin: str = ""
) -> Event:
    """Write one event; within a change, with what it tells of."""
    event = Event(log.time, log.workstation, reader, what, subject, canonical(data or {}), origin, last_digest(log))
    write(log, event)
    return event


def write(log: Database, event: Event) -> None:
    """Write an event as it is; its `before` has to be the last digest."""
    log.run(
        "INSERT INTO events (at, workstation, reader, what, subject, data, origin, before, digest) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *astuple(event),
        event.digest,
    )


def last_digest(log: Database) -> str:
    """The digest of the last event, which stands for the whole log; "" for an empty one."""
    found = log.rows("SELECT digest FROM events ORDER BY number DESC LIMIT 1")
    return str(found[0][0]) if found else ""


def read(log: Database, after: int = 0) -> Iterator[tuple[int, Event, str]]:
    """The events after a number: number, event, and the digest that is written beside it."""
    for number, *fields, digest in log.rows(
        "SELECT number, at, workstation, reader, what, subject, data, origin, before, digest FROM events "
        "WHERE number > ? ORDER BY number",
        after,
    ):
        yield number, Event(*fields), digest


def breaks(log: Database) -> list[Break]:
    """Where events were changed, removed or put in; none in a sound log."""
    found, before, expected = [], "", 1
    for number, event, digest in read(log):
        if number != expected:
            missing = number - expected
            why = counted("{number} event before it is missing", "{number} events before it are missing", missing)
            found.append(Break(number, why))
        if event.before != before:
            found.append(Break(number, message("it does not follow the event before it")))
        if event.digest != digest:
            found.append(Break(number, message("it was changed")))
        before, expected = digest, number + 1
    return found


def canonical(value: object) -> str:
    """JSON that is the same for the same content."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
