"""Long operations: they report progress and can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.errors import Cancelled


def _ignore(done: int, total: int) -> None:
    pass


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Work:
    """The connection between a long operation and its caller; `UNWATCHED` if the caller does not need it.

    Attributes:
        progress: called with the amount done and the total.
        stop: called regularly; returns whether to stop early.
    """

    progress: Callable[[int, int], None] = _ignore
    stop: Callable[[], bool] = _never

    def raise_if_stopped(self) -> None:
        """Stop here if that was requested.

        Raises:
            Cancelled: `stop` returned True.
        """
        if self.stop():
            raise Cancelled


UNWATCHED = Work()
"""No progress, no stopping."""
