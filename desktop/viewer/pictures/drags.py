"""What a held mouse button does, from press to release; Esc takes it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF

from desktop.viewer.desk.case import Case, Marks
from desktop.viewer.desk.display import Display


class Drag(Protocol):
    """One drag; points are widget coordinates."""

    def move(self, point: QPointF) -> None:
        """The mouse has come here."""

    def finish(self) -> None:
        """The button was released."""

    def cancel(self) -> None:
        """Esc was pressed: as if nothing had been dragged."""


class WindowDrag:
    """Left drag: right wider, down higher centre."""

    def __init__(self, display: Display, start: QPointF) -> None:
        self._display, self._start, self._before = display, start, display.window

    def move(self, point: QPointF) -> None:
        way = point - self._start
        down = -way.y() if self._display.drag_turned_round else way.y()
        self._display.set_window(self._before.dragged(way.x(), down))

    def finish(self) -> None:
        pass

    def cancel(self) -> None:
        self._display.set_window(self._before)


class SliceDrag:
    """Dragging the line of the slice on screen."""

    def __init__(self, display: Display, index_at: Callable[[QPointF], int]) -> None:
        self._display, self._index_at, self._before = display, index_at, display.index

    def move(self, point: QPointF) -> None:
        self._display.go_to(self._index_at(point))

    def finish(self) -> None:
        pass

    def cancel(self) -> None:
        self._display.go_to(self._before)


class MarksDrag:
    """Dragging the ROI or an end of the range: one step of the history when it ends."""

    def __init__(self, case: Case, what: str, marks_at: Callable[[QPointF], Marks]) -> None:
        self._case, self._what, self._marks_at = case, what, marks_at
        case.begin_drag()

    def move(self, point: QPointF) -> None:
        self._case.drag(self._marks_at(point))

    def finish(self) -> None:
        self._case.end_drag(self._what)

    def cancel(self) -> None:
        self._case.cancel_drag()


class RangeEndDrag:
    """Dragging an end of the range: the slice that becomes the end is shown as it does."""

    def __init__(self, marks: MarksDrag, slices: SliceDrag) -> None:
        self._parts: tuple[Drag, Drag] = marks, slices

    def move(self, point: QPointF) -> None:
        for part in self._parts:
            part.move(point)

    def finish(self) -> None:
        for part in self._parts:
            part.finish()

    def cancel(self) -> None:
        for part in self._parts:
            part.cancel()
