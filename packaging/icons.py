"""The icon of Clivus as files, drawn by the window's own code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def draw_icons(places: Mapping[int, Path]) -> None:
    """Draw it in each size, in pixels."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from desktop.viewer.panels.icons import own_icon

    # A pixmap needs an application, and there may be only one.
    application = QApplication.instance() or QApplication([])
    for size, place in places.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        if not own_icon().pixmap(size).save(str(place)):
            raise SystemExit(f"{place} could not be written.")
    del application
