"""Whether the series on the desk is the one that the readers of a case have marked: slice by slice the same pixels."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QObject

from desktop.imaging.volume import Volume
from desktop.messages import message
from desktop.project import cases
from desktop.project.adding import pixels_digest
from desktop.project.database import ProjectRefused
from desktop.unwritten import NotWritten
from desktop.viewer.desk.background import Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.opening import Opening

COMPARING = "comparing pixels"
"""Kind of job: half a second for three hundred slices."""


class PixelsCheck(QObject):
    """Compares each case once it is whole on the desk, and tells what changed since it was added or first read."""

    def __init__(self, case: Case, department: Department, opening: Opening, jobs: Jobs, notices: Notices) -> None:
        super().__init__(department)
        self._case, self._department, self._opening = case, department, opening
        self._jobs, self._notices = jobs, notices
        self._compared: Volume | None = None
        for signal in (department.changed, opening.changed):
            signal.connect(self._look)

    def _look(self) -> None:
        volume, current = self._case.volume, self._department.current
        if volume is None or current is None or volume is self._compared:
            return
        here, before = len(volume.series.slices), len(current.positions_mm)
        if here < before and (self._opening.study is None or not self._opening.study.complete):
            return  # more slices may come
        self._compared = volume
        if here != before:
            self._notices.warned.emit(
                message(
                    "Case {key} has {here} slices here, and had {before} when it was added: open the folder that holds "
                    "all of them.",
                    key=current.key,
                    here=here,
                    before=before,
                )
            )
            return
        self._jobs.start(
            COMPARING,
            lambda link: pixels_digest(volume.hu),
            lambda sha256: self._compare(current.id, sha256),
            lambda error: None,
        )

    def _compare(self, own: str, sha256: str) -> None:
        project = self._department.project
        if project is None:
            return
        try:
            with contextlib.suppress(NotWritten):  # told where the reading is kept
                cases.set_pixels(project, cases.find(project, own), sha256)
        except ProjectRefused as error:
            self._notices.warned.emit(error.message)
