"""What the views of a CT have in common: wheel, pointer, crosshair, and the items that lie on a picture."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent, QPainter, QWheelEvent

from desktop.imaging.volume import Volume
from desktop.messages import tr
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display, Place
from desktop.viewer.pictures.drags import WindowDrag
from desktop.viewer.pictures.graphics import Drag, Item, PlaneView
from desktop.viewer.pictures.planes import Plane
from desktop.viewer.pictures.wheel import NotchCounter

_ZOOM_PER_NOTCH = 1.15

_EDGE_PX = 5
"""Of the view's colour; the frame of the view with the keyboard covers two of them."""


class CtView(PlaneView):
    """One view of the volume that is displayed. Its items are made for a volume and go with it."""

    enlarge_asked = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, case: Case, display: Display, name: str, colour: str) -> None:
        super().__init__()
        self._colour = colour
        self.case, self.display = case, display
        self.alone = False
        """Whether no other view is there to say whose head this is."""
        self._name = name
        self._said = "", ""
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(160, 120)
        self._plane: Plane | None = None
        self._items: Sequence[Item] = ()
        self._notches = NotchCounter()
        self._pointer: QPointF | None = None
        """Where on the screen the pointer was last seen in this view: the view may move beneath it."""
        display.changed.connect(self.refresh)
        case.marked.connect(self.refresh)
        case.judged.connect(self.refresh)
        case.opened.connect(self._start_afresh)
        case.extended.connect(self.forget_drag)
        self.looked_elsewhere.connect(self.refresh)
        self.looked_elsewhere.connect(display.pointed)
        self.slice_kept.connect(display.keep_slice)
        self.refresh()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        painter.fillRect(QRectF(0, 0, self.width(), _EDGE_PX), QColor(self._colour))
        super().drawForeground(painter, rect)

    # What a view has to say

    @abstractmethod
    def lay_out(self, volume: Volume) -> tuple[Plane, Sequence[Item]]:
        """Where a volume lies in this view, and what is drawn of it, the items of the tools last."""

    def wanted_mm(self) -> QRectF:
        return QRectF() if self._plane is None else self._plane.body_mm

    def place_at(self, point: QPointF) -> Place | None:
        """The point of the volume under a pixel of the view."""
        return None if self._plane is None else self._plane.place_at(self.to_plane(point))

    # The volume and its items

    def refresh(self) -> None:
        """Draw again what is not as it was."""
        if self.display.volume is not (None if self._plane is None else self._plane.volume):
            self._take(self.display.volume)
        for item in self._items:
            item.refresh()
        self._say()

    def _say(self) -> None:
        """Tell a screen reader the slice, which it reads aloud at each step, and in a description all that is drawn."""
        number, count = self.display.index + 1, self.display.count
        name = tr("{view}: slice {number} of {count}", view=self._name, number=number, count=count)
        said = (name if count else self._name), ". ".join(item.said for item in self._items if item.said)
        if said != self._said:
            self._said = said
            self.setAccessibleName(said[0])
            self.setAccessibleDescription(said[1])

    def _take(self, volume: Volume | None) -> None:
        self.forget_drag()
        for item in self._items:
            self.take_away(item)
        self._plane, self._items = None, ()
        if volume is not None:
            self._plane, self._items = self.lay_out(volume)
        self.viewport().update()
        if self.fitted:
            self.fit()

    def _start_afresh(self) -> None:
        """Another series: a drag that goes on would still be about the old one."""
        self.forget_drag()
        self.fit()

    # The mouse

    def left_drag(self, point: QPointF) -> Drag | None:
        return WindowDrag(self.display, point)

    def double_clicked(self) -> None:
        if self._plane is not None and not self.display.tool:  # with a tool, two clicks are two points
            self.enlarge_asked.emit()

    def right_clicked(self, point: QPointF) -> None:
        self.menu_asked.emit(point.toPoint())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            notches = self._notches.notches(event)
            if notches:
                self.zoom_at(event.position(), _ZOOM_PER_NOTCH**notches)
        elif not self.dragging:  # a wheel that is pressed to pan turns a little
            self.display.step(self._notches.slices(event))
        self._point_at(event.globalPosition())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = None if self.dragging else self.place_at(event.position())
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier or self.dragging:
            self.display.show_crosshair(False)
        elif place is not None:
            self.display.go_to(place.index)
            self.display.set_crosshair(place.column, place.row, by_hand=True)
            self.display.show_crosshair(True)
        self._point_at(event.globalPosition())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._pointer is not None:  # else another view has it already
            self._pointer = None
            self.display.point_nowhere()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._point_at(event.globalPosition())

    def _point_at(self, pointer: QPointF) -> None:
        self._pointer = pointer
        self.display.point_with(self._under_pointer)

    def _under_pointer(self) -> Place | None:
        if self._pointer is None:
            return None
        point = self.mapFromGlobal(self._pointer)
        return self.place_at(point) if self.rect().contains(point.toPoint()) else None
