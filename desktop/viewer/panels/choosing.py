"""Letting the reader choose what to open and where to save, and then doing it."""

from __future__ import annotations

from desktop.messages import tr
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.last_work import LastWork
from desktop.viewer.desk.opening import Opening
from desktop.viewer.desk.receiving import Receiving
from desktop.viewer.desk.saving import Saving
from desktop.viewer.panels.dialogs import FileDialogs


class Choosing:
    """A file dialog before each thing that needs a path."""

    def __init__(
        self, dialogs: FileDialogs, opening: Opening, receiving: Receiving, judging: Judging, saving: Saving
    ) -> None:
        self._dialogs, self._opening, self._receiving = dialogs, opening, receiving
        self._judging, self._saving = judging, saving

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
