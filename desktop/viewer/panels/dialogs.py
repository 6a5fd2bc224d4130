"""Where to open from and where to save to: the one place that shows file dialogs.

Folders of a hospital are often named after patients. Qt's dialog writes the folders it has seen into QtProject.conf
when it is destroyed, GTK's into recently-used.xbel, those of Windows and macOS into registry and preferences, where
everybody who uses the account finds them. So Qt's own dialog is used on every system, and forgets before it goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDir, QStorageInfo
from PySide6.QtWidgets import QCheckBox, QFileDialog, QGridLayout, QHeaderView, QMessageBox, QTreeView, QWidget

from desktop.messages import tr
from desktop.own_files import SUFFIX as OWN
from desktop.reading.saved import SUFFIX, with_suffix


@dataclass(frozen=True)
class ReportFolder:
    """Where a report goes, and whether it names the patient."""

    folder: Path
    identity: bool


class FileDialogs:
    """The dialogs of one window. Each opens beside what was chosen last, which is known as long as the window lives."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._folder = QDir.currentPath()

    def folder(self, title: str) -> Path | None:
        """Let the reader choose a folder that exists; None if nothing was chosen."""
        dialog = _Dialog(self._window, title, self._folder, QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        return next(iter(self._chosen(dialog)), None)

    def folder_to_write(self, title: str) -> Path | None:
        """Let the reader choose a folder that exists, to write into; None if nothing was chosen."""
        self._leave_disc()
        return self.folder(title)

    def report_folder(self, title: str) -> ReportFolder | None:
        """Let the reader choose a folder that exists for a report, and whether the patient is named in it, which has to
        be wanted anew each time; None if nothing was chosen."""
        self._leave_disc()
        dialog = _Dialog(self._window, title, self._folder, QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        named = QCheckBox(tr("Name the patient in the PDF"))
        named.setToolTip(tr("Name, number and date of birth. Without it, nothing in the report says whose it is."))
        rows = dialog.layout()
        assert isinstance(rows, QGridLayout)
        rows.addWidget(named, rows.rowCount(), 0, 1, -1)
        folder = next(iter(self._chosen(dialog)), None)
        return None if folder is None else ReportFolder(folder, named.isChecked())

    def files(self, title: str) -> list[Path]:
        """Let the reader choose any number of files; empty if nothing was chosen."""
        return self._chosen(_Dialog(self._window, title, self._folder, QFileDialog.FileMode.ExistingFiles))

    def reading(self, title: str) -> Path | None:
        """Let the reader choose a saved reading; None if nothing was chosen."""
        dialog = _Dialog(self._window, title, self._folder, QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_readings())
        return next(iter(self._chosen(dialog)), None)

    def new_reading(self, title: str, name: str) -> Path | None:
        """Let the reader name the file of a reading, with `name` to start from; None if nothing was chosen.

        A name without the suffix gets it, and an older file of the name so completed is asked about.
        """
        self._leave_disc()
        dialog = _SaveDialog(self._window, title, self._folder, QFileDialog.FileMode.AnyFile)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_readings())
        dialog.selectFile(name)
        chosen = next(iter(self._chosen(dialog)), None)
        return None if chosen is None else with_suffix(chosen)

    def project(self, title: str) -> Path | None:
        """Let the reader choose a project; None if nothing was chosen."""
        dialog = _Dialog(self._window, title, self._folder, QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_projects())
        return next(iter(self._chosen(dialog)), None)

    def model(self, title: str) -> Path | None:
        """Let the reader choose a model's file; None if nothing was chosen."""
        dialog = _Dialog(self._window, title, self._folder, QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(tr("Models (*{suffix})", suffix=OWN))
        return next(iter(self._chosen(dialog)), None)

    def new_project(self, title: str, name: str) -> Path | None:
        """Let the reader name the file of a project, with `name` to start from; None if nothing was chosen."""
        dialog = _Dialog(self._window, title, self._folder, QFileDialog.FileMode.AnyFile)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # an existing file is never written over
        dialog.setNameFilter(_projects())
        dialog.selectFile(name)
        chosen = next(iter(self._chosen(dialog)), None)
        if chosen is None or chosen.suffix == OWN:
            return chosen
        return chosen.with_name(chosen.name + OWN)

    def _leave_disc(self) -> None:
        """Nothing can be written beside what was opened from a CD: begin in the reader's own folder."""
        if QStorageInfo(self._folder).isReadOnly():
            self._folder = QDir.homePath()

    def _chosen(self, dialog: _Dialog) -> list[Path]:
        try:
            accepted = dialog.exec() == QFileDialog.DialogCode.Accepted
            chosen = [Path(name) for name in dialog.selectedFiles()] if accepted else []
            if chosen:
                self._folder = str(chosen[0].parent)
            return chosen
        finally:
            dialog.forget()
            dialog.deleteLater()


def _readings() -> str:
    return tr("Readings (*{suffix})", suffix=SUFFIX)


def _projects() -> str:
    return tr("Projects (*{suffix})", suffix=OWN)


class _Dialog(QFileDialog):
    """Qt's own dialog, which keeps nothing of what it was used for."""

    def __init__(self, window: QWidget, title: str, folder: str, mode: QFileDialog.FileMode) -> None:
        super().__init__(window, title)
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        self._bookmarks = self.sidebarUrls()
        self.setDirectory(folder)
        self.setFileMode(mode)
        # Widths of Qt's own are made for English: kinds of files would be a letter and dots.
        details = self.findChild(QTreeView)
        assert details is not None
        columns = details.header()
        for column in range(1, columns.count()):
            columns.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)

    def forget(self) -> None:
        """Go home, with an empty history and no new bookmark: this is what the end of a dialog writes down."""
        self.setDirectory(QDir.homePath())
        self.setHistory([])
        self.setSidebarUrls(self._bookmarks)


class _SaveDialog(_Dialog):
    """Asks about an older file by the name that is going to be written, not by the one that was typed."""

    def __init__(self, window: QWidget, title: str, folder: str, mode: QFileDialog.FileMode) -> None:
        super().__init__(window, title, folder, mode)
        self.setOption(QFileDialog.Option.DontConfirmOverwrite)

    def accept(self) -> None:
        chosen = [Path(name) for name in self.selectedFiles()]
        if all(path.is_dir() or self._may_write(with_suffix(path)) for path in chosen):  # a folder is gone into
            super().accept()

    def _may_write(self, path: Path) -> bool:
        if not path.exists():
            return True
        choices = QMessageBox.StandardButton
        text = tr("{name} already exists. Do you want to replace it?", name=path.name)
        return QMessageBox.warning(self, self.windowTitle(), text, choices.Yes | choices.No, choices.No) == choices.Yes
