"""What a schematic drawing consists of: parts of the anatomy as strokes in mm, and their names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.messages import Message


class Tissue(StrEnum):
    """What a part is of, and how it looks: a key of `theme.SCHEMATIC`."""

    FAINT = "faint"
    """Soft tissue that only says where one is."""
    BONE = "bone"
    CLIVUS = "clivus"
    AIR = "air"
    ARTERY = "artery"


@dataclass(frozen=True)
class Name:
    """The name of a part.

    Attributes:
        box: left, top, width and height of the room for it.
        side: -1 at the left of the room, 0 in its middle, 1 at its right.
        to: where a line leads to from the name; None for a name that lies on its part.
    """

    text: Message
    box: tuple[float, float, float, float]
    side: int
    to: tuple[float, float] | None = None


@dataclass(frozen=True)
class Drawing:
    """Parts from the hindmost to the foremost, in mm from the upper left corner.

    Attributes:
        parts: each with its strokes (`desktop.viewer.strokes`).
        sides: the patient's sides on the left and on the right, as the views' orientation markers say them.
    """

    width: float
    height: float
    parts: tuple[tuple[Tissue, str], ...]
    names: tuple[Name, ...]
    sides: tuple[str, str]
