"""The file of a project: made, opened, changed in transactions, backed up.

SQLite keeps a journal beside the file (write-ahead log), so that several windows on one computer can work with one
project, and a kill or a power cut costs at most the change that was being written.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from desktop import sqlite_file
from desktop.errors import InputRefused
from desktop.files import require_new
from desktop.messages import message
from desktop.own_files import SUFFIX
from desktop.project import schema
from desktop.sqlite_file import Clock, beside, connect, faults_of, migrate, now, pragma, transaction
from desktop.unwritten import NotWritten, shortened


class ProjectRefused(InputRefused):
    """A file that is not a project, or a change that the project does not allow."""


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
            connection = connect(path)
            try:
                _set_up(connection)
                with transaction(connection):
                    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
                    migrate(connection, schema.MIGRATIONS, 0)
                    connection.execute(
                        "INSERT INTO project VALUES (?, ?, ?)",
                        (uuid.uuid4().hex, secrets.token_bytes(16), clock().isoformat(timespec="seconds")),
                    )
            except BaseException:
                connection.close()
                for left in (path, *beside(path)):
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
            connection = connect(path)
            try:
                _require_ours(path, connection)  # before anything that would change a stranger's file
                _set_up(connection)
                version = pragma(connection, "user_version")
                if version < schema.VERSION:
                    _copy(connection, path.with_name(f"{path.stem} (version {version}){SUFFIX}"))
                    with transaction(connection):
                        migrate(connection, schema.MIGRATIONS, version)
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
            with transaction(self._connection):
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
        return faults_of(self._connection)


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
        with sqlite_file.told(path, _damaged):
            yield
    except sqlite3.IntegrityError as error:
        raise ProjectRefused(
            message("The project {path} does not allow this ({reason}).", path=shortened(path), reason=error)
        ) from None


def _place(path: Path) -> tuple[int, int]:
    """What a file is known by, as long as it is the same one."""
    try:
        found = path.stat()
    except OSError as error:
        raise NotWritten(path, error) from None
    return found.st_dev, found.st_ino


def _damaged(path: Path) -> ProjectRefused:
    return ProjectRefused(
        message(
            "{path} is not a project, or it is damaged: open its backup, {backup}, or the project itself.",
            path=shortened(path),
            backup=backup_of(path).name,
        )
    )


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    sqlite_file.set_up(connection)


def _require_ours(path: Path, connection: sqlite3.Connection) -> None:
    if pragma(connection, "application_id") != schema.APPLICATION_ID:
        raise ProjectRefused(
            message("{path} is a database of another program, not a project of Clivus.", path=shortened(path))
        )
    version = pragma(connection, "user_version")
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
        for left in (part, *beside(part)):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
