"""What is wanted of a report in DICOM. Without highdicom, so that it can be told before any is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.errors import WrongUse
from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.messages import message
from desktop.object_kinds import Kind
from desktop.report.told import Told

KeySlice = tuple[str, int, str]
"""A slice that the reader chose: SOPInstanceUID, frame from 0, note."""


USUAL = Kind.REPORT, Kind.PICTURE
"""The answer in codes, and what every viewer shows of it."""


@dataclass(frozen=True)
class Objects:
    """The objects that a report is to have.

    Attributes:
        kinds: in the order of their series.
        key_slices: a Key Object Selection names them; where there are none, it is not written.
        pdf: makes the report that `Kind.PDF` wraps up.

    Raises:
        WrongUse: a PDF is wanted and there is nothing to make it.
    """

    kinds: tuple[Kind, ...] = USUAL
    key_slices: tuple[KeySlice, ...] = ()
    pdf: Callable[[Result, Stability | None], bytes] | None = None

    @staticmethod
    def of(told: Told, kinds: tuple[Kind, ...] = USUAL) -> Objects:
        """Objects with the reader's key slices, and with the PDF that tells what is asked beside the result."""
        slices = tuple((uid, frame or 0, note) for (uid, frame), note in told.key_slices.items())

        def pdf(result: Result, stability: Stability | None) -> bytes:
            from desktop.report.pdf.writing import pdf_report  # takes a second to import

            return pdf_report(result, stability, told)

        return Objects(kinds, slices, pdf)

    def __post_init__(self) -> None:
        if Kind.PDF in self.kinds and self.pdf is None:
            raise WrongUse(message("There is no PDF of the report to put into an object: leave pdf out."))
