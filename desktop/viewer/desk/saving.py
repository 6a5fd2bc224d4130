"""Saving the reading and the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal

from desktop.errors import ClivusError
from desktop.messages import Message, message
from desktop.reading.kept import KeptReadings
from desktop.reading.saved import Reading
from desktop.report import SavedReport, save_report
from desktop.report.dicom.wanted import Objects
from desktop.report.document import result_document
from desktop.report.told import Told
from desktop.unwritten import NotWritten
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.notices import Notices

SAVING = "saving"
"""Kind of job."""

Operation = Callable[[JobLink], SavedReport]


def readings_folder() -> Path:
    """Where this user's readings lie."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)) / "readings"


class Saving(QObject):
    """Writes, and says what was written or why not."""

    reading_written = Signal(object)
    """Carries the `Reading`."""
    report_written = Signal(object, object)
    """Carries the `Result`, and the `SavedReport`."""

    def __init__(
        self, case: Case, kept: KeptReadings, jobs: Jobs, notices: Notices, case_key: Callable[[], str]
    ) -> None:
        """`case_key` gives the pseudonym of the case on the desk, "" where it has none."""
        super().__init__(case)
        self._case, self._kept, self._jobs, self._notices = case, kept, jobs, notices
        self._case_key = case_key
        self.with_objects = False
        """Whether a report has DICOM objects."""
        self.holding: Callable[[Operation], Operation] = lambda operation: operation
        """Keeps the files of the series open during an operation: objects repeat what their headers say."""

    def reading_wanted(self) -> bool:
        """Whether there is a reading to save; says so if not."""
        if self._refused():
            return False
        if self._reading() is None:
            text = message("There is nothing to save yet: place the ROI and set both ends of the range first.")
            self._notices.warned.emit(text)
            return False
        return True

    def report_wanted(self) -> bool:
        """Whether there is a result to report; says so if not."""
        if self._refused():
            return False
        if self._case.result is None:
            self._notices.warned.emit(message("There is no valid result to save: analyse first."))
            return False
        return True

    def _refused(self) -> bool:
        """Whether the case is one that only a study keeps something of."""
        if self._case.terms.in_study:
            self._notices.warned.emit(message("In a study nothing is saved but the answer."))
        return self._case.terms.in_study

    def keep_reading(self) -> bool:
        """Keep the reading where it is found again with its series; whether that succeeded."""
        volume = self._case.volume
        if volume is None or not self.reading_wanted():
            return False

        def write(reading: Reading) -> Message:
            other = self._kept.keep(reading, volume.series)
            if other is None:
                return message("Reading saved: it is here again when this series is opened.")
            return message(
                "Reading saved: it is here again when this series is opened. One that this window did not show is kept "
                "beside it: {path}",
                path=other,
            )

        return self._save(write)

    def save_reading(self, path: Path) -> bool:
        """Write the reading to a file; whether that succeeded."""

        def write(reading: Reading) -> Message:
            reading.save(path)
            return message("Reading saved: {path}", path=path)

        return self._save(write)

    def _save(self, write: Callable[[Reading], Message]) -> bool:
        reading = self._reading()
        if reading is None:
            return False
        try:
            text = write(reading)
        except NotWritten as error:
            self._notices.warned.emit(error.message)
            return False
        self._case.reading_saved(reading)
        self._notices.informed.emit(text)
        self.reading_written.emit(reading)
        return True

    def _reading(self) -> Reading | None:
        result = self._case.result
        document = None if result is None else result_document(result, self._case.stability)
        return self._case.reading(document)

    def save_report(self, folder: Path, identity: bool = False) -> None:
        """Write result, picture and PDF, and DICOM objects if they are wanted.

        Args:
            identity: whether the PDF names the patient.
        """
        result, stability = self._case.result, self._case.stability
        if not self.report_wanted() or result is None:  # it may have gone out of date while the folder was chosen
            return

        def success(saved: SavedReport) -> None:
            names = [file.name for file in saved.files]
            self._notices.informed.emit(message("Report saved in {folder}: {names}", folder=folder, names=names))
            self.report_written.emit(result, saved)

        def failure(error: ClivusError) -> None:
            self._notices.warned.emit(error.message)

        told = Told(
            datetime.now().astimezone(),
            self._case_key(),
            identity,
            self._case.before_model,
            self._case.own_verdict,
            self._case.done.remark,
            dict(self._case.done.key_slices),
        )
        objects = Objects.of(told) if self.with_objects else None

        def operation(link: JobLink) -> SavedReport:
            return save_report(result, folder, stability, told, objects)

        self._jobs.start(SAVING, self.holding(operation), success, failure)
