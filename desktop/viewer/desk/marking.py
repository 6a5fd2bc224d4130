"""The ends of the range, set at the slice on screen."""

from __future__ import annotations

from desktop.messages import message, tr
from desktop.viewer.desk.case import Case, Marks
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.notices import Notices


class Marking:
    """Sets an end where the reader looks; an end set beyond the other one changes places with it, and that is told."""

    def __init__(self, case: Case, display: Display, notices: Notices) -> None:
        self._case, self._display, self._notices = case, display, notices

    def set_range_low(self) -> None:
        """The lower end of the range is the slice on screen."""
        position = self._position_mm()
        if position is not None:
            marks = self._case.marks.with_low(position)
            self._mark(marks, tr("Set the lower end"), swapped=marks.low_mm != position)

    def set_range_high(self) -> None:
        """The upper end of the range is the slice on screen."""
        position = self._position_mm()
        if position is not None:
            marks = self._case.marks.with_high(position)
            self._mark(marks, tr("Set the upper end"), swapped=marks.high_mm != position)

    def _position_mm(self) -> float | None:
        volume = self._case.volume
        return None if volume is None else float(volume.geometry.positions_mm[self._display.index])

    def _mark(self, marks: Marks, what: str, swapped: bool) -> None:
        self._case.mark(marks, what)
        if swapped and self._case.marks == marks:
            text = message("The lower end was above the upper one: the two have changed places. Ctrl+Z: undo.")
            self._notices.informed.emit(text)
