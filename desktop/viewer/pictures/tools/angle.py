"""Angles: one leg is dragged to the apex, then a click or another drag ends the other; three clicks do as well."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath

from desktop.messages import message, tr
from desktop.reading.measurement import Angle, Degenerate, Point
from desktop.viewer.pictures.graphics import Drag, Item
from desktop.viewer.pictures.halo import halo_text
from desktop.viewer.pictures.labels import Spot, beside, unit
from desktop.viewer.pictures.measured import ALIGN, Measured, Measurements, draw_measured
from desktop.viewer.pictures.planes import Plane
from desktop.viewer.pictures.tool import Tool
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import MARKED

_ARC_PX, _ARC_SHARE = 22, 0.5
"""Radius of the arc, and at most this share of the shorter leg."""

_STRAIGHT = 0.05
"""Two legs that together lead less far than this, of 2, lie in one line as good as, and nothing is behind them."""


class AngleTool(Tool):
    """Takes the three points of an angle one after the other, and shows the legs on the way."""

    name = "angle"

    def __init__(self, view: CtView, plane: Plane) -> None:
        self._case, self._plane = view.case, plane
        self._begun: tuple[Point, ...] = ()
        """The points taken so far."""
        self._pointer: QPointF | None = None
        """Where the next one would be."""
        super().__init__(view, view.display)

    def hint(self) -> str:
        if len(self._begun) < 2:
            return tr("angle: drag a leg to the apex, Esc ends")
        return tr("angle: click for the other leg, Esc ends")

    def state(self) -> object:
        """Points that were taken in another slice or reformat are forgotten: the legs would not be seen together."""
        covered = super().state()
        if covered is None or any(abs(depth) > self._plane.reach_mm for _, depth in map(self._plane.seen, self._begun)):
            self.forget()
        return None if covered is None else (covered, self._begun, self._pointer)

    def hover(self, point: QPointF | None) -> None:
        self.point_at(point)

    def clicked(self, point: QPointF) -> bool:
        self.take(point)
        return True

    def drag_from(self, point: QPointF) -> Drag | None:
        if not self._begun:
            self.take(point)
        return _LegDrag(self, point)

    def point_at(self, point: QPointF | None) -> None:
        """The next point would be here."""
        self._pointer = point
        self.refresh()

    def take(self, point: QPointF) -> None:
        """Here is the next point; one that makes no leg is not taken."""
        points = *self._begun, self._plane.patient_at(self.view.to_plane(point))
        try:
            angle = Angle(points[0], points[1], points[2]) if len(points) == 3 else None
        except Degenerate:
            return
        if angle is None:
            self._begun = points
            self.refresh()
            return
        self._display.chosen = angle
        marks = self._case.marks
        self._case.mark(replace(marks, measurements=(*marks.measurements, angle)), tr("Measure"))
        self._display.use_tool("")

    def forget(self) -> None:
        """Begin anew."""
        self._begun, self._pointer = (), None

    def draw(self, painter: QPainter) -> None:
        super().draw(painter)
        taken = [self.view.to_screen(point.x(), point.y()) for point, _ in map(self._plane.seen, self._begun)]
        ends = [*taken, *([] if self._pointer is None else [self._pointer])]
        if len(ends) == 3:
            draw_measured(painter, _outline(*ends), taken, QColor(MARKED))
            self._draw_degrees(painter, ends)
        elif taken:
            draw_measured(painter, _line(ends), taken, QColor(MARKED))

    def _draw_degrees(self, painter: QPainter, ends: list[QPointF]) -> None:
        """What would be measured if the next point were here."""
        with contextlib.suppress(Degenerate):
            angle = Angle(self._begun[0], self._begun[1], self._plane.patient_at(self.view.to_plane(ends[2])))
            text = _text(angle)
            area = beside(_spots(*ends), text, ALIGN, painter.font(), self.extent())
            halo_text(painter, area, ALIGN, text, MARKED, plate=True)


class _LegDrag(Drag):
    """Where it ends is the next point."""

    keeps_slice = True

    def __init__(self, tool: AngleTool, start: QPointF) -> None:
        self._tool, self._last = tool, start

    def move(self, point: QPointF) -> None:
        self._last = point
        self._tool.point_at(point)

    def finish(self) -> None:
        self._tool.take(self._last)

    def cancel(self) -> None:
        self._tool.forget()
        self._tool.refresh()


class MeasuredAngle(Measured[Angle]):
    """Two legs with an arc between them."""

    called = message("angle")

    def outline(self) -> QPainterPath:
        return _outline(*self.handles)

    def measured(self) -> str:
        return _text(self.measurement)

    def spots(self) -> Sequence[Spot]:
        return _spots(*self.handles)


def _text(angle: Angle) -> str:
    return tr("{degrees:.1f}°", degrees=angle.degrees)


def _line(points: Sequence[QPointF]) -> QPainterPath:
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    return path


def _outline(first: QPointF, apex: QPointF, last: QPointF) -> QPainterPath:
    path = _line((first, apex, last))
    one, other = QLineF(apex, first), QLineF(apex, last)
    radius = min(_ARC_PX, _ARC_SHARE * min(one.length(), other.length()))
    around = QRectF(apex.x() - radius, apex.y() - radius, 2 * radius, 2 * radius)
    sweep = (one.angleTo(other) + 180) % 360 - 180  # the shorter way
    path.arcMoveTo(around, one.angle())
    path.arcTo(around, one.angle(), sweep)
    return path


def _spots(first: QPointF, apex: QPointF, last: QPointF) -> Sequence[Spot]:
    """Behind the apex, where the legs do not go, or beyond an end."""
    one, other = unit(apex, first), unit(apex, last)
    along = one + other
    straight = math.hypot(along.x(), along.y()) < _STRAIGHT
    behind = QPointF(one.y(), -one.x()) if straight else unit(along, QPointF())
    return [(apex, behind), (last, other), (first, one)]


def items(view: CtView, plane: Plane) -> list[Item]:
    """The angles and their tool, for one view."""
    return [Measurements(view, plane, Angle, MeasuredAngle), AngleTool(view, plane)]
