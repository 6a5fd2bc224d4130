"""Step 4: the one Analyse button, its progress, and the verdict."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from desktop.viewer.desk.case import Case
from desktop.viewer.desk.judging import Judging
from desktop.viewer.panels.banner import VerdictBanner
from desktop.viewer.panels.step import Step, button, words


class ResultStep(Step):
    """Analyse, or the reason why not."""

    def __init__(self, case: Case, judging: Judging, analyse: Callable[[], None]) -> None:
        super().__init__(4, "Result")
        self._judging = judging
        self.analyse = button("Analyse", "Analyse", analyse)
        self.analyse.setProperty("role", "main")
        self.reason = words()
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Progress of the analysis")
        self.cancel = button("Cancel", "Cancel the analysis", judging.cancel)
        self._busy = QWidget()
        row = QHBoxLayout(self._busy)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self.banner = VerdictBanner(case)
        for widget in (self.analyse, self.reason, self._busy, self.banner):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        judging.changed.connect(self._refresh)
        judging.progressed.connect(self._progress)
        case.judged.connect(self._refresh)
        self._refresh()

    def _progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setFormat(f"slice {done} of {total}")

    def _refresh(self) -> None:
        reason = self._judging.hindrance()
        self.analyse.setEnabled(not reason and not self._judging.busy)
        self.analyse.setVisible(not self._judging.busy)
        self.analyse.setAccessibleDescription(reason)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason) and not self._judging.busy)
        if self._judging.busy and not self._busy.isVisibleTo(self):
            self.bar.setRange(0, 0)
            self.bar.setFormat("starting")
        self._busy.setVisible(self._judging.busy)
