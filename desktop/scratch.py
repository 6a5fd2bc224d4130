"""Files and folders for the time being, that do not stay behind: not even after a kill, once Clivus starts again.

Beside each lies a lock file, held while it is in use. What nobody holds was left by a process that is gone.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import sys
import weakref
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.lock import Lock, NoLocks

_TOKEN_BYTES = 8
_TOKEN = f"[0-9a-f]{{{2 * _TOKEN_BYTES}}}"
"""What follows a prefix: long enough that no name is guessed, met by chance, or given to anything else by a person."""

_LOCK = ".lock"

_TRIES = 100
"""Names that may be lost to sweeps of other processes, one after the other, before something else must be wrong."""


class Scratch:
    """A new name in a folder, for a file or folder that nobody else's `sweep` takes away.

    What is made under it is removed by `close`, or with the object, or at the program's end, or by the next `sweep`.

    Attributes:
        path: nothing is there yet.
    """

    def __init__(self, parent: Path, prefix: str) -> None:
        """Take a name that begins with `prefix`. Where the file system has no locks nothing is ever swept.

        Raises:
            OSError: the folder cannot be written to.
        """
        self.path, lock = _new_name(parent, prefix)
        self.close = weakref.finalize(self, _discard, self.path, lock, os.getpid())


@dataclass(frozen=True)
class Left:
    """What a sweep cannot remove, and why."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.path} was left by a run that was killed, may hold a patient's pictures and cannot be removed "
            f"({self.reason}): remove it yourself."
        )


def sweep(parent: Path, prefix: str) -> tuple[Left, ...]:
    """Remove what was left under names that begin with `prefix` by processes of this user that are gone."""
    name = re.compile(rf"({re.escape(prefix)}{_TOKEN})({re.escape(_LOCK)})?")
    try:
        names = sorted(os.listdir(parent))  # noqa: PTH208
    except OSError:  # nothing can be listed, so nothing can be tidied
        return ()
    found = {match[1] for each in names if (match := name.fullmatch(each)) and is_own(parent / each)}
    return tuple(left for each in sorted(found) if (left := remove_unheld(parent / each)))


def remove_unheld(path: Path) -> Left | None:
    """Remove a file or folder of a `Scratch`, unless it is held; what cannot be removed is returned."""
    try:
        lock = Lock.take(_lock_of(path))
    except OSError:  # so nobody can tell whether it is in use
        return None
    if lock is None:
        return None
    try:
        _remove(path)
    except OSError as error:
        return Left(path, error.strerror or str(error))
    finally:
        lock.release()
    return None


def is_own(path: Path) -> bool:
    """Whether this is a file or folder, not a link, of this user."""
    try:
        status = path.lstat()
    except OSError:
        return False
    kind = stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)
    # On Windows the temporary folder is the user's own.
    return kind and (sys.platform == "win32" or status.st_uid == os.getuid())


def _new_name(parent: Path, prefix: str) -> tuple[Path, Lock | None]:
    for _ in range(_TRIES):
        path = parent / f"{prefix}{secrets.token_hex(_TOKEN_BYTES)}"
        try:
            lock = Lock.take(_lock_of(path))
        except NoLocks:
            return path, None
        if lock:
            return path, lock
    raise FileExistsError(f"no new name in {parent}")


def _lock_of(path: Path) -> Path:
    return path.with_name(path.name + _LOCK)


def _discard(path: Path, lock: Lock | None, owner: int) -> None:
    if os.getpid() != owner:  # a forked child inherits the object, and must not take the parent's files away
        return
    with suppress(OSError):  # the next sweep tries again, and tells
        _remove(path)
    if lock:
        lock.release()


def _remove(path: Path) -> None:
    """Remove a file or folder of this user, and nothing else.

    Raises:
        OSError: it cannot be removed, or not as a whole.
    """
    if not is_own(path):
        return
    if not path.is_dir():
        path.unlink()
        return
    try:
        shutil.rmtree(path)
    except OSError:
        shutil.rmtree(path, ignore_errors=True)  # go on after what cannot be removed
        if path.exists():
            raise
