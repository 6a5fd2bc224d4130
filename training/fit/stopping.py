"""SIGTERM: stop at the next place where everything is saved."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from desktop.errors import ClivusError
from desktop.messages import message


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


class StopFlag:
    """Whether SIGTERM came."""

    def __init__(self) -> None:
        self.raised = False

    def _raise(self, signum: int, frame: FrameType | None) -> None:
        self.raised = True


@contextmanager
def noticing_sigterm() -> Iterator[StopFlag]:
    """A flag that SIGTERM raises while this lasts; outside the main thread, where none can be caught, it stays down."""
    flag = StopFlag()
    if threading.current_thread() is not threading.main_thread():
        yield flag
        return
    before = signal.signal(signal.SIGTERM, flag._raise)
    try:
        yield flag
    finally:
        signal.signal(signal.SIGTERM, before)
