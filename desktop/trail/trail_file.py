"""The file of the trail: an SQLite database with one log, appended to by any number of processes, changed by none.

It is opened for each entry and closed again, so that nothing holds it while a window is open for days. SQLite's
rollback journal, which is gone after each entry, leaves one file to copy; a write-ahead log would leave three.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop import events, sqlite_file
from desktop.checksum import keyed_digest
from desktop.errors import InputRefused
from desktop.messages import message
from desktop.settings_file import local_data_folder, settings_file
from desktop.sqlite_file import Clock, connect, faults_of, migrate, now, pragma, set_up, transaction
from desktop.trail.end_note import EndNote
from desktop.unwritten import NotWritten, shortened

FILE, NOTE = "trail.sqlite", "trail-end.json"

APPLICATION_ID = int.from_bytes(b"CLVT")
"""In the file's header (sqlite.org/fileformat.html, 1.3.9)."""

_FIRST = """
CREATE TABLE trail (
    id TEXT PRIMARY KEY,
    salt BLOB NOT NULL,                 -- of the digests that stand for series
    created TEXT NOT NULL
) STRICT;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST + events.TABLE,)
"""As in `desktop.project.schema`: never change one that was published."""

BEGUN, END_MISSING, UNRECORDED = "trail begun", "end missing", "not recorded"
"""What the trail tells of itself."""

_OWNERS_FILE, _OWNERS_FOLDER = 0o600, 0o700
_DIGITS = 32

_SESSION = uuid.uuid4().hex[:8]
"""Tells the processes apart: a window from its start to its end, or one command."""


class TrailRefused(InputRefused):
    """A file that is not a trail, is damaged, or is of a newer version."""


@dataclass(frozen=True)
class TrailPlace:
    """Where a trail lies, and the note of its end."""

    file: Path
    note: Path

    @staticmethod
    def here() -> TrailPlace:
        """This user's, on this computer: the note with the settings, which most systems keep in another folder."""
        return TrailPlace(local_data_folder() / FILE, settings_file().with_name(NOTE))

    @property
    def begun(self) -> bool:
        """Whether there is a trail; a file that a kill left empty at its beginning is none."""
        try:
            return self.file.stat().st_size > 0
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True  # opening it says what is wrong


class TrailFile:
    """An open trail."""

    def __init__(self, path: Path, connection: sqlite3.Connection, clock: Clock) -> None:
        self._path, self._connection, self._clock = path, connection, clock
        self.workstation = _SESSION
        found = connection.execute("SELECT id, salt FROM trail").fetchall()
        if len(found) != 1:
            raise _damaged(path)
        self.id, self.salt = found[0]

    @staticmethod
    @contextmanager
    def opened(path: Path, clock: Clock = now, *, begin: bool = False) -> Iterator[TrailFile]:
        """The trail, for as long as the block runs.

        Args:
            begin: whether one is made where there is none.

        Raises:
            TrailRefused: it is not a trail, damaged, or of a newer version.
            NotWritten: it cannot be opened or written.
        """
        if begin:
            _make_file(path)
        with _told(path):
            connection = connect(path)
            try:
                if begin:
                    _begin(connection, clock)
                _require_ours(path, connection)
                set_up(connection)
                yield TrailFile(path, connection, clock)
            finally:
                connection.close()

    @property
    def time(self) -> str:
        """The present time, as the trail writes it."""
        return self._clock().isoformat(timespec="milliseconds")

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self._connection.execute(sql, values).fetchall()

    def run(self, sql: str, *values: object) -> None:
        """Change rows; only within `change`."""
        self._connection.execute(sql, values)

    @contextmanager
    def change(self) -> Iterator[None]:
        """All of the block is written, or nothing of it."""
        with transaction(self._connection):
            yield

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong with the file."""
        return faults_of(self._connection)

    def end(self) -> EndNote | None:
        """The last entry; None where there is none."""
        found = self.rows("SELECT number, digest FROM events ORDER BY number DESC LIMIT 1")
        return EndNote(self.id, *found[0]) if found else None

    def holds(self, note: EndNote) -> bool:
        """Whether the entry that was once the last is there."""
        known = self.rows("SELECT 1 FROM events WHERE number = ? AND digest = ?", note.number, note.digest)
        return note.trail == self.id and bool(known)

    def stands_for(self, series_uid: str) -> str:
        """What stands for a series. Who knows its UID finds its entries, but only with the salt, which stays here."""
        return keyed_digest(self.salt, series_uid.encode("utf-8", "surrogatepass"), _DIGITS)


def salt_digest(trail: TrailFile) -> str:
    """By which the first entry knows the salt, so that another one is noticed."""
    return hashlib.sha256(trail.salt).hexdigest()


def _make_file(path: Path) -> None:
    """For its owner alone; SQLite gives its journal the same permissions."""
    try:
        path.parent.mkdir(mode=_OWNERS_FOLDER, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNERS_FILE))
    except OSError as error:
        raise NotWritten(path, error) from None


def _begin(connection: sqlite3.Connection, clock: Clock) -> None:
    """Make the tables, if the file is new; of two processes, the second finds them made."""
    if not _is_new(connection):
        return
    with transaction(connection):
        if _is_new(connection):
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            migrate(connection, MIGRATIONS, 0)
            made = uuid.uuid4().hex, secrets.token_bytes(16), clock().isoformat(timespec="seconds")
            connection.execute("INSERT INTO trail VALUES (?, ?, ?)", made)


def _is_new(connection: sqlite3.Connection) -> bool:
    marked = pragma(connection, "application_id") or pragma(connection, "user_version")
    return not marked and connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone() == (0,)


def _require_ours(path: Path, connection: sqlite3.Connection) -> None:
    if pragma(connection, "application_id") != APPLICATION_ID:
        raise _damaged(path)
    version = pragma(connection, "user_version")
    if version > len(MIGRATIONS):
        raise TrailRefused(
            message(
                "The trail {path} is of a newer version of Clivus (schema {found}, this version knows {known}): "
                "install that version here.",
                path=shortened(path),
                found=version,
                known=len(MIGRATIONS),
            )
        )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        with sqlite_file.told(path, _damaged):
            yield
    except sqlite3.Error:  # its tables are not what they were
        raise _damaged(path) from None


def _damaged(path: Path) -> TrailRefused:
    return TrailRefused(
        message(
            "{path} is damaged, or not a trail of Clivus: move it to another folder and keep it there; the next entry "
            "then begins a new one.",
            path=shortened(path),
        )
    )
