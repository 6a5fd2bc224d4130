"""Step 5: the reader's own answer for slices and case, what goes into the report, and saving."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit

from desktop.messages import message, shown, tr
from desktop.reading.as_json import LONGEST_NOTE, LONGEST_REMARK
from desktop.reading.run import Verdict
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.key_slices import KeySlices
from desktop.viewer.desk.labelling import Labelling
from desktop.viewer.desk.saving import Saving
from desktop.viewer.panels.choosing import Choosing
from desktop.viewer.panels.labels_panel import LabelsPanel
from desktop.viewer.panels.shortcuts import SHORTCUTS, key_text
from desktop.viewer.panels.step import Step, button, words

_ANSWERS = {
    None: message("not given"),
    Verdict.POSITIVE: message("positive"),
    Verdict.NEGATIVE: message("negative"),
    Verdict.INDETERMINATE: message("indeterminate"),
}


class ReportStep(Step):
    """The reader's verdict beside the model's; report and reading to a file."""

    def __init__(
        self,
        case: Case,
        display: Display,
        labelling: Labelling,
        key_slices: KeySlices,
        saving: Saving,
        choosing: Choosing,
    ) -> None:
        super().__init__(5, tr("Report"))
        self._case, self._display, self._key_slices = case, display, key_slices
        self.labels = LabelsPanel(case, display, labelling)
        self.answer = QComboBox()
        self.answer.setAccessibleName(tr("Your verdict"))
        self.answer.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keys = [one for one in SHORTCUTS if one.name in {f"verdict_{verdict}" for verdict in Verdict}]
        self.answer.setToolTip("\n".join(f"{key_text(one)}: {shown(one.text)}" for one in keys))
        self.answer.addItems([shown(text) for text in _ANSWERS.values()])
        self.agreement = words()
        label = QLabel(tr("Your verdict"))
        label.setBuddy(self.answer)
        answers = QHBoxLayout()
        answers.addWidget(label)
        answers.addWidget(self.answer, 1)
        self.remark = _line(tr("Remark for the report, without names"), LONGEST_REMARK)
        self.note = _line(tr("Note on this key slice"), LONGEST_NOTE)
        self.report = button(tr("Save report"), tr("Save result, picture and PDF"), choosing.save_report)
        self.report.setToolTip(
            tr("A PDF, result.json and a picture of the strongest slice, in a folder of your choice.")
        )
        self.reading = button(tr("Save reading"), tr("Save ROI, range and your verdict"), saving.keep_reading)
        self.objects = QCheckBox(tr("With DICOM objects"))
        self.objects.setToolTip(
            tr(
                "Writes a structured report and a picture beside the result too, for an archive: in the same study, as "
                "new series."
            )
        )
        self.objects.toggled.connect(lambda wanted: setattr(saving, "with_objects", wanted))
        files = QHBoxLayout()
        files.addWidget(self.report)
        files.addWidget(self.reading)
        self.top.setStretchFactor(self.heading, 0)
        self.top.addWidget(self.labels.count, 1)
        self.body.addWidget(self.labels)
        self.body.addLayout(answers)
        self.body.addWidget(self.agreement)
        self.body.addWidget(self.remark)
        self.body.addWidget(self.note)
        self.body.addLayout(files)
        self.body.addWidget(self.objects)
        self.answer.activated.connect(self._answered)
        self.remark.textEdited.connect(key_slices.remark)
        self.note.textEdited.connect(key_slices.write)
        for signal in (case.marked, case.judged, display.changed):
            signal.connect(self._refresh)
        self._refresh()

    def _answered(self, row: int) -> None:
        self._case.answer(list(_ANSWERS)[row])
        self._refresh()  # during a drag nothing is answered

    def _refresh(self) -> None:
        own, result = self._case.own_verdict, self._case.result
        self.answer.setCurrentIndex(list(_ANSWERS).index(own))
        self.answer.setEnabled(self._case.volume is not None)
        self.report.setEnabled(result is not None)
        self.reading.setEnabled(self._case.marks.roi is not None and self._case.marks.span is not None)
        # On a small screen, there is room for these when there is something to report.
        self.objects.setVisible(result is not None)
        self.remark.setVisible(own is not None or result is not None or bool(self._case.done.remark))
        _show_text(self.remark, self._case.done.remark)
        note = self._key_slices.note
        self.note.setVisible(note is not None)
        _show_text(self.note, note or "")
        self.agreement.setVisible(own is not None and result is not None)
        if own is not None and result is not None:
            agrees, differs = tr("You agree with the model."), tr("You differ from the model.")
            self.agreement.setText(agrees if own is result.verdict else differs)


def _line(hint: str, longest: int) -> QLineEdit:
    """A line to write in."""
    line = QLineEdit()
    line.setMaxLength(longest)
    line.setPlaceholderText(hint)
    line.setToolTip(hint)  # once something stands in it
    line.setAccessibleName(hint)
    return line


def _show_text(line: QLineEdit, text: str) -> None:
    """Show what is kept; the cursor stays where it is while that is what was just written."""
    if line.text() != text:
        line.setText(text)
