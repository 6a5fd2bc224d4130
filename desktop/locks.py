"""Locks that end with the process that holds them, however it ends. They rely on the system, not on process numbers.

A process number means nothing on a share or between containers, where processes of other machines or namespaces are
invisible, and numbers are used again. The system drops a lock on an open file when its process ends.
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
"""Bytes: enough for a few file names."""

_FLAGS = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Does not follow a link and does not wait for a pipe."""


class Lock:
    """A file that stays locked as long as its holder runs; `release` removes it."""

    def __init__(self, path: Path, descriptor: int, alone: bool) -> None:
        self.path, self._descriptor, self._alone = path, descriptor, alone

    def note(self, text: str) -> None:
        """Record what a kill would leave behind, for the next holder of the lock.

        Raises:
            OSError: the disk fails.
        """
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, text.encode())
        os.fsync(self._descriptor)

    def noted(self) -> str:
        """What the previous holder, which has ended, recorded; "" if nothing, or if others may hold the lock too."""
        if not self._alone:
            return ""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        return os.read(self._descriptor, _LONGEST_NOTE).decode(errors="replace")

    @staticmethod
    def take(path: Path, wait_s: float = 0.0) -> Lock | None:
        """Lock the file, and make it first if it does not exist.

        If the file system does not support locks, as on some shares, the lock counts as taken: the caller is then as
        safe as without it, and `inherit` takes nothing.

        Args:
            wait_s: how long to wait for another holder.

        Returns:
            The lock, or None if another process holds it.

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
        """Lock a file whose holder has ended; None if there is no such file, or if that cannot be known.

        What the file protected may be removed as long as this lock is held.
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
        """Remove the file, then release the lock."""
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
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:  # a hard link to another file
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        if sys.platform != "win32":
            with contextlib.suppress(OSError):  # everyone who may write to the folder must be able to lock it
                os.fchmod(descriptor, 0o666)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _locked(descriptor: int) -> bool | None:
    """Lock an open file; False if another process holds it, None if locks are not supported."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK) else None
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the path still names the locked file: its last holder may have removed it meanwhile."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except OSError:
        return False
