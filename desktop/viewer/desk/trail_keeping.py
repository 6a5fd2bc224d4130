"""What happens on the desk goes into the trail, and the trail is looked at on request."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.errors import ClivusError
from desktop.inference.result import Result
from desktop.messages import message
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.report import SavedReport
from desktop.trail.acts import By, Whose, answer_changed, exported, judged, reading_saved
from desktop.trail.recorder import Recorder
from desktop.trail.trail_file import TrailPlace
from desktop.trail.verifying import Verified, verify
from desktop.viewer.desk.background import Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.saving import Saving

LOOKING = "looking at the trail"
"""Kind of job."""


class TrailKeeping(QObject):
    """Records verdicts, answers, saved readings and reports. What a reader answers in a project is in that project's
    log, and only there."""

    def __init__(
        self, case: Case, saving: Saving, department: Department, place: TrailPlace, jobs: Jobs, notices: Notices
    ) -> None:
        super().__init__(case)
        self._case, self._department, self._place = case, department, place
        self._jobs, self._notices = jobs, notices
        self._recorder = Recorder(place, notices.warned.emit)
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
            self._recorder.record(judged(result, self._whose))

    def _settled(self) -> None:
        before, self._answer = self._answer, self._case.own_verdict
        volume = self._case.volume
        if volume is not None and self._answer != before and self._department.current is None:
            act = answer_changed(volume.series.series_instance_uid, before, self._answer, self._whose)
            self._recorder.record(act)

    def _reading_written(self, reading: Reading) -> None:
        self._recorder.record(reading_saved(reading, self._whose))

    def _report_written(self, result: Result, saved: SavedReport) -> None:
        self._recorder.record(exported(result, saved.files, self._whose))

    @property
    def _whose(self) -> Whose:
        project = self._department.project
        if project is None or (self._department.current is None and not self._case.terms.in_study):
            return Whose(By.WINDOW)
        return Whose(By.WINDOW, self._department.reader, project.id)
