"""What is said of a case beside reading it: excluded or not, MRI, further columns, whose it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desktop.errors import ClivusError
from desktop.project import cases
from desktop.project.cases import Case
from desktop.project.database import Project
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.notices import Notices


class CaseNotes:
    """Each is one event of the project, under the code of the reader who has it open."""

    def __init__(self, department: Department, notices: Notices) -> None:
        self._department, self._notices = department, notices

    def case(self, own: str) -> Case | None:
        """A case by its id, as the project has it now; None where that cannot be read."""
        project = self._department.project
        try:
            return None if project is None else cases.find(project, own)
        except ClivusError as error:
            self._notices.warned.emit(error.message)
            return None

    def exclude(self, case: Case, why: str) -> None:
        """Leave it out, with a reason; with "" it is in again."""
        self._say(lambda project, reader: cases.exclude(project, case, why, reader))

    def set_mri(self, case: Case, there: bool | None) -> None:
        """Whether an MRI of the patient is available."""
        self._say(lambda project, reader: cases.set_mri(project, case, there, reader))

    def set_strata(self, case: Case, strata: Mapping[str, str]) -> None:
        """The further columns."""
        self._say(lambda project, reader: cases.set_strata(project, case, strata, reader))

    def join(self, case: Case, patient: str) -> None:
        """It is another patient's, who is under two keys."""
        self._say(lambda project, reader: cases.join(project, case, patient, reader))

    def reasons(self) -> list[str]:
        """The reasons that were given before, the commonest first."""
        project = self._department.project
        return [] if project is None else cases.reasons(project)

    def strata_names(self) -> list[str]:
        """The further columns that any case has."""
        project = self._department.project
        return [] if project is None else cases.strata_names(project)

    def same_person(self, case: Case) -> list[str]:
        """Other keys under which this patient may be."""
        return self._department.doubled().get(case.patient, [])

    def _say(self, change: Callable[[Project, str], object]) -> None:
        project = self._department.project
        if project is None:
            return
        try:
            change(project, self._department.reader)
        except ClivusError as error:
            self._notices.warned.emit(error.message)
        self._department.refresh()
