"""Clivus' own files of the suffix `.clivus`: a project and a model are told apart by what is in them, never by name."""

from __future__ import annotations

import os
import stat
from enum import Enum, auto
from pathlib import Path

SUFFIX = ".clivus"

_SQLITE, _ZIP = b"SQLite format 3\x00", b"PK\x03\x04"
"""What a file begins with (sqlite.org/fileformat.html, PKWARE APPNOTE 4.3.7)."""


class Kind(Enum):
    """What such a file is."""

    PROJECT = auto()
    MODEL = auto()


def kind_of(path: Path) -> Kind | None:
    """What a file of this suffix is; None for any other file, and for one that is neither or cannot be read."""
    if path.suffix.lower() != SUFFIX:
        return None
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            return None
        with path.open("rb") as stream:
            head = stream.read(len(_SQLITE))
    except OSError:
        return None
    return Kind.PROJECT if head == _SQLITE else Kind.MODEL if head.startswith(_ZIP) else None


def has_files(folder: Path, *names: str) -> bool:
    """Whether there is something of each of these names in a folder, whatever it is."""
    return all(os.path.lexists(folder / name) for name in names)
