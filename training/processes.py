"""Work spread over processes, its results in order."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from desktop.errors import ClivusError

Item = TypeVar("Item")
Result = TypeVar("Result")


class ProcessLost(ClivusError):
    """A process was ended from outside, most often by the system for want of memory."""

    def __init__(self) -> None:
        super().__init__(
            "A process that helped was ended by the system, most often for want of memory: close other programs, or "
            "give a smaller number of --workers."
        )


def in_order(
    function: Callable[[Item], Result], items: Iterable[Item], workers: int, at_once: int = 1
) -> Generator[Result, None, None]:
    """The results in the order of their items; with one worker in this process, else in that many others.

    Close the iterator (`contextlib.closing`) where it may be left early: the others then have stopped.

    Args:
        function: of a module, for the other processes to find it.
        at_once: items that a process takes at a time.

    Raises:
        ProcessLost: one of the others was killed.
    """
    if workers == 1:
        yield from map(function, items)
        return
    # spawn: torch's and BLAS' threads do not survive a fork.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _leave_interrupts_to_the_parent)
    try:
        yield from pool.map(function, items, chunksize=at_once)
    except BrokenProcessPool:
        raise ProcessLost from None
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
