"""Temporary folders that only this user can look into and that do not stay behind."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
import tempfile
import weakref
from pathlib import Path
from typing import BinaryIO

import psutil

_NAME = re.compile(r"clivus-(\d{1,9})-\w+")


class PrivateFolder:
    """A temporary folder, removed by `close`, or with the object, or with the program at the latest.

    Its name holds this process's number, so that another Clivus can tell what a crash has left behind.
    """

    def __init__(self) -> None:
        """Make the folder, and remove those of processes that are gone.

        Raises:
            OSError: there is no temporary folder, or it cannot be written to.
        """
        _sweep(Path(tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=f"clivus-{os.getpid()}-"))
        self.close = weakref.finalize(self, _discard, self.path, os.getpid())

    def create(self, number: int) -> BinaryIO:
        """A new file to write to, named by its number alone.

        Raises:
            OSError: it cannot be made.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(self.file(number), flags, 0o600), "wb")

    def file(self, number: int) -> Path:
        """Where the file of that number is."""
        return self.path / f"{number:06}"


def _discard(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked child inherits the object, and must not take the parent's files away
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove what a Clivus of this user that no longer runs has left: images of patients."""
    try:
        names = os.listdir(parent)  # noqa: PTH208
    except OSError:  # nothing can be listed, so nothing can be tidied
        return
    for name in names:
        match = _NAME.fullmatch(name)
        if match and not psutil.pid_exists(int(match[1])) and _is_own_folder(parent / name):
            shutil.rmtree(parent / name, ignore_errors=True)


def _is_own_folder(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    # On Windows the temporary folder is the user's own.
    return stat.S_ISDIR(status.st_mode) and (sys.platform == "win32" or status.st_uid == os.getuid())
