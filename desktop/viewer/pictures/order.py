"""What lies over what in a view."""

from __future__ import annotations

from enum import IntEnum, auto


class Order(IntEnum):
    """From the lowest to the topmost; where two can be taken hold of, the upper one is."""

    CT = auto()
    HEAT_MAP = auto()
    GAPS = auto()
    CROSSHAIR = auto()
    MOVED_ROI = auto()
    ROI = auto()
    RANGE_LINE = auto()
    SLICE_LINE = auto()
    RANGE_HANDLE = auto()
    LANDMARKS = auto()
    MEASUREMENT = auto()
    TEXT = auto()
    TOOL = auto()
