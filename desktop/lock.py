"""A lock that the system holds for a process, and gives back when the process ends, however it ends."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_WITHOUT_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


class NoLocks(OSError):
    """A file system that has no locks, as Lustre where it was mounted without them."""


@dataclass(frozen=True)
class Lock:
    """The only hold on a lock file, which is there as long as it is held.

    Processes in other containers that share the folder see it too. A process number, which is often used for this,
    means nothing there, and is another program's after a while.
    """

    path: Path
    descriptor: int

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """Hold the lock of this name; None where somebody else does, or where it is not for this user to hold.

        Raises:
            NoLocks: the file system has none.
            OSError: the file cannot be made.
        """
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            descriptor = os.open(path, flags, 0o600)
        except PermissionError:  # another user's, or on Windows one that is being removed
            return None
        try:
            if _is_own_file(descriptor) and _hold(descriptor) and _is_at(path, descriptor):
                return cls(path, descriptor)
        except NoLocks:
            cls(path, descriptor).release()
            raise
        os.close(descriptor)
        return None

    def release(self) -> None:
        """Remove the file, and let go."""
        if sys.platform == "win32":  # what is open cannot be removed there
            os.close(self.descriptor)
            with suppress(OSError):
                self.path.unlink()
        else:
            with suppress(OSError):
                self.path.unlink()
            os.close(self.descriptor)


def _hold(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        if error.errno in _WITHOUT_LOCKS:
            raise NoLocks(*error.args) from None
        raise
    return True


def _is_own_file(descriptor: int) -> bool:
    status = os.fstat(descriptor)
    # On Windows the temporary folder is the user's own.
    return stat.S_ISREG(status.st_mode) and (sys.platform == "win32" or status.st_uid == os.getuid())


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether the file is still the one of that name: who held it before may have removed it meanwhile."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
