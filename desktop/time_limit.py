"""A time limit for what cannot be asked to stop, only ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_STEPS = 60
"""In which the limit is waited for: while the computer sleeps or the program is held (Ctrl+Z), one of them counts."""


@contextmanager
def time_limit(within_s: float, end: Callable[[], object]) -> Iterator[None]:
    """Call `end`, from another thread, if the block has not ended within this time."""
    ended = threading.Event()

    def wait() -> None:
        if not any(ended.wait(within_s / _STEPS) for _ in range(_STEPS)):
            end()

    threading.Thread(target=wait, name="time limit", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
