"""The window on screen: level and width, the presets, and how a drag changes it."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.imaging.windowing import Window
from desktop.messages import Message, message, shown

MINIMUM_WIDTH, MAXIMUM_WIDTH = 2.0, 10000.0
LOWEST_LEVEL, HIGHEST_LEVEL = -2000.0, 6000.0


def dragged(window: Window, right_px: float, down_px: float) -> Window:
    """The window after a drag: right is wider, down raises the level; steps grow with the width."""
    step = max(1.0, window.width / 300)
    return windowed(window.level + down_px * step, window.width + right_px * step)


def windowed(level: float, width: float) -> Window:
    """A window in whole HU, within the limits."""
    return Window(
        round(min(max(level, LOWEST_LEVEL), HIGHEST_LEVEL)),
        round(min(max(width, MINIMUM_WIDTH), MAXIMUM_WIDTH)),
    )


@dataclass(frozen=True)
class Preset:
    """A window with its name and key."""

    key: str
    name: Message
    window: Window


PRESETS = (
    Preset("1", message("Bone"), Window(350, 2000)),
    Preset("2", message("Skull base"), Window(400, 4000)),
    Preset("3", message("Soft tissue"), Window(40, 350)),
    Preset("4", message("Brain"), Window(40, 80)),
    Preset("5", message("Posterior fossa"), Window(40, 120)),
)

FALLBACK = PRESETS[2].window
"""For a series that states no window of its own."""


MODEL_NAME = message("Model")
"""Of the window that the model in use sees the CT in, which is a preset, too (`Case.model_window`)."""


def preset_name(window: Window, model_window: Window | None) -> str:
    """The preset's name as the reader sees it, or "" for any other window."""
    windows = (*((preset.name, preset.window) for preset in PRESETS), (MODEL_NAME, model_window))
    return next((shown(name) for name, each in windows if each == window), "")
