"""The window on screen: level and width, the presets, and how a drag changes it."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.messages import Message, message, shown

MINIMUM_WIDTH, MAXIMUM_WIDTH = 2.0, 10000.0
LOWEST_LEVEL, HIGHEST_LEVEL = -2000.0, 6000.0


@dataclass(frozen=True)
class GreyWindow:
    """Level (centre) and width in HU. What is on screen; the model has its own window inside its graph."""

    level: float
    width: float

    def dragged(self, right_px: float, down_px: float) -> GreyWindow:
        """The window after a drag: right is wider, down raises the level; steps grow with the width."""
        step = max(1.0, self.width / 300)
        return windowed(self.level + down_px * step, self.width + right_px * step)


def windowed(level: float, width: float) -> GreyWindow:
    """A window in whole HU, within the limits."""
    return GreyWindow(
        round(min(max(level, LOWEST_LEVEL), HIGHEST_LEVEL)),
        round(min(max(width, MINIMUM_WIDTH), MAXIMUM_WIDTH)),
    )


@dataclass(frozen=True)
class Preset:
    """A window with its name and key."""

    key: str
    name: Message
    window: GreyWindow


PRESETS = (
    Preset("1", message("Bone"), GreyWindow(350, 2000)),
    Preset("2", message("Skull base"), GreyWindow(400, 4000)),
    Preset("3", message("Soft tissue"), GreyWindow(40, 350)),
    Preset("4", message("Brain"), GreyWindow(40, 80)),
    Preset("5", message("Posterior fossa"), GreyWindow(40, 120)),
    Preset("6", message("Model"), GreyWindow(60, 600)),
)

FALLBACK = PRESETS[2].window
"""For a series that states no window of its own."""


def preset_name(window: GreyWindow) -> str:
    """The preset's name as the reader sees it, or "" for any other window."""
    return next((shown(preset.name) for preset in PRESETS if preset.window == window), "")
