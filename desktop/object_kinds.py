"""Which DICOM objects a report can have. Outside `report`, so that the command line knows them without numpy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of object, by the name that `--dicom-objects` takes."""

    REPORT = "sr"
    PICTURE = "sc"
    MAP = "pm"
    PRESENTATION = "pr"
    PDF = "pdf"


USUAL = (Kind.REPORT, Kind.PICTURE)
"""What is written unless other kinds are asked for: the answer in codes, and what every viewer shows of it."""

KeySlice = tuple[str, int, str]
"""A slice that the reader chose: SOPInstanceUID, frame from 0, note."""


@dataclass(frozen=True)
class Objects:
    """The objects that a report is to have.

    Attributes:
        kinds: in the order of their series.
        key_slices: a Key Object Selection names them; where there are none, it is not written.
        pdf: makes the report that `Kind.PDF` wraps up; needed with that kind alone.
    """

    kinds: tuple[Kind, ...] = USUAL
    key_slices: tuple[KeySlice, ...] = ()
    pdf: Callable[[], bytes] | None = None
