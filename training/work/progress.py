"""What is being done and how long it will still take, on stderr."""

from __future__ import annotations

import sys
from time import perf_counter

TERMINAL_EVERY_S = 1.0
FILE_EVERY_S = 30.0


class Progress:
    """Progress of one step of work of known size; a line on a terminal, now and then a line in a file."""

    def __init__(self, what: str, total: float) -> None:
        self._what, self._total = what, total
        self._started = self._told = perf_counter()
        self._live = sys.stderr.isatty()

    def tell(self, done: float, note: str = "") -> None:
        """Work done so far, out of the total, which grows where it was estimated too low."""
        self._total = max(self._total, done)
        now = perf_counter()
        if now - self._told < (TERMINAL_EVERY_S if self._live else FILE_EVERY_S) or done <= 0:
            return
        self._told = now
        left = (now - self._started) * (self._total - done) / done
        self._write(f"{self._what}: {done / self._total:.0%}, {_duration(left)} left{note and ', ' + note}", False)

    def note(self, line: str) -> None:
        """Say something that stays on the screen."""
        self._write(f"{self._what}, {line}", True)

    def close(self, note: str = "") -> float:
        """Say that the step is done; returns the seconds it took."""
        took = perf_counter() - self._started
        self._write(f"{self._what}: done in {_duration(took)}{note and ', ' + note}", True)
        return took

    def _write(self, line: str, last: bool) -> None:
        clear, end = ("\r\x1b[K", "\n" if last else "") if self._live else ("", "\n")
        print(f"{clear}{line}", end=end, file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"
