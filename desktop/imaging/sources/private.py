"""A temporary folder for the members of an archive."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from desktop.temporary import TemporaryFolder


class PrivateFolder(TemporaryFolder):
    """A temporary folder whose files have numbers for names."""

    def create(self, number: int) -> BinaryIO:
        """A new file to write to, named only by its number.

        Raises:
            OSError: it cannot be created.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(self.file(number), flags, 0o600), "wb")

    def file(self, number: int) -> Path:
        """The path of the file with this number."""
        return self.path / f"{number:06}"
