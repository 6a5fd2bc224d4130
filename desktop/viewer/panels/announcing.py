"""Telling a screen reader what has just happened, wherever in the window it reads."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Have a text read aloud that has appeared on a widget; where nobody reads aloud, nothing happens.

    Args:
        urgent: whether it interrupts what is being read, instead of waiting for its end.
    """
    kinds = QAccessible.AnnouncementPoliteness
    event = QAccessibleAnnouncementEvent(widget, text)
    event.setPoliteness(kinds.Assertive if urgent else kinds.Polite)
    QAccessible.updateAccessibility(event)
