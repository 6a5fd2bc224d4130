"""Letting the reader choose what to open and where to save, and then doing it."""

from __future__ import annotations

from datetime import datetime

from desktop.errors import ClivusError
from desktop.messages import message, tr
from desktop.viewer.desk.background import Jobs
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.last_work import LastWork
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.opening import Opening
from desktop.viewer.desk.receiving import Receiving
from desktop.viewer.desk.saving import Saving
from desktop.viewer.panels.dialogs import FileDialogs

DIAGNOSTICS = "diagnostics"
"""The kind of the job that collects them."""


class Choosing:
    """A file dialog before each thing that needs a path."""

    def __init__(
        self,
        dialogs: FileDialogs,
        opening: Opening,
        receiving: Receiving,
        judging: Judging,
        saving: Saving,
        jobs: Jobs,
        notices: Notices,
    ) -> None:
        self._dialogs, self._opening, self._receiving = dialogs, opening, receiving
        self._judging, self._saving, self._jobs, self._notices = judging, saving, jobs, notices

    def open_folder(self) -> None:
        """Let the reader choose a folder with CT."""
        folder = self._dialogs.folder(tr("Open a folder with head CT"))
        if folder is not None:
            self._receiving.receive([folder])

    def open_files(self) -> None:
        """Let the reader choose files, a disc's DICOMDIR or an archive."""
        files = self._dialogs.files(tr("Open files, a disc (DICOMDIR) or a zip archive"))
        if files:
            self._receiving.receive(files)

    def open_reading(self) -> None:
        """Let the reader choose a saved reading."""
        path = self._dialogs.reading(tr("Open a saved reading"))
        if path is not None:
            self._receiving.receive([path])

    def look_for_series(self) -> None:
        """Let the reader choose the folder with the series of the reading that waits for it."""
        folder = self._dialogs.folder(tr("Open the folder that holds the series of the reading"))
        if folder is not None:
            self._receiving.look_in(folder)

    def open_last(self, last: LastWork) -> None:
        """Let the reader choose the folder with the series that was worked on last."""
        folder = self._dialogs.folder(tr("Open the folder that holds the series"))
        if folder is not None:
            self._opening.open_paths([folder], wanted=last.series)

    def open_model(self) -> None:
        """Let the reader choose a model's folder."""
        folder = self._dialogs.folder(tr("Open the folder of a model"))
        if folder is not None:
            self._judging.open_model(folder)

    def save_reading_as(self) -> None:
        """Let the reader choose a file for the reading."""
        path = None
        if self._saving.reading_wanted():
            path = self._dialogs.new_reading(tr("Save the reading"), "reading.json")
        if path is not None:
            self._saving.save_reading(path)

    def save_report(self) -> None:
        """Let the reader choose the folder of the report, and whether it names the patient."""
        chosen = None
        if self._saving.report_wanted():
            chosen = self._dialogs.report_folder(tr("Save the report into this folder"))
        if chosen is not None:
            self._saving.save_report(chosen.folder, chosen.identity)

    def save_diagnostics(self) -> None:
        """Let the reader choose the folder of a file that helps whoever is asked for help."""
        from desktop.headless.diagnostics_apart import collect_apart, written  # no start needs them

        folder = self._dialogs.folder_to_write(tr("Save diagnostics into this folder"))
        if folder is None:
            return
        path = folder / f"clivus-diagnostics-{datetime.now():%Y-%m-%d-%H%M%S}.zip"

        def success(done: None) -> None:
            self._notices.informed.emit(written(path))

        def failure(error: ClivusError) -> None:
            self._notices.warned.emit(error.message)

        self._notices.informed.emit(message("Diagnostics are being collected: this takes some seconds."))
        self._jobs.start(DIAGNOSTICS, lambda link: collect_apart(path, link.stop), success, failure)
