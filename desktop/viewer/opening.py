"""Opening a folder, a series or a saved reading, off the interface thread.

What was open stays until the new series has been read: a failed or cancelled opening changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.imaging.series import Series
from desktop.inference.matching import series_of
from desktop.reading.saved import Reading
from desktop.viewer.background import Jobs, Progress, Stop
from desktop.viewer.case import Case
from desktop.viewer.study import Opened, Study, open_series, open_study, thumbnail

OPENING, THUMBNAILS = "opening", "thumbnails"
"""Kinds of jobs."""

_Operation = Callable[[Progress, Stop], Opened]


class Opening(QObject):
    """Brings series onto the desk."""

    changed = Signal()
    progressed = Signal(str, int, int)
    study_changed = Signal()
    thumbnail_ready = Signal(str, object)
    failed = Signal(str)
    opened = Signal(object)
    """Carries the `Opened`, after the case has it."""

    def __init__(self, case: Case, jobs: Jobs) -> None:
        super().__init__(case)
        self._case, self._jobs = case, jobs
        self.study: Study | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being opened."""
        return self._jobs.busy(OPENING)

    def open_path(self, path: Path, reading: Reading | None = None) -> None:
        """Find the series at a path and open one."""
        self._start(lambda progress, stop: open_study(path, reading, progress, stop))

    def open_series(self, name: str) -> None:
        """Open another series of the study."""
        study = self.study
        entry = study.entry(name) if study is not None else None
        if study is not None and entry is not None:
            self._start(lambda progress, stop: open_series(study, entry.series, None, progress, stop))

    def open_reading(self, path: Path) -> None:
        """Open a saved reading of a series of the study."""
        study = self.study
        if study is None:
            self.failed.emit("Open the folder with the CT first, then the reading saved for it.")
            return

        def operation(progress: Progress, stop: Stop) -> Opened:
            reading = Reading.load(path)
            return open_series(study, series_of(reading, study.scan.series, study.scan.shown), reading, progress, stop)

        self._start(operation)

    def cancel(self) -> None:
        """Stop opening; what was open stays."""
        self._jobs.cancel(OPENING)
        self.changed.emit()

    def _start(self, operation: _Operation) -> None:
        self._jobs.start(OPENING, operation, self._succeeded, self._refused, self.progressed.emit)
        self.changed.emit()

    def _succeeded(self, opened: Opened) -> None:
        other = self.study is not opened.study
        self.study = opened.study
        self._case.open(opened.volume, opened.reading)
        if other:
            self.study_changed.emit()
            self._draw_thumbnails(opened.study)
        self.changed.emit()
        self.opened.emit(opened)

    def _refused(self, error: ClivusError) -> None:
        self.failed.emit(str(error))
        self.changed.emit()

    def _draw_thumbnails(self, study: Study) -> None:
        all_series: list[Series] = [entry.series for entry in study.entries]

        def operation(progress: Progress, stop: Stop) -> dict[str, object]:
            pictures: dict[str, object] = {}
            for series in all_series:
                if stop():
                    break
                try:
                    pictures[series.name] = thumbnail(series)
                except Exception:  # decoders raise many kinds; a series without a thumbnail can still be opened
                    continue
            return pictures

        def success(pictures: dict[str, object]) -> None:
            for name, picture in pictures.items():
                self.thumbnail_ready.emit(name, picture)

        self._jobs.start(THUMBNAILS, operation, success, self._refused)
