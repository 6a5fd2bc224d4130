"""One case of a list: where its series lies, and by whose marks it is read."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from desktop.fields import Fields
from desktop.reading.as_json import roi_as_json, roi_of
from desktop.reading.roi import PositionRange, Roi


class MarksOf(StrEnum):
    """Whose range and ROI a case is read by."""

    READING = "reading"
    """A reader's, from a saved reading or a project."""
    SETTLED = "settled"
    """What two readers of a project agreed on."""
    SUGGESTION = "suggestion"
    """Nobody's: what the anatomy says, where it says so clearly."""
    NOBODY = ""
    """There are none, so that the case cannot be read."""


@dataclass(frozen=True)
class WantedCase:
    """What a process is told to read; made of plain values, since it goes through a pipe.

    Attributes:
        key: names the case in the table, and its folder.
        patient: the patient's key; "" where the list has none.
        path: of the series; "" where it is not known.
        marks: whose they are.
        reading: the file that holds them; "" where they are given here.
        series, sop_instance_uid, frame: by which the stack is found; "" where only one can be meant.
        given: ROI and range as `given_marks` writes them.
        id: of a project's case, else "".
    """

    key: str
    patient: str
    path: str
    marks: MarksOf
    reading: str = ""
    series: str = ""
    sop_instance_uid: str = ""
    frame: int | None = None
    given: dict[str, Any] = field(default_factory=dict)
    id: str = ""

    def line(self) -> bytes:
        """For the pipe."""
        return f"{json.dumps(asdict(self))}\n".encode()

    @staticmethod
    def of_line(line: bytes) -> WantedCase:
        """What `line` gave; both ends are this program."""
        fields = json.loads(line)
        return WantedCase(**fields | {"marks": MarksOf(fields["marks"])})

    def files(self) -> list[list[object]]:
        """Name, size and time of change of every file of the series and of its reading: by these it is told whether
        they are still the same. Nothing of a series is read for that."""
        told = []
        for start in filter(None, (self.path, self.reading)):
            top = Path(start)
            inside = [Path(here, name) for here, _, names in os.walk(top) for name in names] if top.is_dir() else [top]
            for file in sorted(inside):
                found = file.stat()
                told.append([file.relative_to(top).as_posix(), found.st_size, found.st_mtime_ns])
        return told


def given_marks(roi: Roi, span: PositionRange) -> dict[str, Any]:
    """ROI and range for `WantedCase.given`."""
    return {"roi": roi_as_json(roi), "range_mm": [span.low_mm, span.high_mm]}


def marks_given(given: dict[str, Any]) -> tuple[Roi, PositionRange]:
    """The inverse of `given_marks`."""
    return roi_of(Fields(given)), PositionRange(*given["range_mm"])
