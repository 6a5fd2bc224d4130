"""The window on screen: level and width, the presets, and how a drag changes it."""

from __future__ import annotations

from dataclasses import dataclass

MINIMUM_WIDTH, MAXIMUM_WIDTH = 2.0, 10000.0
LOWEST_LEVEL, HIGHEST_LEVEL = -2000.0, 6000.0


@dataclass(frozen=True)
class GreyWindow:
    """Level (centre) and width in HU. What is on screen; the model has its own window inside its graph."""

    level: float
    width: float

    def dragged(self, right_px: float, down_px: float) -> GreyWindow:
        """The window after a drag: right is wider, down raises the centre; steps grow with the width."""
        step = max(1.0, self.width / 300)
        width = self.width + right_px * step
        level = self.level + down_px * step
        return GreyWindow(
            round(min(max(level, LOWEST_LEVEL), HIGHEST_LEVEL)),
            round(min(max(width, MINIMUM_WIDTH), MAXIMUM_WIDTH)),
        )


@dataclass(frozen=True)
class Preset:
    """A window with its name and key."""

    key: str
    name: str
    window: GreyWindow


PRESETS = (
    Preset("1", "Bone", GreyWindow(350, 2000)),
    Preset("2", "Skull base", GreyWindow(400, 4000)),
    Preset("3", "Soft tissue", GreyWindow(40, 350)),
    Preset("4", "Brain", GreyWindow(40, 80)),
    Preset("5", "Posterior fossa", GreyWindow(40, 120)),
    Preset("6", "Model", GreyWindow(60, 600)),
)

FALLBACK = PRESETS[2].window
"""For a series that states no window of its own."""


def preset_name(window: GreyWindow) -> str:
    """The preset's name, or "" for any other window."""
    return next((preset.name for preset in PRESETS if preset.window == window), "")
