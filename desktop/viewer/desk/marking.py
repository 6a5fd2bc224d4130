"""Marks that are set at the slice on screen: the ends of the range, key rectangles; and marks that are deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from desktop.messages import message, tr
from desktop.reading.roi import POSITION_TOLERANCE_MM, KeyRectangle, Roi
from desktop.viewer.desk.case import Case, Marks
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.edges import Edge, roi_moved
from desktop.viewer.desk.notices import Notices

ROI_STEP_MM = 1.0
"""A key moves the ROI this far, which is about two pixels of a head CT."""


class Marking:
    """What keys and buttons mark.

    An end of the range that is set beyond the other one changes places with it, and that is said.
    """

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

    def move_roi(self, right: int, back: int) -> None:
        """Move the ROI on the slice on screen by steps of `ROI_STEP_MM`; one that is offered is placed by it."""
        self._change_roi(tr("Move ROI"), {Edge.ALL: (right, back)})

    def size_roi(self, wider: int, longer: int) -> None:
        """Let the ROI on the slice on screen grow by steps of `ROI_STEP_MM` about its middle, or shrink."""
        across, down = wider / 2, longer / 2
        moves = {Edge.LEFT: (-across, 0), Edge.RIGHT: (across, 0), Edge.FRONT: (0, -down), Edge.BACK: (0, down)}
        self._change_roi(tr("Size ROI"), moves)

    def _change_roi(self, what: str, moves: Mapping[Edge, tuple[float, float]]) -> None:
        """Move edges by steps to the right and to the back.

        Steps in a row on one slice are undone together: a key that is held makes dozens.
        """
        volume, position = self._case.volume, self._position_mm()
        if volume is None or position is None:
            return
        roi = self._case.shown_roi(volume)
        for edge, (right, back) in moves.items():
            roi = roi_moved(roi, edge, right * ROI_STEP_MM, back * ROI_STEP_MM, volume, position)
        self._case.mark(self._case.marks.with_roi(roi), what, row=self._display.index)

    def toggle_key_rectangle(self) -> None:
        """The ROI has a rectangle of its own on the slice on screen, or has it no more."""
        roi, position = self._case.marks.roi, self._position_mm()
        if position is None:
            return
        if roi is None:
            self._notices.informed.emit(message("Place the ROI first: then K gives slices a rectangle of their own."))
        elif roi.key_at(position) is None:
            rectangle = roi.at(position)
            if len(roi.keys) == 1 and not self._on_a_slice(roi.keys[0]):  # it was never placed on one of its own
                roi = Roi.everywhere(*rectangle, position_mm=position)
                self._notices.informed.emit(message("Go to another slice and press K: the ROI can differ there."))
            self._case.mark(self._case.marks.with_roi(roi.with_key(position, rectangle)), tr("Set key rectangle"))
        elif len(roi.keys) == 1:
            text = message("This slice has the only key rectangle: go to another slice and press K there.")
            self._notices.informed.emit(text)
        else:
            self._case.mark(self._case.marks.with_roi(roi.without_key(position)), tr("Remove key rectangle"))

    def delete_chosen(self) -> None:
        """Delete the measurement that was last touched."""
        marks = self._case.marks
        kept = tuple(each for each in marks.measurements if each != self._display.chosen)
        self._case.mark(replace(marks, measurements=kept), tr("Delete measurement"))

    def _on_a_slice(self, key: KeyRectangle) -> bool:
        """Whether a key rectangle lies on a slice that may be judged."""
        volume, span = self._case.volume, self._case.marks.span
        if volume is None or (span is not None and not span.contains(key.position_mm)):
            return False
        return bool(np.any(np.abs(volume.geometry.positions_mm - key.position_mm) <= POSITION_TOLERANCE_MM))

    def _position_mm(self) -> float | None:
        volume = self._case.volume
        return None if volume is None else float(volume.geometry.positions_mm[self._display.index])

    def _mark(self, marks: Marks, what: str, swapped: bool) -> None:
        self._case.mark(marks, what)
        if swapped and self._case.marks == marks:
            text = message("The lower end was above the upper one: the two have changed places. Ctrl+Z: undo.")
            self._notices.informed.emit(text)
