"""Locks that end with their holder, however it ends: the system keeps them, no process number is looked at.

A process number says nothing on a share or between containers, where another machine's or namespace's processes cannot
be seen, and it is used again. A lock on an open file is dropped by the system when the process is gone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_POLL_S = 0.05

_LONGEST_NOTE = 4096
"""Bytes: a few names."""

_FLAGS = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""A link is not followed, and a pipe is not waited for."""


class Lock:
    """A file that is locked as long as its holder lives, and removed by `release`."""

    def __init__(self, path: Path, descriptor: int, alone: bool) -> None:
        self.path, self._descriptor, self._alone = path, descriptor, alone

    def note(self, text: str) -> None:
        """Write down what a kill would leave behind, for whoever holds the lock next.

        Raises:
            OSError: the disk fails.
        """
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, text.encode())
        os.fsync(self._descriptor)

    def noted(self) -> str:
        """What the last holder, who is gone, had written down; "" if nothing, or where others may hold it too."""
        if not self._alone:
            return ""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        return os.read(self._descriptor, _LONGEST_NOTE).decode(errors="replace")

    @staticmethod
    def take(path: Path, wait_s: float = 0.0) -> Lock | None:
        """Make the file where there is none, and lock it.

        Where the file system knows no locks, as some shares do, the lock is taken for granted: whoever relies on it is
        then as safe as without it, and `inherit` takes nothing.

        Args:
            wait_s: how long to wait for another holder.

        Returns:
            The lock, None where another one holds it.

        Raises:
            OSError: the file cannot be made or opened, or something else has its name.
        """
        until = time.monotonic() + wait_s
        while True:
            descriptor = _open(path, os.O_CREAT)
            locked = _locked(descriptor)
            if locked is not False and _is_still(path, descriptor):
                return Lock(path, descriptor, locked is True)
            os.close(descriptor)
            if time.monotonic() >= until:
                return None
            time.sleep(_POLL_S)

    @staticmethod
    def inherit(path: Path) -> Lock | None:
        """Lock the file that a holder left who is gone; None where there is none, or where that cannot be told.

        What it stood for may be removed as long as this lock is held.
        """
        try:
            descriptor = _open(path, 0)
        except OSError:
            return None
        if _locked(descriptor) is True and _is_still(path, descriptor):
            return Lock(path, descriptor, True)
        os.close(descriptor)
        return None

    def release(self) -> None:
        """Remove the file, then let go of it."""
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(self._descriptor)
            self._remove()
        else:
            self._remove()
            os.close(self._descriptor)

    def _remove(self) -> None:
        with contextlib.suppress(OSError):
            self.path.unlink()


def _open(path: Path, more: int) -> int:
    descriptor = os.open(path, _FLAGS | more, 0o666)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:  # another name of a file of somebody's
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        if sys.platform != "win32":
            with contextlib.suppress(OSError):  # whoever may write in the folder must be able to ask for it
                os.fchmod(descriptor, 0o666)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _locked(descriptor: int) -> bool | None:
    """Lock an open file; False where another one holds it, None where there are no locks."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK) else None
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the locked file is the one that bears the name: its last holder may have removed it meanwhile."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except OSError:
        return False
