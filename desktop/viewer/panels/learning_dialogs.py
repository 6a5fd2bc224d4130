"""Learning a model and what came of it, built when a reader first asks for either.

What they stand on imports all that learns and writes a model. The start page needs nothing of it, and importing it
would be a tenth of the start.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.viewer.desk.background import Jobs
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.model_shelf import ModelShelf
from desktop.viewer.desk.notices import Notices
from desktop.viewer.panels.dialogs import FileDialogs

if TYPE_CHECKING:
    from desktop.models.shelf import Model
    from desktop.viewer.desk.learning import Learning
    from desktop.viewer.panels.learn_dialog import LearnDialog
    from desktop.viewer.panels.learned_dialog import LearnedDialog


class LearningDialogs:
    """The one in which a model is learned, and the one that shows what came of it."""

    def __init__(
        self,
        jobs: Jobs,
        places: Path,
        models: ModelShelf,
        department: Department,
        dialogs: FileDialogs,
        notices: Notices,
        open_case: Callable[[str], object],
        parent: QWidget,
    ) -> None:
        self._jobs, self._places, self._models, self._department = jobs, places, models, department
        self._dialogs, self._notices, self._open_case, self._parent = dialogs, notices, open_case, parent
        self._begun = False

    @cached_property
    def work(self) -> Learning:
        """What learns."""
        from desktop.viewer.desk.learning import Learning

        self._begun = True
        return Learning(self._jobs, self._places, self._notices, self._department)

    @cached_property
    def learned(self) -> LearnedDialog:
        """What came of it."""
        from desktop.viewer.panels.learned_dialog import LearnedDialog

        return LearnedDialog(
            self.work, self._models, self._department, self._dialogs, self._notices, self._open_case, self._parent
        )

    @cached_property
    def learn(self) -> LearnDialog:
        """A model is learned in it."""
        from desktop.viewer.panels.learn_dialog import LearnDialog

        return LearnDialog(
            self.work, self._models, self._department, self._dialogs, self._notices, self.learned, self._parent
        )

    def open_on(self) -> None:
        """Show the one in which a model is learned."""
        self.learn.open_on()

    def show_model(self, model: Model) -> None:
        """Show what is known of a model that was learned."""
        self.learned.show_model(model)

    def may_end(self) -> bool:
        """Whether the window may be closed; asks while a model is being learned."""
        return not self._begun or self.learn.may_end()
