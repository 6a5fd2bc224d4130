"""Ellipses: a drag across the box of one; mean and standard deviation of the HU in it, and its area."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainterPath, QTransform

from desktop.messages import message, tr
from desktop.reading.measurement import Ellipse, way
from desktop.viewer.pictures.graphics import Item
from desktop.viewer.pictures.labels import Spot
from desktop.viewer.pictures.measured import DraggedTool, Measured, Measurements
from desktop.viewer.pictures.planes import Plane
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import GRIP_PX

_SIDES = (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)
_CORNERS = tuple((x * math.sqrt(0.5), y * math.sqrt(0.5)) for y in (1, -1) for x in (1, -1))


class EllipseTool(DraggedTool):
    """Makes an ellipse of the box of the next left drag."""

    name = "ellipse"

    def hint(self) -> str:
        return tr("ellipse: drag its box, Esc ends")

    def between(self, start: QPointF, end: QPointF) -> Ellipse:
        middle = (start + end) / 2
        right, top = QPointF(max(start.x(), end.x()), middle.y()), QPointF(middle.x(), min(start.y(), end.y()))
        centre, *ends = map(self._plane.patient_at, (middle, right, top))
        return Ellipse(centre, *(way(centre, each) for each in ends))


class MeasuredEllipse(Measured[Ellipse]):
    """A rim with the figures of what it contains."""

    called = message("ellipse")

    def __init__(self, view: CtView, plane: Plane) -> None:
        self._known: tuple[Ellipse, str] | None = None
        super().__init__(view, plane)

    def outline(self) -> QPainterPath:
        centre = self._centre
        a, b = self.handles[0] - centre, self.handles[2] - centre
        circle = QPainterPath()
        circle.addEllipse(QPointF(), 1, 1)
        return QTransform(a.x(), a.y(), b.x(), b.y(), centre.x(), centre.y()).map(circle)

    @property
    def _centre(self) -> QPointF:
        return (self.handles[0] + self.handles[1]) / 2

    def hit(self) -> QPainterPath:
        """Its middle too: the rim of a small one is all handles."""
        path = super().hit()
        if self.in_plane:
            path.addEllipse(self._centre, GRIP_PX, GRIP_PX)
        return path

    def handle_at(self, point: QPointF) -> int | None:
        """Nearer to the middle than to any handle, the whole is meant."""
        handle, inwards = super().handle_at(point), QLineF(point, self._centre).length()
        return None if handle is None or inwards < QLineF(point, self.handles[handle]).length() else handle

    def handles_drawn(self) -> Sequence[QPointF]:
        """None until it is chosen: they would cover what a small one contains."""
        return self.handles if self.chosen else ()

    def measured(self) -> str:
        """Asked at every movement of the mouse, and found once."""
        ellipse = self.measurement
        if self._known is None or self._known[0] != ellipse:
            self._known = ellipse, self._figures(ellipse)
        return self._known[1]

    def _figures(self, ellipse: Ellipse) -> str:
        hu, area = self._plane.hu_in(ellipse), tr("{area:.1f} mm²", area=ellipse.area_mm2)
        if not hu.size:
            return tr("no HU") + f"\n{area}"
        mean = round(float(hu.mean()), 1) + 0.0  # never "-0.0"
        return tr("mean {mean:.1f} HU", mean=mean) + "\n" + tr("SD {sd:.1f} HU", sd=float(hu.std())) + f"\n{area}"

    def spots(self) -> Sequence[Spot]:
        """Beside it, below and above, and then aslant."""
        box = self.outline().boundingRect()
        middle, reach = box.center(), QPointF(box.width() / 2, box.height() / 2)
        return [
            (QPointF(middle.x() + x * reach.x(), middle.y() + y * reach.y()), QPointF(x, y))
            for x, y in (*_SIDES, *_CORNERS)
        ]


def items(view: CtView, plane: Plane) -> list[Item]:
    """The ellipses and their tool, for one view."""
    return [Measurements(view, plane, Ellipse, MeasuredEllipse), EllipseTool(view, plane)]
