"""A check, and the limits that several checks share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.messages import Message, message

MAXIMUM_THICKNESS_MM = 4.0
"""The paper excluded thicker slices ("Study population"); applies to the spacing as well."""

MINIMUM_SLICES = 3
"""Fewer slices cannot hold a run of two and a slice that ends it."""

ROUNDING_MM = 0.01
"""Positions and thicknesses are rounded in headers."""

Status = Literal["pass", "warn", "fail"]


@dataclass(frozen=True)
class Check:
    """One named condition. A fail makes the verdict indeterminate; it does not prevent viewing.

    Attributes:
        name: the stable id, one of `names`.
        measured: what was found.
        required: what was expected.
        message: a sentence for the reader: what was found, where, and what to do about it.
    """

    name: str
    status: Status
    measured: Message
    required: Message
    message: Message

    @property
    def label(self) -> Message:
        """The name as shown to people."""
        return Message(self.name)

    def document(self) -> dict[str, str]:
        """The check in JSON, with its stable name and English sentences."""
        return {
            "name": self.name,
            "status": self.status,
            "measured": str(self.measured),
            "required": str(self.required),
            "message": str(self.message),
        }


def places(low_mm: float, high_mm: float) -> Message:
    """A position, or a range from one position to another."""
    if low_mm == high_mm:
        return message("{position:.1f} mm", position=low_mm)
    return message("{low:.1f} to {high:.1f} mm", low=low_mm, high=high_mm)
