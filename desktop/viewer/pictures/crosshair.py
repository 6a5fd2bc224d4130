"""The crosshair, and where the reformats are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from desktop.imaging.reformat import Direction
from desktop.viewer.pictures.graphics import Drawn
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import AxialPlane, ReformatPlane
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import VIEW_COLOURS

_MARK_PX, _MARK_HALF_PX = 7, 4
_LINE_ALPHA = 150


class CrosshairLines(Drawn):
    """Lines across the axial view, while the crosshair is moved."""

    def __init__(self, view: CtView, plane: AxialPlane) -> None:
        self._display, self._plane = view.display, plane
        super().__init__(view, Order.CROSSHAIR)

    @property
    def at(self) -> QPointF:
        """Its pixel of the view."""
        point = self._plane.point_of(*self._display.crosshair)
        return self.view.to_screen(point.x(), point.y())

    def state(self) -> object:
        return (self.at.toTuple(), self.view.outlook) if self._display.crosshair_shown else None

    def extent(self) -> QRectF:
        return QRectF(self.view.rect())

    def draw(self, painter: QPainter) -> None:
        at, area = self.at, self.extent()
        for view, start, end in (
            ("sagittal", QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom())),
            ("coronal", QPointF(area.left(), at.y()), QPointF(area.right(), at.y())),
        ):
            colour = QColor(VIEW_COLOURS[view])
            colour.setAlpha(_LINE_ALPHA)
            painter.setPen(QPen(colour, 1))
            painter.drawLine(start, end)


class ReformatMark(Drawn):
    """A small triangle at one side of the axial view: here a reformat goes through the slice."""

    def __init__(self, view: CtView, plane: AxialPlane, side: Qt.Edge) -> None:
        self._display, self._plane, self._side = view.display, plane, side
        self._triangle = QPolygonF()
        super().__init__(view, Order.CROSSHAIR)

    def state(self) -> object:
        if self._display.crosshair_shown:
            return None
        point = self._plane.point_of(*self._display.crosshair)
        return self.view.to_screen(point.x(), point.y()).toTuple(), self.view.outlook

    def extent(self) -> QRectF:
        point = self._plane.point_of(*self._display.crosshair)
        at, width, height = self.view.to_screen(point.x(), point.y()), self.view.width(), self.view.height()
        half = _MARK_HALF_PX
        corners: list[tuple[float, float]]
        if self._side in (Qt.Edge.TopEdge, Qt.Edge.BottomEdge):
            y, way = (0, _MARK_PX) if self._side is Qt.Edge.TopEdge else (height, -_MARK_PX)
            corners = [(at.x() - half, y), (at.x() + half, y), (at.x(), y + way)]
        else:
            x, way = (0, _MARK_PX) if self._side is Qt.Edge.LeftEdge else (width, -_MARK_PX)
            corners = [(x, at.y() - half), (x, at.y() + half), (x + way, at.y())]
        self._triangle = QPolygonF([QPointF(x, y) for x, y in corners])
        return self._triangle.boundingRect().adjusted(-1, -1, 1, 1)

    def draw(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        upright = self._side in (Qt.Edge.TopEdge, Qt.Edge.BottomEdge)
        painter.setBrush(QColor(VIEW_COLOURS["sagittal" if upright else "coronal"]))
        painter.drawPolygon(self._triangle)
        painter.setBrush(Qt.BrushStyle.NoBrush)


class CrosshairInReformat(Drawn):
    """Where the other reformat is, while the crosshair is moved: upright, or leaning as the slices do."""

    def __init__(self, view: CtView, plane: ReformatPlane) -> None:
        self._display, self._plane = view.display, plane
        self._line = QPolygonF()
        super().__init__(view, Order.CROSSHAIR)

    def state(self) -> object:
        if not self._display.crosshair_shown:
            return None
        return self._display.crosshair, self._display.index, self.view.outlook

    def extent(self) -> QRectF:
        cut, along, points = self._plane.cut, self._plane.direction.along, []
        for index, position in enumerate(map(float, cut.positions_mm)):
            number = self._plane.crosshair_on(index)[along]
            points.append(QPointF(cut.x_of(index, number), cut.y_of(position)))
        self._line = self.view.polygon_on_screen(points)
        return self._line.boundingRect().adjusted(-2, -2, 2, 2)

    def draw(self, painter: QPainter) -> None:
        other = "coronal" if self._plane.direction is Direction.SAGITTAL else "sagittal"
        painter.setPen(QPen(QColor(VIEW_COLOURS[other]), 1))
        painter.drawPolyline(self._line)
