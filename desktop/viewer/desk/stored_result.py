"""The result that was saved with a reading comes back with it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from desktop.report.model_facts import of_another_model
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.notices import Notices


class StoredResult(QObject):
    """Has the slices judged again, which takes a second and brings back bars and maps, and says where the model or its
    answer is another one than was saved."""

    def __init__(self, case: Case, judging: Judging, notices: Notices) -> None:
        super().__init__(case)
        self._case, self._judging, self._notices = case, judging, notices
        self._before: dict[str, Any] | None = None
        case.opened.connect(self._opened)
        case.judged.connect(self._judged)

    def _opened(self) -> None:
        self._before = self._case.stored_result
        if self._before is not None:
            self._judging.analyse_when_ready()

    def _judged(self) -> None:
        result, before = self._case.result, self._before
        if result is None or before is None:
            return
        self._before = None
        told = of_another_model(before, result.manifest, result.verdict)
        if told is not None:
            self._notices.warned.emit(told)
