"""What a check says, and the limits that several checks share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.messages import Message

MAXIMUM_THICKNESS_MM = 4.0
"""Thicker slices were left out of the paper ("Study population"); the spacing counts too."""

MINIMUM_SLICES = 3
"""Fewer cannot hold a run of two beside a slice that ends it."""

ROUNDING_MM = 0.01
"""Positions and thicknesses are rounded in headers."""

Status = Literal["pass", "warn", "fail"]


@dataclass(frozen=True)
class Check:
    """One named condition. A fail makes the verdict indeterminate; it does not prevent viewing.

    `message` is a sentence for whoever reads the scan: what was found and where, and what to do about it.
    """

    name: str
    status: Status
    measured: str
    required: str
    message: str

    @property
    def label(self) -> Message:
        """The name for people."""
        return Message(self.name)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 slice", "2 slices"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
