"""What a window begins with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.reading.saved import Reading


@dataclass(frozen=True)
class Start:
    """What is opened at once.

    Attributes:
        paths: folders and files; () for nothing.
        synthetic: whether a synthetic head is drawn in place of `paths`.
        model: a bundle's folder or file; the default if None.
        reading: what was marked earlier on a series at `paths`.
        analyse: whether to analyse `reading` without waiting for the reader.
        project, reader: a project to be opened, and for whom.
        case: the id of its case to be opened, in place of `paths`.
    """

    paths: tuple[Path, ...] = ()
    synthetic: bool = False
    model: Path | None = None
    reading: Reading | None = None
    analyse: bool = False
    project: Path | None = None
    reader: str = ""
    case: str = ""

    @property
    def with_case(self) -> bool:
        """Whether a case is opened."""
        return bool(self.paths or self.synthetic or self.case)
