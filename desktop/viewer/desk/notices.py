"""What the reader is told, before anybody knows how it is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Notices(QObject):
    """Messages of everything that happens on the desk; the message bar shows them. Each signal carries a `Message`."""

    informed = Signal(object)
    """What was done."""
    warned = Signal(object)
    """What went wrong."""
    outdated = Signal()
    """What was said so far is about something else."""
