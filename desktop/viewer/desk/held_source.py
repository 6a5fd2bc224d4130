"""The source of a study, which must stay open as long as anyone reads from it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from desktop.imaging.sources import Source
from desktop.viewer.desk.background import JobLink
from desktop.work import Work

T = TypeVar("T")


class HeldSource:
    """A source that a study and several operations hold; the last to release it closes it.

    Closing takes the files of archives away, so it waits for a thumbnail that is just being read.
    """

    def __init__(self) -> None:
        """Whoever makes it holds it, and calls `release` in the end."""
        self.paths: tuple[Path, ...] = ()
        """Where its files are."""
        self._source: Source | None = None
        self._holders = 1
        self._lock = threading.Lock()

    def open(self, paths: Sequence[Path], work: Work) -> Source:
        """Find the files; raises what `Source.open` raises."""
        self.paths = tuple(paths)
        self._source = Source.open(paths, work)
        return self._source

    def during(self, operation: Callable[[JobLink], T]) -> Callable[[JobLink], T]:
        """The operation, holding the source from now on until it ends."""
        with self._lock:
            self._holders += 1

        def holding(link: JobLink) -> T:
            try:
                return operation(link)
            finally:
                self.release()

        return holding

    def release(self) -> None:
        """Release this holder; the last release closes the source."""
        with self._lock:
            self._holders -= 1
            last = self._holders == 0
        if last and self._source is not None:
            self._source.close()
