"""How long something was looked at, with pauses."""

from __future__ import annotations

from time import monotonic


class Stopwatch:
    """Runs and rests; what was measured before may be given."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._before = seconds
        self._since: float | None = None

    @property
    def running(self) -> bool:
        """Whether time counts."""
        return self._since is not None

    @property
    def seconds(self) -> float:
        """In all."""
        return self._before + (0.0 if self._since is None else monotonic() - self._since)

    def run(self, on: bool) -> None:
        """Whether time counts from now on."""
        if on != self.running:
            self._before = self.seconds
            self._since = monotonic() if on else None
