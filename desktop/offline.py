"""Switches that keep libraries offline; they read them when they are imported."""

from __future__ import annotations

import os

_SWITCHES = {
    # From 1.29 on, onnxruntime writes a device number and an event database into the user's cache when it is
    # imported, and sends the events to its maker. Its own `disable_telemetry_events()` comes too late for both.
    "ORT_DISABLE_TELEMETRY": "1",
}


def stay_offline() -> None:
    """Switch off telemetry, in this process and in all that it starts."""
    os.environ.update(_SWITCHES)
