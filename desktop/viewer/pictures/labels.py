"""Where the text of a mark stands: beside it, not on another text, and never beyond the edge of the view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF
from PySide6.QtGui import QFont, QPainterPath

from desktop.viewer.pictures.halo import Align, text_area

_GAP_PX = 7
"""Between a mark and its text: clear of the handle."""

_EDGE_PX = 4
"""Between a text and the edge of the view."""

Spot = tuple[QPointF, QPointF]
"""A point of a mark, and the way from there, of length 1, that leads away from the mark."""


def unit(start: QPointF, end: QPointF) -> QPointF:
    """The way from one point to another with length 1; to the right where they are one."""
    line = QLineF(start, end).unitVector()
    return QPointF(1, 0) if line.isNull() else line.p2() - line.p1()


def beside(
    spots: Sequence[Spot], text: str, align: Align, font: QFont, view: QRectF, taken: Sequence[QPainterPath] = ()
) -> QRectF:
    """Where a text stands: of the spots where it fits into the view, the first of those where it covers least of what
    is taken. Where it fits nowhere, it is moved into the view.
    """
    size = text_area(QRectF(), align, text, font).size()
    inside = view.adjusted(_EDGE_PX, _EDGE_PX, -_EDGE_PX, -_EDGE_PX)
    areas = [_at(point, way, size) for point, way in spots]
    fitting = [area for area in areas if inside.contains(area)]
    area = min(fitting or areas, key=lambda area: sum(path.intersects(area) for path in taken))
    area.moveLeft(max(inside.left(), min(area.left(), inside.right() - size.width())))
    area.moveTop(max(inside.top(), min(area.top(), inside.bottom() - size.height())))
    return area


def _at(point: QPointF, way: QPointF, size: QSizeF) -> QRectF:
    """A text beyond `point`: as far as the way needs to get out of its own half width or height."""
    off = _GAP_PX + min(
        half / abs(part) if part else float("inf")
        for half, part in ((size.width() / 2, way.x()), (size.height() / 2, way.y()))
    )
    area = QRectF(QPointF(), size)
    area.moveCenter(point + way * off)
    return area
