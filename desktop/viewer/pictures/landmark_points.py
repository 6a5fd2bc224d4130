"""The landmarks that a suggestion rests on, in every view that their place is seen in."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from desktop.messages import shown
from desktop.suggestion import Landmark
from desktop.viewer.pictures.graphics import Drawn
from desktop.viewer.pictures.halo import Align, halo_text, text_area
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import Plane
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import SUGGESTED

_TEXT_PX, _BOX_PX = 220, 20
_ARM_PX, _GAP_PX = 6, 2
"""A cross that leaves its middle free: what it marks can be looked at."""

NEAR_MM = 2.0
"""A landmark is a place of some extent: it is seen in pictures so far from it."""


_AT_THE_FRONT = (Landmark.PTERYGOID_RIGHT, Landmark.PTERYGOID_LEFT)
_FRONT_RISE_PX, _RISE_PX = 17, 21
"""At the front a text stands a little lower, off the name of the ROI's front edge; elsewhere it stands above
its point, and so above the line that the back edge is."""

_ON_THE_RIGHT = (Landmark.PTERYGOID_RIGHT, Landmark.CAROTID_RIGHT)


def _side(name: Landmark) -> Align:
    """The patient's right is the picture's left: texts lead away from the middle, where they would meet."""
    return Align.AlignRight if name in _ON_THE_RIGHT else Align.AlignLeft


def _rise(name: Landmark) -> int:
    """How far above the point the box of the text begins, in pixels of the view."""
    return _FRONT_RISE_PX if name in _AT_THE_FRONT else _RISE_PX


class LandmarkPoints(Drawn):
    """A small cross at each landmark near the picture; in reformats, where lines and their names are, without names."""

    def __init__(self, view: CtView, plane: Plane, named: bool) -> None:
        self._named = named
        self._case, self._display, self._plane = view.case, view.display, plane
        self.marked: list[tuple[str, QPointF, Align, int]] = []
        """What is drawn, where in pixels of the view, on which side of the text its point lies, and how far below."""
        super().__init__(view, Order.LANDMARKS)

    def _seen(self) -> list[tuple[str, QPointF, Align, int]]:
        suggestion = self._case.suggestion
        if suggestion is None or not self._display.landmarks_shown:
            return []
        near = max(self._plane.reach_mm, NEAR_MM)
        seen = ((name, *self._plane.seen(point)) for name, point in suggestion.landmarks_mm.items())
        return [
            (shown(name.label) if self._named else "", self.view.to_screen(at.x(), at.y()), _side(name), _rise(name))
            for name, at, off in seen
            if abs(off) <= near
        ]

    def state(self) -> object:
        self.marked = self._seen()
        return [(name, at.toTuple()) for name, at, *_ in self.marked] or None

    def _box(self, at: QPointF, side: Align, rise: int) -> QRectF:
        left = at.x() + _ARM_PX + 1 if side is Align.AlignLeft else at.x() - _ARM_PX - 1 - _TEXT_PX
        return QRectF(left, at.y() - rise, _TEXT_PX, _BOX_PX)

    def extent(self) -> QRectF:
        whole = QRectF()
        for name, at, side, rise in self.marked:
            cross = QRectF(at.x() - _ARM_PX, at.y() - _ARM_PX, 2 * _ARM_PX, 2 * _ARM_PX).adjusted(-2, -2, 2, 2)
            text = text_area(self._box(at, side, rise), side | Align.AlignVCenter, name, self.view.font())
            whole = whole.united(cross).united(text)
        return whole

    def words(self) -> str:
        return ", ".join(name for name, *_ in self.marked if name)

    def draw(self, painter: QPainter) -> None:
        for name, at, side, rise in self.marked:
            for width, colour in ((3.5, QColor(0, 0, 0, 170)), (1.4, QColor(SUGGESTED))):
                painter.setPen(QPen(colour, width))
                for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                    way = QPointF(x, y)
                    painter.drawLine(QLineF(at + way * _GAP_PX, at + way * _ARM_PX))
            halo_text(painter, self._box(at, side, rise), side | Align.AlignVCenter, name, SUGGESTED)
