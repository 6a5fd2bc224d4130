"""Range and ROI suggested from the anatomy, looked for in the background once a series is open."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.errors import ClivusError
from desktop.imaging.volume import Volume
from desktop.messages import message, tr
from desktop.suggestion import Suggestion, suggest
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.notices import Notices

SUGGESTING = "suggesting"
"""Kind of job."""


class Suggesting(QObject):
    """Looks for the skull base of the open series, and takes over what was found when the reader accepts it."""

    def __init__(self, case: Case, jobs: Jobs, notices: Notices) -> None:
        super().__init__(case)
        self._case, self._jobs, self._notices = case, jobs, notices
        case.opened.connect(self._look)
        case.extended.connect(self._look)
        case.guided.connect(self._look)

    def _look(self) -> None:
        volume, guidance = self._case.volume, self._case.guidance
        self._jobs.cancel(SUGGESTING)
        if volume is None or self._case.terms.in_study:
            return

        def operation(link: JobLink) -> Suggestion:
            return suggest(volume, guidance)

        self._jobs.start(
            SUGGESTING,
            operation,
            lambda found: self._found(volume, found),
            lambda error: self._not_found(volume, error),
        )

    def _found(self, volume: Volume, found: Suggestion) -> None:
        if self._case.volume is volume:
            self._case.suggest(found)

    def _not_found(self, volume: Volume, error: ClivusError) -> None:
        if self._case.volume is volume:
            self._case.suggest(error.message)

    def accept(self) -> None:
        """Mark what is suggested, as far as nothing is marked yet, in one step that can be undone."""
        suggestion, marks = self._case.suggestion, self._case.marks
        if self._case.volume is None or self._case.terms.in_study:
            return
        if suggestion is None:
            looking = message("The skull base is being looked for.")
            self._notices.informed.emit(self._case.no_suggestion or looking)
        elif marks.roi is not None and marks.span is not None:
            text = message("Range and ROI are marked already: reset the ROI to see the one suggested.")
            self._notices.informed.emit(text)
        else:
            self._case.mark(marks.completed(suggestion), tr("Accept the suggestion"))
