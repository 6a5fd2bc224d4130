"""One reading that was edited twice, in two copies of a project or two windows: the reader chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.messages import Message
from desktop.project import entries
from desktop.project.differences import between
from desktop.project.entries import Kept
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.notices import Notices


@dataclass(frozen=True)
class TwoEdits:
    """The edit that is shown, and the one that comes next.

    Attributes:
        number: how many there are.
        told: what they differ in, as clauses; empty where nothing of it has to be settled.
    """

    shown: Kept
    other: Kept
    number: int
    told: Sequence[Message]

    @property
    def times(self) -> tuple[datetime, datetime]:
        """When they were made, in local time."""
        shown, other = (datetime.fromisoformat(kept.saved).astimezone() for kept in (self.shown, self.other))
        return shown, other


class Edits(QObject):
    """Follows what is on the desk."""

    changed = Signal(object)
    """Carries `TwoEdits`, or None where there is nothing to choose from."""

    def __init__(self, department: Department, notices: Notices) -> None:
        super().__init__(department)
        self._department, self._notices = department, notices
        self.found: TwoEdits | None = None
        department.changed.connect(self._look)

    def keep_this(self) -> None:
        """What is shown counts from now on; the other edit stays in the log."""
        self._department.keep_now()
        project, shown = self._department.project, self._department.shown
        if project is None or shown is None:
            return
        try:
            entries.choose(project, shown)
        except ClivusError as error:
            self._notices.warned.emit(error.message)
        self._department.refresh()

    def show_other(self) -> None:
        """Show the other edit, to look at it."""
        if self.found is not None:
            self._department.show(self.found.other)

    def _look(self) -> None:
        try:
            self.found = self._two()
        except ClivusError:  # told where it is kept
            self.found = None
        self.changed.emit(self.found)

    def _two(self) -> TwoEdits | None:
        desk = self._department
        if desk.project is None or desk.current is None or desk.shown is None:
            return None
        found = entries.edits(desk.project, desk.current, desk.reader, settled=desk.settling)
        place = next((place for place, kept in enumerate(found) if kept.id == desk.shown.id), None)
        if len(found) < 2 or place is None:
            return None
        shown, other = found[place], found[(place + 1) % len(found)]
        return TwoEdits(shown, other, len(found), between(desk.current, shown.entry, other.entry).told)
