"""An orderly shutdown when the system asks for one: at log-out nothing unpacked may stay behind."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSocketNotifier

_ASKED = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def orderly_shutdown(end: Callable[[], object]) -> Iterator[None]:
    """Call `end` on the interface thread when the system asks the program to end. Windows closes windows instead."""
    if sys.platform == "win32":
        yield
        return
    # Python's own handlers wait until Python runs, and in Qt's loop it does not; a byte in a pipe wakes the loop.
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    before = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    handlers = [signal.signal(number, lambda *_: None) for number in _ASKED]
    notifier = QSocketNotifier(woken, QSocketNotifier.Type.Read)
    notifier.activated.connect(end)
    try:
        yield
    finally:
        notifier.setEnabled(False)
        notifier.deleteLater()
        for number, handler in zip(_ASKED, handlers, strict=True):
            signal.signal(number, handler)
        signal.set_wakeup_fd(before)
        os.close(woken)
        os.close(wake)
