"""The display follows the case: which slice and which reformats are shown when something happens to it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from desktop.imaging.volume import Volume
from desktop.viewer.desk.case import Case, Marks
from desktop.viewer.desk.display import Display, DisplayState


class Following(QObject):
    """Turns the display to what the reader wants to see next."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__(case)
        self._case, self._display = case, display
        self._first = -1
        """The slice that was shown first, until something else decides what is shown."""
        case.opened.connect(self._opened)
        case.extended.connect(self._extended)
        case.suggested.connect(self._suggested)
        case.marked.connect(self._marked)
        case.settled.connect(self._marked)
        case.judged.connect(self._judged)

    def _opened(self) -> None:
        """The middle of what is to be judged."""
        volume, span = self._case.volume, self._case.marks.span
        self._first = -1
        if volume is None:
            self._display.restore(DisplayState())
            return
        middle = volume.geometry.nearest(span.middle_mm) if span else len(volume.hu) // 2
        self._first = -1 if span else middle
        self._display.open(volume, middle, self._roi_middle(volume, middle))

    def _suggested(self) -> None:
        """The skull base, unless the reader has scrolled or marked meanwhile."""
        volume, suggestion, first = self._case.volume, self._case.suggestion, self._first
        self._first = -1
        untouched = first == self._display.index and self._case.marks == Marks()
        if volume is not None and suggestion is not None and untouched:
            self._display.go_to(volume.geometry.nearest(suggestion.range.middle_mm))

    def _extended(self, before: Volume) -> None:
        """The same place of a series that has more slices now."""
        volume, state = self._case.volume, self._display.state
        if volume is not None:
            index = volume.geometry.nearest(float(before.geometry.positions_mm[state.index]))
            self._display.restore(replace(state, volume=volume, index=index))

    def _marked(self) -> None:
        """The reformats go through the ROI until the crosshair is placed by hand; not at every step of a drag."""
        volume, display = self._case.volume, self._display
        follows = not (self._case.dragging or display.state.crosshair_by_hand)
        if volume is not None and display.volume is volume and follows:
            self._display.set_crosshair(*self._roi_middle(volume, self._display.index), by_hand=False)

    def _judged(self) -> None:
        """The strongest slice, unless the one on screen has an answer too."""
        result = self._case.result
        if result is not None and all(answer.index != self._display.index for answer in result.slices):
            self._display.go_to(result.slices[result.strongest].index)

    def _roi_middle(self, volume: Volume, index: int) -> tuple[float, float]:
        stored = self._case.shown_roi(volume).at(float(volume.geometry.positions_mm[index]))
        column, row, width, height = volume.rectangle_to_standard(stored)
        return column + width / 2, row + height / 2
