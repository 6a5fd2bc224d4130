"""How high the slice on screen lies, as seen from the ends of the range."""

from __future__ import annotations

from desktop.messages import Message, message
from desktop.viewer.desk.case import Marks

_AT_MM = 0.05
"""Nearer than this, a slice is said to lie at an end: 0.0 mm would be read."""


def fallen_mm(marks: Marks, position_mm: float, drawn_mm: float) -> float | None:
    """How far below the upper end a slice is drawn where the range is drawn `drawn_mm` long.

    Within the range in proportion, since no head is as long as the drawing's; beyond an end, and where only one is
    known, by mm. None where no end is known.
    """
    high, low = marks.high_mm, marks.low_mm
    if high is None and low is None:
        return None
    if low is None or (high is not None and position_mm > high):
        assert high is not None
        return high - position_mm
    if high is None or position_mm < low:
        return drawn_mm + low - position_mm
    return drawn_mm * ((high - position_mm) / (high - low) if high > low else 0.5)


def level_words(marks: Marks, position_mm: float) -> Message | None:
    """Where a slice lies, seen from the end of the range that is nearer; None where no end is known."""
    over_upper, over_lower = (None if end is None else position_mm - end for end in (marks.high_mm, marks.low_mm))
    if over_upper is not None and (over_lower is None or abs(over_upper) <= abs(over_lower)):
        return _of_upper(over_upper)
    return None if over_lower is None else _of_lower(over_lower)


def _of_upper(over_mm: float) -> Message:
    if abs(over_mm) < _AT_MM:
        return message("at the base of the sphenoid sinus")
    if over_mm > 0:
        return message("{mm:.1f} mm above the base of the sphenoid sinus", mm=over_mm)
    return message("{mm:.1f} mm below the base of the sphenoid sinus", mm=-over_mm)


def _of_lower(over_mm: float) -> Message:
    if abs(over_mm) < _AT_MM:
        return message("at the lower end of the clivus")
    if over_mm > 0:
        return message("{mm:.1f} mm above the lower end of the clivus", mm=over_mm)
    return message("{mm:.1f} mm below the lower end of the clivus", mm=-over_mm)
