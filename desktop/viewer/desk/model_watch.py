"""How the models of a project answer over time, looked up off the interface thread; a drift is said unasked."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.messages import message
from desktop.project.database import Project
from desktop.project.watching import Watched, watch
from desktop.viewer.desk.answering import Answering
from desktop.viewer.desk.background import Jobs
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.notices import Notices

WATCHING = "watching the model"
"""Kind of job."""


class ModelWatch(QObject):
    """Looks when a project is opened and when it is asked to. Not for a reader in a study, who must not learn what a
    model answers."""

    found = Signal(list)
    """Carries every `Watched` of the project, the model used last first."""

    def __init__(self, department: Department, answering: Answering, jobs: Jobs, notices: Notices) -> None:
        super().__init__(department)
        self._department, self._answering, self._jobs, self._notices = department, answering, jobs, notices
        self._looked = ""
        """The id of the project that was looked through when it was opened."""
        department.changed.connect(self._follow)

    @property
    def possible(self) -> bool:
        """Whether there is a project, and no study that hides the model."""
        return self._department.project is not None and self._answering.study is None

    def look(self) -> None:
        """Look anew; `found` tells."""
        self._begin(said=False)

    def _follow(self) -> None:
        project = self._department.project
        own = "" if project is None else project.id
        if own != self._looked:
            self._looked = own
            self._begin(said=True)

    def _begin(self, said: bool) -> None:
        project = self._department.project
        if project is None or not self.possible:
            return
        file = project.path

        def success(watched: list[Watched]) -> None:
            self.found.emit(watched)
            if said and self.possible:
                self._say_drift(watched)

        def failure(error: ClivusError) -> None:
            self._notices.warned.emit(error.message)

        def operation() -> list[Watched]:
            with Project.open(file) as own:  # a connection belongs to one thread
                return watch(own)

        self._jobs.start(WATCHING, lambda link: operation(), success, failure)

    def _say_drift(self, watched: list[Watched]) -> None:
        """Say of the model used last that it drifts."""
        if watched and watched[0].drifts:
            model = watched[0].model
            self._notices.warned.emit(
                message(
                    "The answers of {model} have changed over time: before you rely on them, look at File > The model "
                    "over time (Shift+F9).",
                    model=f"{model.id} {model.version}",
                )
            )
