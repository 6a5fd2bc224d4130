"""A thread that ends workers which exceed their time or memory."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from desktop.messages import Message

_INTERVAL_S = 0.02

_LONGEST_STEP_S = 0.5
"""The most time that one check may count: time during which the computer slept does not count against a decoder."""


@dataclass
class Watch:
    """One worker under observation.

    Attributes:
        process: the worker.
        seconds: it may take.
        memory: bytes it may have, as `used` gives them.
        used: its memory now, in bytes.
        too_long, too_much: the verdicts.
        verdict: why it was ended, or None.
    """

    process: subprocess.Popen[bytes]
    seconds: float
    memory: float
    used: Callable[[], int]
    too_long: Message
    too_much: Message
    verdict: Message | None = None

    def end(self, verdict: Message) -> None:
        """End the worker. Its pipes then close, which its reader waits for."""
        self.verdict = self.verdict or verdict
        self.process.kill()


class Watchdog:
    """Checks the workers every 20 ms while one is busy, and sleeps otherwise."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watches: list[Watch] = []
        self._closing: Message | None = None
        self._idle = False
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self, watch: Watch) -> Iterator[None]:
        """Watch a worker until the block ends; after it, the worker is not ended any more."""
        with self._changed:
            if self._closing:
                watch.end(self._closing)
            elif self._thread is None:
                # A daemon thread: a program that ends without closing its pool must not wait for it.
                self._thread = threading.Thread(target=self._look, name="decoder watchdog", daemon=True)
                self._thread.start()
            self._watches.append(watch)
            if self._idle:
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._watches.remove(watch)

    def end_all(self, verdict: Message) -> None:
        """End the workers being watched, and each that is to be watched from now on."""
        with self._changed:
            self._closing = verdict
            for watch in self._watches:
                watch.end(verdict)
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _look(self) -> None:
        with self._changed:
            while not self._closing:
                self._idle = not self._watches
                if self._idle:
                    self._changed.wait()
                    continue
                before = time.monotonic()
                self._changed.wait(_INTERVAL_S)
                step = min(time.monotonic() - before, _LONGEST_STEP_S)
                for watch in self._watches:
                    self._judge(watch, step)

    def _judge(self, watch: Watch, step: float) -> None:
        watch.seconds -= step
        if watch.verdict:
            return
        if watch.seconds < 0:
            watch.end(watch.too_long)
        elif watch.used() > watch.memory:
            watch.end(watch.too_much)
