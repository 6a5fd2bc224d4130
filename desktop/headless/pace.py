"""How long it still takes, by how long it has taken."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from desktop.messages import Message, counted, message


class Pace:
    """Of a list whose cases are done one after the other, or several at a time."""

    def __init__(self, total: int, clock: Callable[[], float] = monotonic) -> None:
        self._total, self._clock = total, clock
        self._began = clock()
        self.done = self.failed = 0

    def count(self, failed: bool) -> None:
        """One more is done."""
        self.done += 1
        self.failed += failed

    @property
    def text(self) -> Message:
        """Such as "34 of 100, 2 failed, about 3 h left"."""
        parts: list[Message] = [message("{done} of {total}", done=self.done, total=self._total)]
        if self.failed:
            parts.append(message("{number} failed", number=self.failed))
        if 0 < self.done < self._total:
            parts.append(time_left((self._clock() - self._began) / self.done * (self._total - self.done)))
        return message("{parts}", parts=parts)


def time_left(seconds: float) -> Message:
    """How long it still takes, in words no more precise than it is known."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return message("less than a minute left")
    if minutes < 100:
        return counted("about {number} min left", "about {number} min left", minutes)
    return message("about {hours} h left", hours=round(seconds / 3600))
