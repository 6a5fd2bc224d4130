"""A distance that a reader measured."""

from __future__ import annotations

import math
from dataclasses import dataclass

Point = tuple[float, float, float]
"""Patient coordinates in mm, as in DICOM: towards the left, the back and the head (PS3.3 C.7.6.2.1.1)."""


@dataclass(frozen=True)
class Measurement:
    """A straight line between two points of the patient, so that it does not belong to one view."""

    start: Point
    end: Point

    @property
    def mm(self) -> float:
        """Its length."""
        return math.dist(self.start, self.end)
