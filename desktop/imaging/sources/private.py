"""A temporary folder for the members of an archive."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from desktop.temporary import temporary_folder


class PrivateFolder:
    """A temporary folder of numbered files that only this user can look into.

    It is removed by `close`, or with the object, or with the program, or, after a kill, at Clivus' next start.
    """

    def __init__(self) -> None:
        """Make the folder.

        Raises:
            OSError: there is no temporary folder, or it cannot be written to.
        """
        self._scratch = temporary_folder()
        self.path = self._scratch.path

    def close(self) -> None:
        """Remove the folder and all that is in it."""
        self._scratch.close()

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
