"""Distances: a drag from one end to the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from desktop.messages import message, tr
from desktop.reading.measurement import Distance
from desktop.viewer.pictures.graphics import Item
from desktop.viewer.pictures.labels import Spot, unit
from desktop.viewer.pictures.measured import DraggedTool, Measured, Measurements
from desktop.viewer.pictures.planes import Plane
from desktop.viewer.pictures.view import CtView


class DistanceTool(DraggedTool):
    """Makes a distance of the next left drag."""

    name = "distance"

    def hint(self) -> str:
        return tr("distance: drag a line, Esc ends")

    def between(self, start: QPointF, end: QPointF) -> Distance:
        return Distance(self._plane.patient_at(start), self._plane.patient_at(end))


class MeasuredDistance(Measured[Distance]):
    """A line with its length."""

    called = message("distance")

    def outline(self) -> QPainterPath:
        path = QPainterPath(self.handles[0])
        path.lineTo(self.handles[1])
        return path

    def measured(self) -> str:
        return tr("{length:.1f} mm", length=self.measurement.mm)

    def spots(self) -> Sequence[Spot]:
        """Beyond either end, where it goes on; else beside it."""
        start, end = self.handles
        way = unit(start, end)
        middle, aside = (start + end) / 2, QPointF(way.y(), -way.x())
        return [(end, way), (start, -way), (middle, aside), (middle, -aside)]


def items(view: CtView, plane: Plane) -> list[Item]:
    """The distances and their tool, for one view."""
    return [Measurements(view, plane, Distance, MeasuredDistance), DistanceTool(view, plane)]
