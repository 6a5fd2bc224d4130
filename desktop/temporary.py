"""Folders in the system's temporary folder that are always removed: after a kill, at the next start of Clivus.

Each contains a lock file that is held while the folder is in use. A folder without a holder was left by a process that
has ended.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
import tempfile
import weakref
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.locks import Lock
from desktop.messages import Message, message
from desktop.system_errors import reason_of

_PREFIX = "clivus-private-"
"""Contains no patient's name, and is not a name that a person would choose."""

_NAME = re.compile(rf"{_PREFIX}\w+")

_LOCK = "lock"

_TRIES = 100
"""Attempts: other processes may sweep a folder away before it is locked. After so many, something else is wrong."""

_OLDER_NAME = re.compile(r"clivus-(\d{1,9})-[a-z0-9_]{8}")
_OLDER_MEMBER = re.compile(r"\d{6}")
"""Earlier versions used no locks: the process number was in the folder name, and it held numbered files of an
archive."""


class TemporaryFolder:
    """A new temporary folder that only this user can read.

    It is removed by `close`, with the object, or at the end of the program; after a kill, by the next sweep.
    """

    def __init__(self) -> None:
        """Make the folder.

        Raises:
            OSError: there is no temporary folder, or it cannot be written to.
        """
        self.path, lock = _new_folder()
        self.close = weakref.finalize(self, _close, self.path, lock, os.getpid())


@dataclass(frozen=True)
class Left:
    """What a sweep could not remove, and why."""

    path: Path
    reason: Message

    @property
    def message(self) -> Message:
        """The sentence for the reader."""
        return message(
            "{path} was left by a run that was killed, may hold a patient's images and cannot be removed ({reason}): "
            "remove it yourself.",
            path=self.path,
            reason=self.reason,
        )


def sweep_temporary() -> tuple[Left, ...]:
    """Remove temporary folders that ended runs of this user left: they contain images of patients."""
    try:
        parent = Path(tempfile.gettempdir())
        names = sorted(os.listdir(parent))  # noqa: PTH208
    except OSError:  # it does not exist or cannot be listed
        return ()
    left = []
    for path in (parent / name for name in names):
        try:
            if _NAME.fullmatch(path.name) and _is_own_folder(path):
                _remove_unheld(path)
            elif (match := _OLDER_NAME.fullmatch(path.name)) and _is_own_folder(path):
                _remove_older(path, int(match[1]))
        except FileNotFoundError:  # another process has swept it away
            continue
        except OSError as error:
            left.append(Left(path, reason_of(error)))
    return tuple(left)


def _new_folder() -> tuple[Path, Lock]:
    for _ in range(_TRIES):
        path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        with suppress(FileNotFoundError):  # swept away before it was locked
            if lock := Lock.take(path / _LOCK):
                return path, lock
    raise FileExistsError(f"no folder can be made in {tempfile.gettempdir()}")


def _close(path: Path, lock: Lock, owner: int) -> None:
    if os.getpid() == owner:  # a forked child inherits the object and must not remove its parent's files
        with suppress(OSError):  # the next sweep tries again and reports it
            _remove(path, os.listdir(path), lock)  # noqa: PTH208


def _remove_unheld(path: Path) -> None:
    names = os.listdir(path)  # noqa: PTH208
    lock = Lock.inherit(path / _LOCK)
    # A folder is locked before it is filled: what lay there without a lock is not in use, even if it has one by now.
    if lock or _LOCK not in names:
        _remove(path, names, lock)


def _remove(path: Path, names: list[str], lock: Lock | None) -> None:
    """Remove these members of a folder, then the lock, then the folder.

    Raises:
        OSError: something cannot be removed; everything else has been.
    """
    failure = None
    for member in (path / name for name in names if name != _LOCK):
        try:
            shutil.rmtree(member) if member.is_dir() and not member.is_symlink() else member.unlink(missing_ok=True)
        except OSError as error:
            failure = error
    if lock:
        lock.release()
    if failure:
        raise failure
    with suppress(OSError):  # another process uses it by now, or an empty folder is left
        path.rmdir()


def _remove_older(path: Path, number: int) -> None:
    members = list(path.iterdir())
    if not all(_OLDER_MEMBER.fullmatch(member.name) for member in members) or _runs_clivus(number):
        return
    for member in members:
        member.unlink()
    path.rmdir()


def _runs_clivus(number: int) -> bool:
    """Whether the process with this number may be an older Clivus still running; it may also be any other program."""
    import psutil  # rarely needed

    try:
        words = psutil.Process(number).cmdline()
    except psutil.Error:
        return False
    return any(Path(word).stem in {"clivus", "clivus-train", "desktop"} for word in words)


def _is_own_folder(path: Path) -> bool:
    try:
        status = path.lstat()  # lstat: a link may have been planted
    except OSError:
        return False
    # On Windows the temporary folder is the user's own.
    return stat.S_ISDIR(status.st_mode) and (sys.platform == "win32" or status.st_uid == os.getuid())
