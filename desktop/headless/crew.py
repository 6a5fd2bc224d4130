"""Processes that read cases side by side, watched: what crashes, hangs or is ended costs its case alone."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import sys
import threading
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self

import psutil

from desktop.children import CASE_READER, child_command
from desktop.errors import ClivusError, InstallationUnsound
from desktop.fields import Fields, Unfit
from desktop.headless.case_reader import Order
from desktop.headless.outcome import Outcome
from desktop.headless.pipes import how_it_ended, start
from desktop.headless.wanted_case import WantedCase
from desktop.imaging.decoding.environment import worker_environment
from desktop.memory_limit import WORKER_BYTES
from desktop.messages import Message, message, verbatim
from desktop.system_errors import reason_of
from desktop.temporary import sweep_temporary
from desktop.time_limit import time_limit
from desktop.work import Work

LONGEST_S = 1800.0
"""For one case. It takes seconds, on a slow share minutes; what takes half an hour hangs."""

_TO_START_S = 120.0
"""For a process to open its model: one or two seconds, with a cold disk or a virus scanner many."""

_STARTS, _PAUSE_S = 3, 5.0
"""How often a process is started before it is given up, and the pause between: memory may be short for a moment."""

_LOOK_S = 0.2
"""Seconds between two looks at whether to stop."""


def usable_processors() -> int:
    """The processors that this program may use: fewer than the machine has, in a container or with taskset."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def default_workers() -> int:
    """One process for each processor, as far as the memory reaches; at least one.

    Several processes of one thread each are faster than one of several threads: everything but the network is one
    thread's work.
    """
    return max(1, min(usable_processors(), int(psutil.virtual_memory().available) // WORKER_BYTES))


class Gone(Exception):
    """A process that has ended; the message says how, as a clause."""

    def __init__(self, how: Message) -> None:
        super().__init__(str(how))
        self.how = how


class _Refused(Exception):
    """A process that cannot read any case; nor could another."""

    def __init__(self, error: ClivusError) -> None:
        super().__init__(str(error))
        self.error = error


class Crew:
    """Some processes, as a context manager; at its end none of them is left, and nothing that they unpacked."""

    def __init__(self, order: Order, workers: int, longest_s: float = LONGEST_S) -> None:
        self._order, self._workers, self._longest_s = order, workers, longest_s
        self._waiting: queue.SimpleQueue[WantedCase] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[WantedCase, Outcome] | Exception] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._processes: set[_Process] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        with self._lock:
            for process in self._processes:
                process.kill()
        for thread in self._threads:
            thread.join()
        sweep_temporary()

    def read(self, cases: Sequence[WantedCase], work: Work) -> Iterator[tuple[WantedCase, Outcome]]:
        """Read all cases; each with what came of it, as they are done.

        Raises:
            InstallationUnsound: no case can be read here.
            Cancelled: `work` was asked to stop.
        """
        for case in cases:
            self._waiting.put(case)
        for number in range(min(self._workers, len(cases))):
            thread = threading.Thread(target=self._serve, name=f"clivus-reader-{number + 1}")
            self._threads.append(thread)
            thread.start()
        left = len(cases)
        while left:
            work.raise_if_stopped()
            with contextlib.suppress(queue.Empty):
                found = self._done.get(timeout=_LOOK_S)
                if isinstance(found, Exception):
                    raise found
                left -= 1
                yield found

    def _serve(self) -> None:
        process: _Process | None = None
        try:
            while not self._stopped.is_set():
                case = self._waiting.get_nowait()
                try:
                    process = process or self._start()
                    outcome = process.read(case, self._longest_s)
                except Gone as gone:
                    self._end(process)
                    process = None
                    outcome = Outcome.failed(
                        message("It could not be read: {how}. Reading it once more may succeed.", how=gone.how)
                    )
                self._done.put((case, outcome))
        except queue.Empty:
            pass
        except _Refused as refused:
            self._done.put(refused.error)
        except Exception as error:  # a defect, told where it is waited for
            self._done.put(error)
        finally:
            self._end(process)

    def _start(self) -> _Process:
        how = message("it was stopped")
        for number in range(_STARTS):
            if number:
                self._stopped.wait(_PAUSE_S)
            process = None
            try:
                process = self._begun()
                process.greet(_TO_START_S)
                return process
            except Gone as gone:
                self._end(process)
                how = gone.how
            except _Refused:
                self._end(process)
                raise
        raise _Refused(
            InstallationUnsound(
                message("The process that reads cases cannot be started: {how}; run `clivus selftest`.", how=how)
            )
        )

    def _begun(self) -> _Process:
        try:
            process = _Process(self._order)
        except OSError as error:
            raise Gone(verbatim(reason_of(error))) from None
        with self._lock:
            self._processes.add(process)
            if self._stopped.is_set():
                process.kill()
        return process

    def _end(self, process: _Process | None) -> None:
        if process is not None:
            with self._lock:
                self._processes.discard(process)
            process.close()


class _Process:
    """One child, from this side of the pipes."""

    def __init__(self, order: Order) -> None:
        self._child = start(child_command(CASE_READER), worker_environment())
        self._late = False
        self._say(order.line())

    def greet(self, within_s: float) -> None:
        """Wait until it is ready.

        Raises:
            Gone: it has ended.
            _Refused: it cannot open its model.
        """
        found = self._hear(within_s)
        if "refused" in found:
            raise _Refused(InstallationUnsound(verbatim(found["refused"])))

    def read(self, case: WantedCase, within_s: float) -> Outcome:
        """Have it read a case.

        Raises:
            Gone: it has ended, or was ended for taking too long.
        """
        self._say(case.line())
        try:
            return Outcome.of(Fields(self._hear(within_s)))
        except Unfit as error:
            raise Gone(message("its process gave an answer that makes no sense ({why})", why=error.message)) from None

    def kill(self) -> None:
        """End it at once."""
        self._child.kill()

    def close(self) -> None:
        """End it, and release what belongs to it."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what it did not read
                    pipe.close()

    def _say(self, line: bytes) -> None:
        assert self._child.stdin is not None
        with contextlib.suppress(OSError):  # it has ended, and listening to it says how
            self._child.stdin.write(line)
            self._child.stdin.flush()

    def _hear(self, within_s: float) -> dict[str, Any]:
        assert self._child.stdout is not None
        with time_limit(within_s, self._too_late):
            line = self._child.stdout.readline()
        if not line.endswith(b"\n"):
            raise Gone(self._how(within_s))
        found: dict[str, Any] = json.loads(line)
        return found

    def _too_late(self) -> None:
        self._late = True
        self._child.kill()

    def _how(self, within_s: float) -> Message:
        status = self._child.wait()
        if self._late:
            return message("it took longer than {minutes:g} minutes", minutes=round(within_s / 60, 1))
        return how_it_ended(status)
