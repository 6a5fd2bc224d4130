"""Work off the interface thread: one operation with success, failure, progress, news and cancel.

An operation runs in a thread of its own and touches no Qt object. Everything it reports arrives on the interface
thread. Of each kind one job counts: a newer one cancels the older, whose answer is dropped however late it comes.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from desktop.errors import Cancelled, ClivusError, PartMissing
from desktop.memory import give_back_memory
from desktop.memory_limit import want_of_memory_told
from desktop.messages import Message, message
from desktop.viewer.desk.interpreter import Interpreter
from desktop.work import Work

Progress = Callable[[Message, int, int], None]
"""Called with what is being done, how much is done and how much there is."""

_PROGRESS_S = 0.05
"""Progress is passed on this often at most: each step taken to the screen takes time from the operation itself."""

T = TypeVar("T")

_NOTHING = message("")


def progress_text(stage: Message, done: int, total: int) -> Message:
    """How far an operation is, in words."""
    return message("{stage}: {done} of {total}", stage=stage, done=done, total=total)


@dataclass(frozen=True)
class JobLink:
    """What an operation is given: its line to the interface thread.

    Attributes:
        progress: to say how far it is.
        stop: whether it should end early, by raising `Cancelled`.
        tell: brings an object there while the operation goes on.
    """

    progress: Progress
    stop: Callable[[], bool]
    tell: Callable[[object], None]

    def part(self, stage: Message) -> Work:
        """The work of one stage of the operation."""
        return Work(lambda done, total: self.progress(stage, done, total), self.stop)


class _Job(QObject):
    """One operation on its way."""

    _progressed = Signal(object, int, int)
    _told = Signal(object)
    _ended = Signal()

    def __init__(
        self,
        kind: str,
        operation: Callable[[JobLink], Any],
        success: Callable[[Any], None],
        failure: Callable[[ClivusError], None],
        progress: Progress | None,
        news: Callable[[Any], None] | None,
        jobs: Jobs,
    ) -> None:
        super().__init__(jobs)
        self._jobs, self.kind = jobs, kind
        self._operation, self._success, self._failure = operation, success, failure
        self._progress, self._news = progress, news
        self._value: Any = None
        self._error: BaseException | None = None
        self._stop = threading.Event()
        self._last_text, self._last_time = _NOTHING, 0.0
        self._thread = threading.Thread(target=self._run, name=f"clivus-{kind}")
        queued = Qt.ConnectionType.QueuedConnection
        self._progressed.connect(self._tell_progress, queued)
        self._told.connect(self._tell_news, queued)
        self._ended.connect(self._settle, queued)

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        self._stop.set()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        try:
            with want_of_memory_told():
                self._value = self._operation(JobLink(self._say_progress, self._stop.is_set, self._told.emit))
        except ImportError as error:  # of a part that only this job needs
            self._error = PartMissing(error)
        except BaseException as error:  # carried over to the interface thread, which tells the reader
            self._error = error
        give_back_memory()  # threads have heaps of their own, which nothing would tidy once they have ended
        self._ended.emit()

    def _say_progress(self, text: Message, done: int, total: int) -> None:
        now = monotonic()
        if text != self._last_text or done == total or now - self._last_time >= _PROGRESS_S:
            self._last_text, self._last_time = text, now
            self._progressed.emit(text, done, total)

    def _tell_progress(self, text: Message, done: int, total: int) -> None:
        if self._progress is not None and not self._stop.is_set():
            self._progress(text, done, total)

    def _tell_news(self, news: object) -> None:
        if self._news is not None and not self._stop.is_set():
            self._news(news)

    def _settle(self) -> None:
        self._thread.join()
        self._jobs.forget(self)
        self.deleteLater()
        if self._stop.is_set() or isinstance(self._error, Cancelled):
            return
        if self._error is None:
            self._success(self._value)
        elif isinstance(self._error, ClivusError):
            self._failure(self._error)
        else:
            self._failure(_Unexpected(self._error))
            sys.excepthook(type(self._error), self._error, self._error.__traceback__)


class _Unexpected(ClivusError):
    """Stands for an unforeseen error, so that the part that asked can go back to its former state."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(message("Something unexpected happened ({kind}).", kind=type(error).__name__))


class Jobs(QObject):
    """The operations of one window."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._interpreter = Interpreter(self)
        self._running: list[_Job] = []
        self._current: dict[str, _Job] = {}

    def start(
        self,
        kind: str,
        operation: Callable[[JobLink], T],
        success: Callable[[T], None],
        failure: Callable[[ClivusError], None],
        progress: Progress | None = None,
        news: Callable[[Any], None] | None = None,
    ) -> None:
        """Run `operation`; an earlier job of this kind is cancelled. `news` hears what the operation tells."""
        self.cancel(kind)
        job = _Job(kind, operation, success, failure, progress, news, self)
        self._running.append(job)
        self._current[kind] = job
        job.start()

    def cancel(self, kind: str) -> None:
        """Ask the job of this kind to stop; what it reports from now on is ignored."""
        job = self._current.pop(kind, None)
        if job is not None:
            job.cancel()

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for kind in list(self._current):
            self.cancel(kind)

    def busy(self, kind: str) -> bool:
        """Whether a job of this kind is running and was not cancelled."""
        return kind in self._current

    def forget(self, job: _Job) -> None:
        """A job's thread has ended."""
        self._running.remove(job)
        if self._current.get(job.kind) is job:
            del self._current[job.kind]

    def close(self) -> None:
        """Stop everything and wait for the threads."""
        self.cancel_all()
        for job in self._running:
            job.join()
        self._interpreter.close()
