"""Step 5: the reader's own answer, and saving."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel

from desktop.reading.run import Verdict
from desktop.viewer.desk.case import Case
from desktop.viewer.panels.step import Step, button, words

_ANSWERS: tuple[tuple[str, Verdict | None], ...] = (
    ("not given", None),
    ("positive", Verdict.POSITIVE),
    ("negative", Verdict.NEGATIVE),
    ("indeterminate", Verdict.INDETERMINATE),
)


class ReportStep(Step):
    """The reader's verdict beside the model's; report and reading to a file."""

    def __init__(self, case: Case, save_report: Callable[[], object], save_reading: Callable[[], object]) -> None:
        super().__init__(5, "Report")
        self._case = case
        self.answer = QComboBox()
        self.answer.setAccessibleName("Your own verdict")
        self.answer.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for text, _ in _ANSWERS:
            self.answer.addItem(text)
        self.agreement = words()
        label = QLabel("Your verdict")
        label.setBuddy(self.answer)
        answers = QHBoxLayout()
        answers.addWidget(label)
        answers.addWidget(self.answer)
        answers.addWidget(self.agreement, 1)
        self.report = button("Save report", "Save result and picture", save_report)
        self.report.setToolTip("result.json and a picture of the strongest slice, into a folder of your choice.")
        self.reading = button("Save reading", "Save ROI, range and verdict", save_reading)
        saving = QHBoxLayout()
        saving.addWidget(self.report)
        saving.addWidget(self.reading)
        self.body.addLayout(answers)
        self.body.addLayout(saving)
        self.answer.activated.connect(self._answered)
        case.opened.connect(self._refresh)
        case.marked.connect(self._refresh)
        case.answered.connect(self._refresh)
        case.judged.connect(self._refresh)
        self._refresh()

    def _answered(self, row: int) -> None:
        self._case.answer(_ANSWERS[row][1])
        self._refresh()  # during a drag nothing is answered

    def _refresh(self) -> None:
        own, result = self._case.own_verdict, self._case.result
        self.answer.setCurrentIndex([verdict for _, verdict in _ANSWERS].index(own))
        self.answer.setEnabled(self._case.volume is not None)
        self.report.setEnabled(result is not None)
        self.reading.setEnabled(self._case.marks.roi is not None and self._case.marks.span is not None)
        if own is None or result is None:
            self.agreement.setText("")
        else:
            self.agreement.setText("agrees" if own is result.verdict else "differs")
