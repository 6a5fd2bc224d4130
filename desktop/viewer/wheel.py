"""Wheels and touchpads: many small turns add up to one slice a notch."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent

NOTCH = 120
"""Units of one notch of a wheel, an eighth of a degree each (QWheelEvent::angleDelta)."""

UNITS_PER_PIXEL = 2
"""For touchpads that report pixels only; the ratio Qt itself uses where both are known."""


class NotchCounter:
    """Adds up turns; a change of direction starts afresh."""

    def __init__(self) -> None:
        self._rest = 0

    def add(self, units: int) -> int:
        """Whole notches completed by these units; positive is away from the hand."""
        if units * self._rest < 0:
            self._rest = 0
        total = self._rest + units
        notches = int(total / NOTCH)
        self._rest = total - notches * NOTCH
        return notches


def wheel_units(event: QWheelEvent) -> int:
    """How far the wheel was turned. Some systems turn it sideways while Shift or Alt is held."""
    angle, pixels = event.angleDelta(), event.pixelDelta()
    return angle.y() or angle.x() or UNITS_PER_PIXEL * (pixels.y() or pixels.x())
