"""Work spread over processes, its results in order."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from time import sleep
from typing import TypeVar

import psutil

from desktop.errors import ClivusError
from desktop.messages import message

Item = TypeVar("Item")
Result = TypeVar("Result")

_LOOK_S = 0.5
"""Seconds between two looks at the parent; one takes microseconds."""


class ProcessLost(ClivusError):
    """A process was ended from outside, most often by the system for want of memory."""

    def __init__(self) -> None:
        super().__init__(
            message(
                "A worker process was ended by the system, most often for lack of memory: close other programs, or use "
                "a smaller number of --workers."
            )
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
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _help, (os.getpid(),))
    try:
        yield from pool.map(function, items, chunksize=at_once)
    except BrokenProcessPool:
        raise ProcessLost from None
    finally:
        pool.shutdown(cancel_futures=True)


def end_with(parent: int) -> None:
    """From now on end this process, whatever it does, within a second of the end of the process that started it.

    A parent that is killed can tell nobody, and its helpers would work on and then wait for ever.

    Args:
        parent: that process's number.
    """
    threading.Thread(target=_watch, args=(parent,), name="parent watch", daemon=True).start()


def end_with_torchrun() -> None:
    """Where torchrun started this process: end with it. It ends its processes itself, unless it is killed."""
    if "TORCHELASTIC_RUN_ID" in os.environ:
        end_with(os.getppid())


def _watch(parent: int) -> None:
    # Elsewhere a process is given to another parent when its own has gone; on Windows it keeps the number.
    while os.getppid() == parent and psutil.pid_exists(parent):
        sleep(_LOOK_S)
    os._exit(1)


def _help(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business, which then ends its helpers
    end_with(parent)
