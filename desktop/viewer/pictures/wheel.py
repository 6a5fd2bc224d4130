"""Wheels and touchpads: many small turns add up to one slice a notch, and none changes an answer or a setting."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox, QScrollBar, QTabBar, QWidget

NOTCH = 120
"""Units of one notch of a wheel, an eighth of a degree each (QWheelEvent::angleDelta)."""

UNITS_PER_PIXEL = 2
"""For touchpads that report pixels only; the ratio Qt itself uses where both are known."""


FAST = 10
"""Slices a notch while Shift is held."""


class NotchCounter:
    """Adds up turns; a change of direction starts afresh."""

    def __init__(self) -> None:
        self._rest = 0

    def slices(self, event: QWheelEvent) -> int:
        """How many slices an event goes up, or down."""
        fast = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        return self.notches(event) * (FAST if fast else 1)

    def notches(self, event: QWheelEvent) -> int:
        """Whole notches completed by an event; positive is away from the hand."""
        units = _units(event)
        if units * self._rest < 0:
            self._rest = 0
        total = self._rest + units
        notches = int(total / NOTCH)
        self._rest = total - notches * NOTCH
        return notches


def _units(event: QWheelEvent) -> int:
    """How far the wheel was turned. Some systems turn it sideways while Shift or Alt is held."""
    angle, pixels = event.angleDelta(), event.pixelDelta()
    return angle.y() or angle.x() or UNITS_PER_PIXEL * (pixels.y() or pixels.x())


_CHANGED_BY_WHEEL = (QComboBox, QAbstractSpinBox, QAbstractSlider, QTabBar)
"""Kinds of widgets that Qt lets the wheel change, without a click and without the focus."""


class WheelPasses(QObject):
    """Lets the wheel pass through the widgets that it would change, to whatever scrolls beneath them.

    A hand that scrolls the panel comes to rest over the reader's verdict: answers change by click or key only.
    """

    def watch(self, window: QWidget) -> None:
        """Watch every widget of the kinds in a window that is built."""
        for widget in window.findChildren(QWidget):
            if isinstance(widget, _CHANGED_BY_WHEEL) and not isinstance(widget, QScrollBar):
                widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Wheel:
            return False
        event.ignore()  # filtered and not accepted: Qt goes on with the parent
        return True
