"""Python's interpreter, shared between the interface thread and those that work: what the interface needs of it.

*Garbage.* Python collects in whichever thread happens to make one object too many. What it then frees may be a widget,
an item of a picture or a timer, and Qt's objects may be freed in their own thread only: in any other, the program ends
with a segmentation fault. *Turns.* A thread that works keeps the interpreter for up to 5 ms, and drawing a series asks
for it many times: while 2,000 files were searched, shorter turns brought its pause from 0.3 to 0.4 s to 0.2 to 0.4 s.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

_COLLECTING_MS = 500
"""Garbage of half a second is a few megabytes at most, even while thousands of headers are read."""

_TURN_S = 0.0005
"""A tenth of Python's own."""


class Interpreter(QObject):
    """Collects garbage by a clock of the interface thread and takes short turns, from its making until `close`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._turn_s = sys.getswitchinterval()
        sys.setswitchinterval(_TURN_S)
        gc.disable()
        gc.freeze()  # modules and constants, which are no garbage, need not be looked through
        self._clock = QTimer(self)
        self._clock.setInterval(_COLLECTING_MS)
        self._clock.timeout.connect(_collect)
        self._clock.start()

    def close(self) -> None:
        """Leave both to Python again: no other thread works any more."""
        self._clock.stop()
        gc.unfreeze()
        gc.enable()
        sys.setswitchinterval(self._turn_s)


def _collect() -> None:
    """Collect the oldest generation that is due."""
    due = [g for g, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > limit]
    if due:
        gc.collect(due[-1])
