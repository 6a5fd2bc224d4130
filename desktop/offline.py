"""What keeps the libraries offline: switches that they read when they are imported."""

from __future__ import annotations

import os

_SWITCHES = {
    # onnxruntime from 1.29 on writes a device number and a database of events into the user's cache as soon as it is
    # imported, and sends the events to its maker. Its own `disable_telemetry_events()` comes too late for both.
    "ORT_DISABLE_TELEMETRY": "1",
}


def stay_offline() -> None:
    """Switch off what a library would send or note down, in this process and in all that it starts."""
    os.environ.update(_SWITCHES)
