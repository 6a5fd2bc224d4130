"""All cases of the project read by the model in use, in the background, in processes of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop import events
from desktop.errors import ClivusError
from desktop.messages import Message, message, verbatim
from desktop.project import results
from desktop.project.database import Project
from desktop.project.places import Places
from desktop.project.results import Kept
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.notices import Notices
from desktop.work import Work

if TYPE_CHECKING:
    from desktop.headless.outcome import Outcome
    from desktop.headless.wanted_case import WantedCase

READING_ALL = "reading all cases"
"""Kind of job."""

_MOST_REASONS = 3
"""Of cases that could not be read, in one message."""


@dataclass
class _Night:
    """What came of all cases."""

    read: int = 0
    failed: dict[str, str] = field(default_factory=dict)


class ReadingAll(QObject):
    """Reads what the model in use has not read yet, by the marks of readers or as suggested. What it answers is kept in
    the project, and stays out of a reader's sight until that reader has answered."""

    changed = Signal()
    progressed = Signal(object)
    """Carries how far it is, in words."""

    def __init__(self, department: Department, judging: Judging, jobs: Jobs, places: Path, notices: Notices) -> None:
        super().__init__(department)
        self._department, self._judging, self._jobs = department, judging, jobs
        self._places, self._notices = places, notices
        self._about: Path | None = None
        self._looked: tuple[object, Mapping[str, Kept]] = None, {}
        """What models answered, and what it was looked up for: the log's last digest, the reader, and whether they
        settle. A list asks at every letter of a search."""
        department.changed.connect(self._follow)
        judging.changed.connect(self.changed)

    @property
    def busy(self) -> bool:
        """Whether cases are being read."""
        return self._jobs.busy(READING_ALL)

    @property
    def blocker(self) -> Message | None:
        """Why it cannot begin."""
        if self._department.project is None:
            return message("Open a project first.")
        if self._judging.network is None:
            return message("There is no model.")
        return None

    def answers(self) -> Mapping[str, Kept]:
        """What models answered, as far as the reader may know it, by the id of the case: nothing of
        those from which a study hides the model."""
        project, reader, settling = self._department.project, self._department.reader, self._department.settling
        if project is None:
            return {}
        try:
            looked_for = project.id, events.last_digest(project), reader, settling
            if looked_for != self._looked[0]:
                self._looked = looked_for, results.shown_to(project, reader, settling=settling)
        except ClivusError as error:
            self._notices.warned.emit(error.message)
            return {}
        hidden = self._department.held_back()  # it changes with the day, the log does not
        return {own: kept for own, kept in self._looked[1].items() if own not in hidden}

    def start(self) -> None:
        """Begin, or go on."""
        # Not above: reading without a window brings its reports along, and the start would wait for them.
        from desktop.headless.case_reader import Order
        from desktop.headless.crew import default_workers, usable_processors
        from desktop.headless.many_cases import read_many
        from desktop.headless.pace import Pace
        from desktop.headless.project_list import cases_of_project, keep_result, waiting

        project, network = self._department.project, self._judging.network
        if project is None or network is None:
            return
        file, places, manifest = project.path, self._places, network.manifest
        workers = default_workers()
        order = Order(str(network.folder), network.requested, max(1, usable_processors() // workers))

        def operation(link: JobLink) -> _Night:
            night = _Night()
            with Project.open(file) as own:  # a connection belongs to one thread
                listed = waiting(own, cases_of_project(own, Places(places).find, suggest=True), manifest)
                pace = Pace(len(listed))

                def told(case: WantedCase, outcome: Outcome) -> None:
                    keep_result(own, case, outcome, manifest)
                    pace.count(outcome.answer is None)
                    if outcome.answer is None:
                        night.failed[case.key] = outcome.reason
                    else:
                        night.read += 1
                    link.tell(pace.text)

                read_many(listed, order, workers, told, Work(stop=link.stop))
            return night

        self._about = file
        self._jobs.start(READING_ALL, operation, self._done, self._not_done, news=self._some_read)
        self.changed.emit()

    def stop(self) -> None:
        """Stop; what was read is kept, and the next start goes on."""
        self._jobs.cancel(READING_ALL)
        self.changed.emit()

    def _follow(self) -> None:
        """Another project is open, or none."""
        project = self._department.project
        if self.busy and (project is None or project.path != self._about):
            self.stop()

    def _some_read(self, pace: Message) -> None:
        self.progressed.emit(pace)

    def _done(self, night: _Night) -> None:
        text = message(
            "The model has read {read} cases, {failed} could not be read.", read=night.read, failed=len(night.failed)
        )
        if night.failed:
            reasons = [verbatim(f"{key}: {why}") for key, why in list(night.failed.items())[:_MOST_REASONS]]
            text = message("{text} {reasons}", text=text, reasons=reasons)
        self._notices.informed.emit(text)
        self.changed.emit()

    def _not_done(self, error: ClivusError) -> None:
        self._notices.warned.emit(error.message)
        self.changed.emit()
