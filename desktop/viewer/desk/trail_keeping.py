"""What happens on the desk goes into the trail, and the trail is looked at on request."""

from __future__ import annotations

import queue
import threading

from PySide6.QtCore import QObject, Qt, Signal

from desktop.errors import ClivusError
from desktop.inference.result import Result
from desktop.messages import message
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.report import SavedReport
from desktop.trail.acts import Act, By, Whose, answer_changed, exported, judged, reading_saved
from desktop.trail.recorder import Recorder
from desktop.trail.trail_file import TrailPlace
from desktop.trail.verifying import Verified, verify
from desktop.viewer.desk.background import Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.saving import Saving

LOOKING, RECORDING = "looking at the trail", "recording"
"""Kinds of jobs."""


class TrailKeeping(QObject):
    """Records verdicts, answers, saved readings and reports. What a reader answers in a project is in that project's
    log, and only there.

    It is written by other threads, since a slow disk would hold up the reader at every answer; in order, and to the end
    when the window closes, which waits for all that was begun.
    """

    _not_written = Signal(object)
    """Carries a `Message` from the thread that writes."""

    def __init__(
        self, case: Case, saving: Saving, department: Department, place: TrailPlace, jobs: Jobs, notices: Notices
    ) -> None:
        super().__init__(case)
        self._case, self._department, self._place = case, department, place
        self._jobs, self._notices = jobs, notices
        self._recorder = Recorder(place, self._not_written.emit)
        self._waiting: queue.SimpleQueue[Act] = queue.SimpleQueue()
        self._one_writes = threading.Lock()
        self._not_written.connect(notices.warned, Qt.ConnectionType.QueuedConnection)
        self._result: Result | None = None
        """The last one that was recorded; it comes back to the desk when nothing else was opened."""
        self._answer: Verdict | None = None
        case.opened.connect(self._opened)
        case.judged.connect(self._judged)
        case.settled.connect(self._settled)
        saving.reading_written.connect(self._reading_written)
        saving.report_written.connect(self._report_written)

    def look(self) -> None:
        """Look whether the trail holds, and say so."""

        def success(found: Verified) -> None:
            path = self._place.file
            if not found.sound:
                text = message("The trail {path} does not hold: {faults}", path=path, faults=list(found.faults))
                self._notices.warned.emit(text)
            elif not found.entries:
                self._notices.informed.emit(message("Nothing was recorded in the trail {path} yet.", path=path))
            else:
                text = message(
                    "The trail {path} holds: {count} entries, the last one with the digest {digest}.",
                    path=path,
                    count=found.entries,
                    digest=found.digest,
                )
                self._notices.informed.emit(text)

        def failure(error: ClivusError) -> None:
            self._notices.warned.emit(error.message)

        self._jobs.start(LOOKING, lambda link: verify(self._place), success, failure)

    def _opened(self) -> None:
        self._answer = self._case.own_verdict

    def _judged(self) -> None:
        result = self._case.result
        if result is not None and result is not self._result:
            self._result = result
            self._record(judged(result, self._whose))

    def _settled(self) -> None:
        before, self._answer = self._answer, self._case.own_verdict
        volume = self._case.volume
        if volume is not None and self._answer != before and self._department.current is None:
            act = answer_changed(volume.series.series_instance_uid, before, self._answer, self._whose)
            self._record(act)

    def _reading_written(self, reading: Reading) -> None:
        self._record(reading_saved(reading, self._whose))

    def _report_written(self, result: Result, saved: SavedReport) -> None:
        self._record(exported(result, saved.files, self._whose))

    def _record(self, act: Act) -> None:
        self._waiting.put(act)
        self._jobs.start(RECORDING, lambda link: self._write(), lambda done: None, lambda error: None)

    def _write(self) -> None:
        with self._one_writes:
            acts = []
            while not self._waiting.empty():
                acts.append(self._waiting.get())
            if acts:
                self._recorder.record(*acts)

    @property
    def _whose(self) -> Whose:
        project = self._department.project
        if project is None or (self._department.current is None and not self._case.terms.in_study):
            return Whose(By.WINDOW)
        return Whose(By.WINDOW, self._department.reader, project.id)
