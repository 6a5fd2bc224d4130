"""Marks of a case that a window could not keep in the project before it ended: told when the project is opened."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QObject

from desktop.errors import ClivusError
from desktop.messages import message
from desktop.project import cases
from desktop.reading.draft import Drafts, Owner
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.notices import Notices


class LeftBehind(QObject):
    """Looks once for each project and reader."""

    def __init__(self, department: Department, drafts: Drafts, notices: Notices) -> None:
        super().__init__(department)
        self._department, self._drafts, self._notices = department, drafts, notices
        self._owner = Owner()
        department.changed.connect(self._look)

    def _look(self) -> None:
        project = self._department.project
        owner = Owner() if project is None else Owner(project.id, self._department.reader)
        before, self._owner = self._owner, owner
        if project is None or owner == before:
            return
        draft = self._drafts.latest(owner)
        if draft is None:
            return
        with contextlib.suppress(ClivusError):
            case = cases.of_slice(project, draft.series, draft.sop_instance_uid, draft.frame)
            if case is not None:
                self._notices.informed.emit(
                    message(
                        "Marks of {when:%Y-%m-%d, %H:%M} on case {key} are not in the project yet: open the case to "
                        "restore them.",
                        when=draft.kept_at,
                        key=case.key,
                    )
                )
