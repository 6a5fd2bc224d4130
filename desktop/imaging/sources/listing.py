"""The contents of a folder or an archive."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from desktop.errors import InputRefused
from desktop.imaging.series import Skipped
from desktop.imaging.sources.names import Parts
from desktop.messages import Message


class NothingToRead(InputRefused):
    """A path without any readable file."""


class NotUnpacked(InputRefused):
    """An archive for which there is no space, or no place to write to."""


@dataclass(frozen=True)
class Candidate:
    """A file to examine.

    Attributes:
        path: the file itself, possibly in a private temporary folder.
        shown: the name people know it by, such as "/media/cd/DICOM/IM001" or "/home/x/study.zip > DICOM/IM001".
    """

    path: Path
    shown: str


@dataclass(frozen=True)
class Found:
    """A candidate and its path in the source.

    Attributes:
        parts: below the folder, or in the archive.
        real: the file's path without links; two of one `real` are one file.
    """

    candidate: Candidate
    parts: Parts
    real: str


@dataclass
class Listing:
    """The contents of a folder, an archive or several of them."""

    files: list[Found] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def skip(self, shown: str, reason: Message) -> None:
        """Skip a file or folder."""
        self.skipped.append(Skipped(shown, reason))

    def add(self, other: Listing) -> None:
        """Add the contents of another listing."""
        self.files += other.files
        self.skipped += other.skipped
