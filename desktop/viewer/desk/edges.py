"""The edges of the ROI, and what becomes of it when they are moved, by the mouse or by keys."""

from __future__ import annotations

from enum import Flag, auto

from desktop.imaging.geometry import Rectangle
from desktop.imaging.volume import Volume
from desktop.reading.roi import Roi

LEAST_SIDE_MM = 5.0
"""A rectangle cannot be made smaller than this."""


class Edge(Flag):
    """Edges of the ROI in the standard view: front is up."""

    FRONT = auto()
    BACK = auto()
    LEFT = auto()
    RIGHT = auto()
    ALL = FRONT | BACK | LEFT | RIGHT


NONE = Edge(0)


def roi_moved(roi: Roi, edges: Edge, across_mm: float, down_mm: float, volume: Volume, position_mm: float) -> Roi:
    """The ROI after `edges` of its rectangle on the slice at a position were moved, in mm of the standard view."""
    geometry = volume.geometry
    moved = rectangle_moved(
        volume.rectangle_to_standard(roi.at(position_mm)),
        edges,
        across_mm / geometry.column_mm,
        down_mm / geometry.row_mm,
        geometry.columns,
        geometry.rows,
        (LEAST_SIDE_MM / geometry.column_mm, LEAST_SIDE_MM / geometry.row_mm),
    )
    return roi.with_rectangle(position_mm, volume.rectangle_to_stored(moved))


def rectangle_moved(
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
