"""Work that takes a while: it says how far it is, and may be asked to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.errors import Cancelled


def _unheard(done: int, total: int) -> None:
    pass


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Work:
    """How a long operation and whoever waits for it speak to each other; `UNWATCHED` where nobody waits.

    Attributes:
        progress: called with how much is done and how much there is.
        stop: asked now and then whether to end early.
    """

    progress: Callable[[int, int], None] = _unheard
    stop: Callable[[], bool] = _never

    def raise_if_stopped(self) -> None:
        """End here if asked to.

        Raises:
            Cancelled: `stop` said so.
        """
        if self.stop():
            raise Cancelled


UNWATCHED = Work()
"""Nobody waits."""
