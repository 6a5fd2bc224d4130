"""The kinds of DICOM objects that a report can have. Outside `report`, so that the command line knows them without
numpy."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A kind of object, by the name that `--dicom-objects` takes."""

    REPORT = "sr"
    PICTURE = "sc"
    MAP = "pm"
    PRESENTATION = "pr"
    PDF = "pdf"
