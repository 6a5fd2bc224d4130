"""SIGTERM: stop at the next place where everything is saved."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.errors import ClivusError
from desktop.messages import message
from desktop.work import UNWATCHED, Work


class Stopped(ClivusError):
    """The run was asked to stop, and saved what it had."""

    exit_status = 128 + signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        super().__init__(
            message(
                "Stopped as asked; what was done is saved in {folder}, and the same command continues from there.",
                folder=folder,
            )
        )


@contextmanager
def noticing_sigterm() -> Iterator[Work]:
    """Work that SIGTERM asks to stop while this lasts; outside the main thread, no signal can be caught."""
    if threading.current_thread() is not threading.main_thread():
        yield UNWATCHED
        return
    came = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda signum, frame: came.set())
    try:
        yield Work(stop=came.is_set)
    finally:
        signal.signal(signal.SIGTERM, before)
