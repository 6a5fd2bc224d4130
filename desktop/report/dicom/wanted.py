"""What is wanted of a report in DICOM. Without highdicom, so that it can be told before any is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.errors import WrongUse
from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.messages import message
from desktop.object_kinds import Kind

KeySlice = tuple[str, int, str]
"""A slice that the reader chose: SOPInstanceUID, frame from 0, note."""


@dataclass(frozen=True)
class Objects:
    """The objects that a report is to have.

    Attributes:
        kinds: in the order of their series. The usual ones are the answer in codes, and what every viewer shows of it.
        key_slices: a Key Object Selection names them; where there are none, it is not written.
        pdf: makes the report that `Kind.PDF` wraps up.

    Raises:
        WrongUse: a PDF is wanted and there is nothing to make it.
    """

    kinds: tuple[Kind, ...] = (Kind.REPORT, Kind.PICTURE)
    key_slices: tuple[KeySlice, ...] = ()
    pdf: Callable[[Result, Stability | None], bytes] | None = None

    def __post_init__(self) -> None:
        if Kind.PDF in self.kinds and self.pdf is None:
            raise WrongUse(message("There is no PDF of the report to put into an object: leave pdf out."))
