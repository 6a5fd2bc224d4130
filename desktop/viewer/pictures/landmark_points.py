"""The landmarks that a suggestion rests on, in every view that their place is seen in."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from desktop.messages import shown
from desktop.viewer.pictures.graphics import Drawn
from desktop.viewer.pictures.halo import Align, halo_text, text_area
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import Plane
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import SUGGESTED

_ARM_PX, _GAP_PX = 6, 2
"""A cross that leaves its middle free: what it marks can be looked at."""

NEAR_MM = 2.0
"""A landmark is a place of some extent: it is seen in pictures so far from it."""


class LandmarkPoints(Drawn):
    """A small cross at each landmark near the picture; in reformats, where lines and their names are, without names."""

    def __init__(self, view: CtView, plane: Plane, named: bool) -> None:
        self._named = named
        self._case, self._display, self._plane = view.case, view.display, plane
        self.marked: list[tuple[str, QPointF]] = []
        """What is drawn, and where in pixels of the view."""
        super().__init__(view, Order.LANDMARKS)

    def _seen(self) -> list[tuple[str, QPointF]]:
        suggestion = self._case.suggestion
        if suggestion is None or not self._display.landmarks_shown:
            return []
        near = max(self._plane.reach_mm, NEAR_MM)
        seen = ((name, *self._plane.seen(point)) for name, point in suggestion.landmarks_mm.items())
        return [
            (shown(name.label) if self._named else "", self.view.to_screen(at.x(), at.y()))
            for name, at, off in seen
            if abs(off) <= near
        ]

    def state(self) -> object:
        self.marked = self._seen()
        return [(name, at.toTuple()) for name, at in self.marked] or None

    def _box(self, at: QPointF) -> QRectF:
        return QRectF(at.x() + _ARM_PX + 1, at.y() - 21, 220, 20)  # above the line that the back edge is

    def extent(self) -> QRectF:
        whole = QRectF()
        for name, at in self.marked:
            cross = QRectF(at.x() - _ARM_PX, at.y() - _ARM_PX, 2 * _ARM_PX, 2 * _ARM_PX).adjusted(-2, -2, 2, 2)
            text = text_area(self._box(at), Align.AlignLeft | Align.AlignVCenter, name, self.view.font())
            whole = whole.united(cross).united(text)
        return whole

    def draw(self, painter: QPainter) -> None:
        for name, at in self.marked:
            for width, colour in ((3.5, QColor(0, 0, 0, 170)), (1.4, QColor(SUGGESTED))):
                painter.setPen(QPen(colour, width))
                for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                    way = QPointF(x, y)
                    painter.drawLine(QLineF(at + way * _GAP_PX, at + way * _ARM_PX))
            halo_text(painter, self._box(at), Align.AlignLeft | Align.AlignVCenter, name, SUGGESTED)
