"""Step 4: the one Analyse button, its progress, and the verdict."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from desktop.messages import Message, shown, tr
from desktop.viewer.desk.background import progress_text
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.judging import Judging
from desktop.viewer.panels.banner import VerdictBanner
from desktop.viewer.panels.step import Step, button, words


class ResultStep(Step):
    """Analyse, or the reason why not."""

    grows = True

    def __init__(self, case: Case, judging: Judging) -> None:
        super().__init__(4, tr("Result"))
        self._case, self._judging = case, judging
        self.analyse = button(tr("Analyse"), tr("Analyse"), judging.analyse)
        self.analyse.setProperty("role", "main")
        self.reason = words()
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress of the analysis"))
        self.cancel = button(tr("Cancel"), tr("Cancel the analysis"), judging.cancel)
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
        case.judged.connect(self._judged)
        self._refresh()

    def _judged(self) -> None:
        self._refresh()
        if self._case.result is not None:
            self.must_be_seen.emit(self.banner)

    def _progress(self, stage: Message, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setFormat(shown(progress_text(stage, done, total)))

    def _refresh(self) -> None:
        busy, blocker = self._judging.busy, self._judging.blocker()
        reason = "" if blocker is None else shown(blocker)
        self.analyse.setEnabled(blocker is None and not busy)
        self.analyse.setVisible(not busy)
        self.analyse.setAccessibleDescription(reason)
        self.reason.setText(reason)
        self.reason.setVisible(blocker is not None and not busy)
        if busy and not self._busy.isVisibleTo(self):
            self.bar.setRange(0, 0)
            self.bar.setFormat(tr("starting"))
        self._busy.setVisible(busy)
