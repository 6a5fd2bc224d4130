"""The file of a project: made, opened, changed in transactions, backed up.

SQLite keeps a journal beside the file (write-ahead log), so that several windows on one computer can work with one
project, and a kill or a power cut costs at most the change that was being written.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from desktop.errors import InputRefused
from desktop.files import require_new
from desktop.messages import Message, message
from desktop.own_files import SUFFIX
from desktop.project import schema
from desktop.unwritten import NotWritten, shortened

BUSY_S = 5.0
"""Seconds to wait while another window writes; a change takes milliseconds."""

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


class ProjectRefused(InputRefused):
    """A file that is not a project, or a change that the project does not allow."""


Clock = Callable[[], datetime]


def now() -> datetime:
    """The present time, in UTC."""
    return datetime.now(UTC)


class Project:
    """An open project. It belongs to the thread that opened it; another one opens its own.

    Attributes:
        path: the file.
        id: the same in all copies of the project.
        workstation: tells the copies apart in the log; chosen anew each time a file is opened.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, clock: Clock) -> None:
        self.path, self._connection, self._clock = path, connection, clock
        self._place = _place(path)
        self.workstation = uuid.uuid4().hex[:8]
        self.id, self.salt = connection.execute("SELECT id, salt FROM project").fetchone()

    @staticmethod
    def create(path: Path, clock: Clock = now) -> Project:
        """Make a new, empty project.

        Raises:
            WrongUse: something has this name already.
            NotWritten: it cannot be written there.
        """
        require_new(path)
        with told(path):
            connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
            try:
                _set_up(connection)
                with _transaction(connection):
                    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
                    _migrate(connection, 0)
                    connection.execute(
                        "INSERT INTO project VALUES (?, ?, ?)",
                        (uuid.uuid4().hex, secrets.token_bytes(16), clock().isoformat(timespec="seconds")),
                    )
            except BaseException:
                connection.close()
                for left in (path, *_beside(path)):
                    left.unlink(missing_ok=True)
                raise
            return Project(path, connection, clock)

    @staticmethod
    def open(path: Path, clock: Clock = now) -> Project:
        """Open a project; an older one is brought to the present schema, after a backup.

        Raises:
            ProjectRefused: it is not a project, damaged, or of a newer version.
            NotWritten: it cannot be opened for writing.
        """
        if not path.is_file():
            raise ProjectRefused(
                message("There is no project at {path}: name its file, or begin one.", path=shortened(path))
            )
        with told(path):
            connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
            try:
                _require_ours(path, connection)  # before anything that would change a stranger's file
                _set_up(connection)
                version = _pragma(connection, "user_version")
                if version < schema.VERSION:
                    _copy(connection, path.with_name(f"{path.stem} (version {version}){SUFFIX}"))
                    with _transaction(connection):
                        _migrate(connection, version)
                return Project(path, connection, clock)
            except BaseException:
                connection.close()
                raise

    def __enter__(self) -> Project:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was changed is on the disk already."""
        with contextlib.suppress(sqlite3.Error):  # the disk is gone: the journal is there when it comes back
            self._connection.close()

    @property
    def time(self) -> str:
        """The present time, as the project writes it."""
        return self._clock().isoformat(timespec="milliseconds")

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query.

        Raises:
            ProjectRefused: the file is damaged.
            NotWritten: the disk fails.
        """
        with told(self.path):
            return self._connection.execute(sql, values).fetchall()

    def run(self, sql: str, *values: object) -> None:
        """Change rows; only within `change`."""
        self._connection.execute(sql, values)

    @contextmanager
    def change(self) -> Iterator[None]:
        """One change: all of the block is written, or nothing of it.

        Raises:
            NotWritten: it cannot be written; nothing was changed.
            ProjectRefused: the file is damaged, or a locked answer was to be changed.
        """
        with told(self.path):
            if self._connection.in_transaction:  # part of a larger change
                yield
                return
            self._require_in_place()
            with _transaction(self._connection):
                yield

    def _require_in_place(self) -> None:
        """The open file has to be the one at its path. The system lets a program write on into a file that was removed,
        or whose share is gone, and that would be lost. To the system, a share that has come back is another one: the
        file in it is opened anew.

        Raises:
            NotWritten: nothing lies there now.
            ProjectRefused: another file does.
        """
        if _place(self.path) == self._place:
            return
        again = Project.open(self.path, self._clock)
        if again.id != self.id:
            again.close()
            raise ProjectRefused(
                message(
                    "Another project lies at {path} now, and nothing was changed: put back the one that was opened.",
                    path=shortened(self.path),
                )
            )
        self.close()
        self._connection, self._place = again._connection, again._place

    def back_up(self, path: Path) -> None:
        """Write a copy as it is now, by the database's own means, over an older one.

        Raises:
            NotWritten: it cannot be written; an older copy is as it was.
        """
        with told(path):
            _copy(self._connection, path)

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong with the file: damaged pages, rows that point to nothing."""
        try:
            found = [str(row[0]) for row in self._connection.execute("PRAGMA integrity_check(20)")]
            loose = self._connection.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.DatabaseError as error:
            return [str(error)]
        return [line for line in found if line != "ok"] + [f"{row[0]}, row {row[1]}: no such {row[2]}" for row in loose]


def backup_of(path: Path) -> Path:
    """Where the copy lies that is made when a project is opened."""
    return path.with_name(f"{path.stem} (backup){SUFFIX}")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into sentences about a file.

    Raises:
        NotWritten: the disk is full, read-only, gone or in use.
        ProjectRefused: the file is damaged, or a rule of the project forbids the change.
    """
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise ProjectRefused(
            message("The project {path} does not allow this ({reason}).", path=shortened(path), reason=error)
        ) from None
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        kind = "_".join(name.split("_")[:2])
        if kind in _DAMAGED or not kind:
            raise ProjectRefused(_damaged(path)) from None
        if kind not in _SYSTEM_ERRORS:
            raise
        number = errno.EROFS if name == "SQLITE_READONLY" and not _writable(path) else _SYSTEM_ERRORS[kind]
        raise NotWritten(path, OSError(number, os.strerror(number))) from None


def _place(path: Path) -> tuple[int, int]:
    """What a file is known by, as long as it is the same one."""
    try:
        found = path.stat()
    except OSError as error:
        raise NotWritten(path, error) from None
    return found.st_dev, found.st_ino


def _writable(path: Path) -> bool:
    return os.access(path.parent, os.W_OK)


def _damaged(path: Path) -> Message:
    return message(
        "{path} is not a project, or it is damaged: open its backup, {backup}, or the project itself.",
        path=shortened(path),
        backup=backup_of(path).name,
    )


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a power cut costs no change that was confirmed
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")  # the file may come from elsewhere


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    """Run what leads from a version to the present one, within a transaction."""
    for number, script in enumerate(schema.MIGRATIONS[version:], start=version + 1):
        for statement in _statements(script):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """A script statement by statement: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _require_ours(path: Path, connection: sqlite3.Connection) -> None:
    if _pragma(connection, "application_id") != schema.APPLICATION_ID:
        raise ProjectRefused(
            message("{path} is a database of another program, not a project of Clivus.", path=shortened(path))
        )
    version = _pragma(connection, "user_version")
    if version > schema.VERSION:
        raise ProjectRefused(
            message(
                "The project {path} is of a newer version of Clivus (schema {found}, this version knows {known}): "
                "install that version here. Nothing was changed.",
                path=shortened(path),
                found=version,
                known=schema.VERSION,
            )
        )


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _copy(connection: sqlite3.Connection, path: Path) -> None:
    part = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        target = sqlite3.connect(part)
        try:
            connection.backup(target)
        finally:
            target.close()
        try:
            part.replace(path)
        except OSError as error:
            raise NotWritten(path, error) from None
    finally:
        for left in (part, *_beside(part)):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)


def _beside(path: Path) -> tuple[Path, ...]:
    """The files that SQLite keeps beside a database."""
    return tuple(path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))
