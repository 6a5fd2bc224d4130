"""Saving the reading and the report."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from desktop.errors import ClivusError
from desktop.reading.saved import Reading
from desktop.report import SavedReport, save_report
from desktop.report.document import result_document
from desktop.unwritten import NotWritten
from desktop.viewer.desk.background import Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.panels.dialogs import FileDialogs
from desktop.viewer.panels.message_bar import MessageBar

SAVING = "saving"
"""Kind of job."""

_NO_RESULT = "There is no valid result to save: analyse first."


class Saving(QObject):
    """Asks where to, writes, and says what was written."""

    def __init__(self, case: Case, jobs: Jobs, message: MessageBar, dialogs: FileDialogs) -> None:
        super().__init__(case)
        self._case, self._jobs, self._message, self._dialogs = case, jobs, message, dialogs

    def ask_reading(self) -> bool:
        """Let the reader choose where the reading goes; whether it was written."""
        if self._reading() is None:
            self._message.warn("There is nothing to save yet: place the ROI and mark both ends of the range first.")
            return False
        path = self._dialogs.new_reading("Save the reading", "reading.json")
        return path is not None and self.save_reading(path)

    def save_reading(self, path: Path) -> bool:
        """Write the reading; whether that succeeded."""
        reading = self._reading()
        if reading is None:
            return False
        try:
            reading.save(path)
        except NotWritten as error:
            self._message.warn(str(error))
            return False
        self._case.reading_saved(reading)
        self._message.inform(f"Reading saved: {path}")
        return True

    def _reading(self) -> Reading | None:
        result = self._case.result
        document = None if result is None else result_document(result)
        return self._case.reading(document)

    def ask_report(self) -> None:
        """Let the reader choose the folder of the report."""
        if self._case.result is None:
            self._message.warn(_NO_RESULT)
            return
        folder = self._dialogs.folder("Save the report into this folder")
        if folder is not None:
            self.save_report(folder)

    def save_report(self, folder: Path) -> None:
        """Write result and picture."""
        result = self._case.result
        if result is None:  # it may have gone out of date while the folder was chosen
            self._message.warn(_NO_RESULT)
            return

        def success(saved: SavedReport) -> None:
            self._message.inform(f"Report saved in {folder}: {', '.join(file.name for file in saved.files)}")

        def failure(error: ClivusError) -> None:
            self._message.warn(str(error))

        self._jobs.start(SAVING, lambda work: save_report(result, folder), success, failure)
