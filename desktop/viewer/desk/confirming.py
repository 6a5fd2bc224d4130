"""A reading that a program proposed: what is said of it, until the reader confirms it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop.messages import message, tr
from desktop.reading.origin import Origin
from desktop.reading.run import Verdict
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.notices import Notices


class Confirming(QObject):
    """Follows what is on the desk."""

    changed = Signal(object)
    """Carries the `Origin` of a proposal that is shown, None where there is nothing to confirm."""

    def __init__(self, case: Case, department: Department, notices: Notices) -> None:
        super().__init__(department)
        self._case, self._department, self._notices = case, department, notices
        department.changed.connect(lambda: self.changed.emit(self.proposal))

    @property
    def proposal(self) -> Origin | None:
        """Where the marks on the desk come from, if nobody stands for them yet."""
        there = self._department.current is not None and self._department.shown is not None
        return self._case.origin if there and not self._case.origin.confirmed else None

    def confirm(self) -> None:
        """The reader stands for what is shown. Of a negative case no slice is labelled."""
        origin, done = self.proposal, self._case.done
        if origin is None:
            return
        if done.own_verdict is None:
            self._notices.warned.emit(message("Choose your verdict first: a reading is confirmed with one."))
            return
        if done.own_verdict is Verdict.NEGATIVE:
            done = replace(done, labels={})
        self._case.take_over(done, replace(origin, confirmed_by=self._department.reader), tr("Confirm the proposal"))
        self._department.keep_shown()
