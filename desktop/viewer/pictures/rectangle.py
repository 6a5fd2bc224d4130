"""Taking hold of a rectangle: which edge is meant, and where a drag brings it."""

from __future__ import annotations

from enum import Flag, auto

from PySide6.QtCore import QPointF, QRectF, Qt

from desktop.imaging.geometry import Rectangle
from desktop.viewer.theme import GRIP_PX


class Edge(Flag):
    """Edges of the ROI in the standard view: front is up."""

    FRONT = auto()
    BACK = auto()
    LEFT = auto()
    RIGHT = auto()
    ALL = FRONT | BACK | LEFT | RIGHT


NONE = Edge(0)


def edges_at(point: QPointF, shown: QRectF) -> Edge:
    """The edges under a point: one, two at a corner, all inside, none elsewhere."""
    if not shown.adjusted(-GRIP_PX, -GRIP_PX, GRIP_PX, GRIP_PX).contains(point):
        return NONE
    # In a rectangle small on screen the inside keeps a third of each side, so that it can still be moved.
    reach_x, reach_y = min(GRIP_PX, shown.width() / 3), min(GRIP_PX, shown.height() / 3)
    edges = NONE
    if point.x() <= shown.left() + reach_x:
        edges |= Edge.LEFT
    elif point.x() >= shown.right() - reach_x:
        edges |= Edge.RIGHT
    if point.y() <= shown.top() + reach_y:
        edges |= Edge.FRONT
    elif point.y() >= shown.bottom() - reach_y:
        edges |= Edge.BACK
    return edges or Edge.ALL


def cursor_shape(edges: Edge) -> Qt.CursorShape:
    """The mouse pointer over these edges."""
    return _CURSORS.get(edges, Qt.CursorShape.CrossCursor)


_CURSORS = {
    Edge.ALL: Qt.CursorShape.SizeAllCursor,
    Edge.LEFT: Qt.CursorShape.SizeHorCursor,
    Edge.RIGHT: Qt.CursorShape.SizeHorCursor,
    Edge.FRONT: Qt.CursorShape.SizeVerCursor,
    Edge.BACK: Qt.CursorShape.SizeVerCursor,
    Edge.FRONT | Edge.LEFT: Qt.CursorShape.SizeFDiagCursor,
    Edge.BACK | Edge.RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Edge.FRONT | Edge.RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Edge.BACK | Edge.LEFT: Qt.CursorShape.SizeBDiagCursor,
}


def dragged(
    rectangle: Rectangle,
    edges: Edge,
    across: float,
    down: float,
    columns: int,
    rows: int,
    least: tuple[float, float],
) -> Rectangle:
    """The rectangle after its `edges` moved by `across` and `down` pixels.

    It stays inside the slice of `rows` x `columns` pixels and at least `least` (width, height) large.
    """
    column, row, width, height = rectangle
    left, right, front, back = column, column + width, row, row + height
    if edges == Edge.ALL:
        left += _between(across, -left, columns - right)
        front += _between(down, -front, rows - back)
        return left, front, width, height
    if Edge.LEFT in edges:
        left = _between(left + across, 0, right - least[0])
    if Edge.RIGHT in edges:
        right = _between(right + across, left + least[0], columns)
    if Edge.FRONT in edges:
        front = _between(front + down, 0, back - least[1])
    if Edge.BACK in edges:
        back = _between(back + down, front + least[1], rows)
    return left, front, right - left, back - front


def _between(value: float, low: float, high: float) -> float:
    return max(low, min(value, high))
