"""An image in mm with zoom and pan, and what the mouse does in every view."""

from __future__ import annotations

import math
from abc import abstractmethod

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop.report.heat import window_grey
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display, Place
from desktop.viewer.desk.presets import GreyWindow
from desktop.viewer.pictures.drags import Drag, WindowDrag
from desktop.viewer.pictures.wheel import NotchCounter, wheel_units
from desktop.viewer.theme import DRAG_START_PX, FAINT

FIT_SHARE = 0.98
"""How much of a view a fitted picture takes."""

_ZOOM_PER_NOTCH = 1.15
_ZOOM_PER_PX = 0.008
_LEAST_ZOOM, _MOST_ZOOM = 0.1, 60.0


def grey_image(hu: npt.NDArray[np.int16] | npt.NDArray[np.float32], window: GreyWindow) -> QImage:
    """HU [rows, columns] as greys in a window."""
    grey = np.ascontiguousarray(window_grey(hu, window.level, window.width))
    rows, columns = grey.shape
    # The copy owns its memory: a QImage over a numpy buffer would outlive it.
    return QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8).copy()


View = tuple[float, QPointF, bool]
"""Zoom, centre and whether the picture is fitted."""


class Canvas(QWidget):
    """One view. Plane coordinates are mm from the picture's upper left corner."""

    invitation = ""
    """Shown while nothing is open."""

    enlarge_asked = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, case: Case, display: Display, name: str) -> None:
        super().__init__()
        self.case, self.display = case, display
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(160, 120)
        self.zoom = 1.0
        self._centre = QPointF()
        self._fitted = True
        self._notches = NotchCounter()
        self._drag: Drag | None = None
        self._drag_button = Qt.MouseButton.NoButton
        self._pressed_at = QPointF()
        self._moved = False
        self._pointer: QPointF | None = None
        """Where on the screen the pointer was last seen in this view: the view may move beneath it."""
        display.changed.connect(self.update)
        case.marked.connect(self.update)
        case.judged.connect(self.update)
        case.opened.connect(self._start_afresh)
        case.extended.connect(self._go_on)

    # What a view has to say

    @abstractmethod
    def extent_mm(self) -> tuple[float, float]:
        """Width and height of the picture; zeros when there is none."""

    @abstractmethod
    def place_at(self, point: QPointF) -> Place | None:
        """The point of the volume under a widget point."""

    @abstractmethod
    def paint_picture(self, painter: QPainter) -> None:
        """Draw image and marks."""

    @abstractmethod
    def left_drag(self, point: QPointF) -> Drag | None:
        """The drag that a left press begins here; None for the window."""

    @abstractmethod
    def hover(self, point: QPointF) -> None:
        """The mouse moves without a button."""

    # From mm to the screen and back

    def to_screen(self, x_mm: float, y_mm: float) -> QPointF:
        """Widget point of a plane point."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        return (QPointF(x_mm, y_mm) - self._centre) * self.zoom + middle

    def to_plane(self, point: QPointF) -> QPointF:
        """Plane point in mm of a widget point."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        return (point - middle) / self.zoom + self._centre

    def screen_rect(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> QRectF:
        """Widget rectangle of a plane rectangle."""
        return QRectF(self.to_screen(x_mm, y_mm), self.to_screen(x_mm + width_mm, y_mm + height_mm))

    def fit(self) -> None:
        """Show the whole picture, in the middle."""
        width, height = self.extent_mm()
        if width and height:
            self._fitted = True
            self.zoom = max(_LEAST_ZOOM, min(self.width() / width, self.height() / height) * FIT_SHARE)
            self._centre = QPointF(width / 2, height / 2)
        self._look_again()

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Zoom so that what lies under `point` stays there."""
        anchor = self.to_plane(point)
        self.zoom = max(_LEAST_ZOOM, min(self.zoom * factor, _MOST_ZOOM))
        middle = QPointF(self.width() / 2, self.height() / 2)
        self._centre = anchor - (point - middle) / self.zoom
        self._fitted = False
        self._look_again()

    @property
    def view(self) -> View:
        """To go back to."""
        return self.zoom, QPointF(self._centre), self._fitted

    @view.setter
    def view(self, view: View) -> None:
        self.zoom, self._centre, self._fitted = view
        self._look_again()

    def pan(self, way: QPointF) -> None:
        """Shift the picture by widget pixels."""
        self._centre -= way / self.zoom
        self._fitted = False
        self._look_again()

    def _look_again(self) -> None:
        """Another part of the picture is shown."""
        self.update()
        self.display.pointed.emit()

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0))
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        if self.case.volume is not None:
            self.paint_picture(painter)
        elif self.invitation:
            painter.setPen(QColor(FAINT))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.invitation)
        painter.end()

    def _start_afresh(self) -> None:
        """Another series: a drag that goes on would still be about the old one."""
        self._drag = None
        self.fit()

    def _go_on(self) -> None:
        """The same series, now larger."""
        self._drag = None
        if self._fitted:
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fitted:
            self.fit()
        self._look_again()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = self._notches.add(wheel_units(event))
        if notches and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_at(event.position(), _ZOOM_PER_NOTCH**notches)
        elif notches:
            fast = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.display.step(notches * 10 if fast else notches)
        self._point_at(event.globalPosition())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None or self.case.volume is None:
            return
        point = event.position()
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = self.left_drag(point) or WindowDrag(self.display, point)
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._drag = _PanDrag(self, point)
        elif event.button() == Qt.MouseButton.RightButton:
            self._drag = _ZoomDrag(self, point)
        self._drag_button, self._pressed_at, self._moved = event.button(), point, False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._drag is not None:
            self._moved = self._moved or (point - self._pressed_at).manhattanLength() >= DRAG_START_PX
            if self._moved:
                self._drag.move(point)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._crosshair_to(self.place_at(point))
        else:
            self.display.show_crosshair(False)
            self.hover(point)
        self._point_at(event.globalPosition())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is None or event.button() != self._drag_button:
            return
        drag, self._drag = self._drag, None
        drag.finish()
        if event.button() == Qt.MouseButton.RightButton and not self._moved:
            self.menu_asked.emit(event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.case.volume is not None:
            self.enlarge_asked.emit()

    def leaveEvent(self, event: QEvent) -> None:
        if self._pointer is not None:  # else another view has it already
            self._pointer = None
            self.display.point_nowhere()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._point_at(event.globalPosition())

    def cancel_drag(self) -> bool:
        """Take back what is being dragged; whether there was anything."""
        drag, self._drag = self._drag, None
        if drag is not None:
            drag.cancel()
        return drag is not None

    def _point_at(self, pointer: QPointF) -> None:
        self._pointer = pointer
        self.display.point_with(self._under_pointer)

    def _under_pointer(self) -> Place | None:
        volume = self.case.volume
        if self._pointer is None or volume is None or self.display.count != len(volume.hu):
            return None  # another series is just being put on the desk
        point = self.mapFromGlobal(self._pointer)
        return self.place_at(point) if self.rect().contains(point.toPoint()) else None

    def _crosshair_to(self, place: Place | None) -> None:
        if place is not None:
            self.display.go_to(place.index)
            self.display.set_cut(place.column, place.row, by_hand=True)
            self.display.show_crosshair(True)


class _PanDrag:
    """Middle drag."""

    def __init__(self, canvas: Canvas, start: QPointF) -> None:
        self._canvas, self._last, self._before = canvas, start, canvas.view

    def move(self, point: QPointF) -> None:
        self._canvas.pan(point - self._last)
        self._last = point

    def finish(self) -> None:
        pass

    def cancel(self) -> None:
        self._canvas.view = self._before


class _ZoomDrag:
    """Right drag: up is larger, about the point where it began."""

    def __init__(self, canvas: Canvas, start: QPointF) -> None:
        self._canvas, self._start, self._last, self._before = canvas, start, start, canvas.view

    def move(self, point: QPointF) -> None:
        self._canvas.zoom_at(self._start, math.exp((self._last.y() - point.y()) * _ZOOM_PER_PX))
        self._last = point

    def finish(self) -> None:
        pass

    def cancel(self) -> None:
        self._canvas.view = self._before
