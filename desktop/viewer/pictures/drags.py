"""What held mouse buttons change: the window, the slice on screen, the marks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF

from desktop.viewer.desk.case import Case, Marks
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.presets import dragged
from desktop.viewer.pictures.graphics import Drag


class WindowDrag(Drag):
    """Left drag: right is wider, down is a higher level."""

    def __init__(self, display: Display, start: QPointF) -> None:
        self._display, self._start, self._before = display, start, display.window

    def move(self, point: QPointF) -> None:
        way = point - self._start
        down = -way.y() if self._display.drag_inverted else way.y()
        self._display.set_window(dragged(self._before, way.x(), down))

    def cancel(self) -> None:
        self._display.set_window(self._before)


class SliceDrag(Drag):
    """Dragging the line of the slice on screen."""

    def __init__(self, display: Display, index_at: Callable[[QPointF], int]) -> None:
        self._display, self._index_at, self._before = display, index_at, display.index

    def move(self, point: QPointF) -> None:
        self._display.go_to(self._index_at(point))

    def cancel(self) -> None:
        self._display.go_to(self._before)


class MarksDrag(Drag):
    """Dragging a mark: one step of the history when it ends."""

    keeps_slice = True

    def __init__(self, case: Case, what: str, marks_at: Callable[[QPointF], Marks]) -> None:
        self._case, self._what, self._marks_at = case, what, marks_at
        case.begin_drag()

    def move(self, point: QPointF) -> None:
        self._case.drag(self._marks_at(point))

    def finish(self) -> None:
        self._case.end_drag(self._what)

    def cancel(self) -> None:
        self._case.cancel_drag()


class DragOfSeveral(Drag):
    """One movement of the mouse that does several things."""

    def __init__(self, *parts: Drag) -> None:
        self._parts = parts

    def move(self, point: QPointF) -> None:
        for part in self._parts:
            part.move(point)

    def finish(self) -> None:
        for part in self._parts:
            part.finish()

    def cancel(self) -> None:
        for part in self._parts:
            part.cancel()
