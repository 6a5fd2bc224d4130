"""Vector art as strokes in words, and the paths that they are: own art, and no files that could be missing."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

_PARTS = re.compile(r"([MLHVZOEASR])([^MLHVZOEASR]*)")


def path_of(strokes: str) -> QPainterPath:
    """The path of M, L, H, V and Z as in SVG, O a circle (x, y, radius), E an ellipse (x, y, both radii), A an arc (and
    from which angle on through how many degrees), S a smooth curve from where the pen is through points (x, y, x, y,
    ...), R a smooth ring through them."""
    path = QPainterPath()
    for letter, numbers in _PARTS.findall(strokes):
        values, at = [float(number) for number in numbers.split()], path.currentPosition()
        if letter == "M":
            path.moveTo(*values)
        elif letter == "L":
            path.lineTo(*values)
        elif letter == "H":
            path.lineTo(values[0], at.y())
        elif letter == "V":
            path.lineTo(at.x(), values[0])
        elif letter == "Z":
            path.closeSubpath()
        elif letter == "O":
            x, y, radius = values
            path.addEllipse(QPointF(x, y), radius, radius)
        elif letter == "E":
            x, y, across, down = values
            path.addEllipse(QPointF(x, y), across, down)
        elif letter == "S":
            first, *others = [at, *_points(values)]
            _curve(path, [first, first, *others, others[-1]])
        elif letter == "R":
            ring = _points(values)
            path.moveTo(ring[0])
            _curve(path, [ring[-1], *ring, ring[0], ring[1]])
            path.closeSubpath()
        else:
            x, y, radius, start, sweep = values
            around = QRectF(x - radius, y - radius, 2 * radius, 2 * radius)
            path.arcMoveTo(around, start)
            path.arcTo(around, start, sweep)
    return path


def _points(values: list[float]) -> list[QPointF]:
    return [QPointF(x, y) for x, y in zip(values[::2], values[1::2], strict=True)]


def _curve(path: QPainterPath, points: list[QPointF]) -> None:
    """Through all points but the first and the last, which say how it begins and ends (Catmull and Rom's spline)."""
    for before, start, end, after in zip(points, points[1:], points[2:], points[3:], strict=False):
        path.cubicTo(start + (end - before) / 6, end - (after - start) / 6, end)
