"""What all SQLite files of Clivus share: opening, transactions, newer schemas, and errors in words."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from desktop.errors import ClivusError
from desktop.unwritten import NotWritten

BUSY_S = 5.0
"""Seconds to wait while another process writes; a change takes milliseconds."""

_SYSTEM_ERRORS = {
    "SQLITE_FULL": errno.ENOSPC,
    "SQLITE_READONLY": errno.EACCES,
    "SQLITE_PERM": errno.EACCES,
    "SQLITE_CANTOPEN": errno.ENOENT,
    "SQLITE_IOERR": errno.EIO,
    "SQLITE_BUSY": errno.EBUSY,
    "SQLITE_LOCKED": errno.EBUSY,
}
"""What SQLite's error codes (sqlite.org/rescode.html), without their extensions, are among the system's."""

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present time, in UTC."""
    return datetime.now(UTC)


def connect(path: Path) -> sqlite3.Connection:
    """Open or make a file; transactions begin where `transaction` says so."""
    return sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)


def set_up(connection: sqlite3.Connection) -> None:
    """How a file is used that is ours."""
    # A power cut costs no change that was confirmed. Of a write-ahead log it is the same as FULL; a rollback journal
    # could come back with FULL, and undo the change.
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")  # the file may come from elsewhere


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block is written, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise


def migrate(connection: sqlite3.Connection, migrations: Sequence[str], version: int) -> None:
    """Run what leads from a version to the present one, within a transaction. The n-th script leads to version n."""
    for number, script in enumerate(migrations[version:], start=version + 1):
        for statement in _statements(script):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")


def pragma(connection: sqlite3.Connection, name: str) -> int:
    """A number that SQLite keeps about the file."""
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def faults_of(connection: sqlite3.Connection) -> list[str]:
    """What SQLite itself finds wrong with the file: damaged pages, rows that point to nothing."""
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
        loose = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [line for line in found if line != "ok"] + [f"{row[0]}, row {row[1]}: no such {row[2]}" for row in loose]


def beside(path: Path) -> tuple[Path, ...]:
    """The files that SQLite keeps beside a database."""
    return tuple(path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))


@contextmanager
def told(path: Path, damaged: Callable[[Path], ClivusError]) -> Iterator[None]:
    """Turn SQLite's errors into sentences about a file.

    Args:
        damaged: what to raise where the file is damaged.

    Raises:
        NotWritten: the disk is full, read-only, gone or in use.
    """
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        kind = "_".join(name.split("_")[:2])
        if kind in _DAMAGED or not kind:
            raise damaged(path) from None
        if kind not in _SYSTEM_ERRORS:
            raise
        read_only = name == "SQLITE_READONLY" and not os.access(path.parent, os.W_OK)
        number = errno.EROFS if read_only else _SYSTEM_ERRORS[kind]
        raise NotWritten(path, OSError(number, os.strerror(number))) from None


def _statements(script: str) -> Iterator[str]:
    """A script statement by statement: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
