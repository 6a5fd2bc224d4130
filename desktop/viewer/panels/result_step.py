"""Step 4: the one Analyse button, its progress, and the verdict."""

from __future__ import annotations

from desktop.messages import shown, tr
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.second_reader import SecondReader
from desktop.viewer.panels.banner import VerdictBanner
from desktop.viewer.panels.progress import Progress
from desktop.viewer.panels.stability_panel import StabilityPanel
from desktop.viewer.panels.step import Step, button, words


class ResultStep(Step):
    """Analyse, or the reason why not."""

    def __init__(self, case: Case, display: Display, judging: Judging, second_reader: SecondReader) -> None:
        super().__init__(4, tr("Result"))
        self._case, self._judging = case, judging
        self.analyse = button(tr("Analyse"), tr("Analyse"), judging.analyse)
        self.analyse.setProperty("role", "main")
        self.reason = words()
        self.progress = Progress(tr("Progress of the analysis"), tr("Cancel the analysis"), judging.cancel)
        self.banner = VerdictBanner(case, display)
        self.stability = StabilityPanel(case, display, second_reader)
        for widget in (self.analyse, self.reason, self.progress, self.banner, self.stability):
            self.body.addWidget(widget)
        judging.changed.connect(self._refresh)
        judging.progressed.connect(self.progress.show_progress)
        case.judged.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        busy, blocker = self._judging.busy, self._judging.blocker()
        reason = "" if blocker is None else shown(blocker)
        self.analyse.setEnabled(blocker is None and not busy)
        self.analyse.setVisible(not busy and not self._case.terms.in_study)  # a study analyses by itself
        self.analyse.setAccessibleDescription(reason)
        self.reason.setText(reason)
        self.reason.setVisible(blocker is not None and not busy)
        self.progress.show_busy(busy)
