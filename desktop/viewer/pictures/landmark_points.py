"""The landmarks that a suggestion rests on, in every view that their place is seen in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from desktop.messages import shown
from desktop.suggestion import Landmark
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.graphics import Drawn
from desktop.viewer.pictures.halo import Align, halo_text, text_area
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import Plane
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import SUGGESTED

_ARM_PX, _GAP_PX = 6, 2
"""A cross that leaves its middle free: what it marks can be looked at."""

_CLEAR_PX = 4
"""Between a name and the cross or the ROI."""

NEAR_MM = 2.0
"""A landmark is a place of some extent: it is seen in pictures so far from it."""

_RIGHT = (Landmark.PTERYGOID_RIGHT, Landmark.CAROTID_RIGHT)
_LEFT = (Landmark.PTERYGOID_LEFT, Landmark.CAROTID_LEFT)


def landmarks_named(case: Case, display: Display) -> bool:
    """Whether crosses have names: until there is a result, of which names would cover what it is about."""
    return case.suggestion is not None and display.landmarks_shown and case.result is None


class LandmarkPoints(Drawn):
    """A small cross at each landmark near the picture; in reformats, where lines and their names are, without names."""

    def __init__(self, view: CtView, plane: Plane, roi: Callable[[], QRectF] | None = None) -> None:
        """Build them.

        Args:
            roi: pixels of the view that names are kept clear of; without it there are no names.
        """
        self._roi = roi
        self._case, self._display, self._plane = view.case, view.display, plane
        self.marked: list[tuple[str, QPointF, QRectF]] = []
        """What is drawn, in pixels of the view: the name, the point and where the name stands."""
        super().__init__(view, Order.LANDMARKS)

    def _seen(self) -> list[tuple[str, QPointF, QRectF]]:
        suggestion = self._case.suggestion
        if suggestion is None or not self._display.landmarks_shown:
            return []
        near = max(self._plane.reach_mm, NEAR_MM)
        named = self._roi is not None and landmarks_named(self._case, self._display)
        found = []
        for landmark, point in suggestion.landmarks_mm.items():
            in_plane, off = self._plane.seen(point)
            if abs(off) <= near:
                at, name = self.view.to_screen(in_plane.x(), in_plane.y()), shown(landmark.label) if named else ""
                found.append((name, at, self._area(landmark, name, at)))
        return found

    def _area(self, landmark: Landmark, name: str, at: QPointF) -> QRectF:
        """Where a name stands: outside the ROI, beside it for one of a pair, else below or above it."""
        area = text_area(QRectF(), Align.AlignCenter, name, self.view.font())
        around = _ARM_PX + _CLEAR_PX
        clear_of = QRectF(at.x() - around, at.y() - around, 2 * around, 2 * around)
        roi = QRectF() if self._roi is None else self._roi()
        if roi.intersects(clear_of):
            clear_of = clear_of.united(roi.adjusted(-_CLEAR_PX, -_CLEAR_PX, _CLEAR_PX, _CLEAR_PX))
        area.moveCenter(at)
        if landmark in _RIGHT:  # the patient's right is the picture's left
            area.moveRight(clear_of.left())
        elif landmark in _LEFT:
            area.moveLeft(clear_of.right())
        elif at.y() < roi.center().y():
            area.moveBottom(clear_of.top())
        else:
            area.moveTop(clear_of.bottom())
        return area

    def state(self) -> object:
        self.marked = self._seen()
        return [(name, at.toTuple(), area.getRect()) for name, at, area in self.marked] or None

    def extent(self) -> QRectF:
        whole = QRectF()
        for _, at, area in self.marked:
            cross = QRectF(at.x() - _ARM_PX, at.y() - _ARM_PX, 2 * _ARM_PX, 2 * _ARM_PX).adjusted(-2, -2, 2, 2)
            whole = whole.united(cross).united(area)
        return whole

    def words(self) -> str:
        return ", ".join(name for name, _, _ in self.marked if name)

    def draw(self, painter: QPainter) -> None:
        for name, at, area in self.marked:
            for width, colour in ((3.5, QColor(0, 0, 0, 170)), (1.4, QColor(SUGGESTED))):
                painter.setPen(QPen(colour, width))
                for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                    way = QPointF(x, y)
                    painter.drawLine(QLineF(at + way * _GAP_PX, at + way * _ARM_PX))
            halo_text(painter, area, Align.AlignCenter, name, SUGGESTED)
