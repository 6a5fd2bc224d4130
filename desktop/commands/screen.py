"""Is there a screen to open a window on?"""

from __future__ import annotations

import os
import sys


def has_screen() -> bool:
    """Whether a window can be expected to open; known before Qt is loaded, which would end the program."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
