"""The label of the slice on screen, and how many of the range are labelled."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.messages import counted, shown, tr
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.labelling import Labelling, label_of, labelled
from desktop.viewer.panels.step import button, show_value, words


class LabelsPanel(QWidget):
    """Two buttons that stay down for a labelled slice; with Shift they label all of the range."""

    def __init__(self, case: Case, display: Display, labelling: Labelling) -> None:
        super().__init__()
        self._case, self._display = case, display
        self.positive = button(
            tr("Positive  {key}", key="P"), tr("Invasion is seen on this slice"), lambda: labelling.label(True)
        )
        self.negative = button(
            tr("Negative  {key}", key="N"), tr("No invasion on this slice"), lambda: labelling.label(False)
        )
        self.positive.setToolTip(tr("Invasion is seen on this slice. Key: P; Shift+P for all slices of the range."))
        self.negative.setToolTip(tr("No invasion on this slice. Key: N; Shift+N for all slices of the range."))
        about = words()  # always: the buttons stand beside the verdict on the case, and would be taken for it
        about.setText(tr("Invasion on this slice"))
        self.count = words()
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        """For the heading of the step, where it moves nothing."""
        row = QHBoxLayout()
        for widget, role in ((self.positive, "invasion"), (self.negative, "no invasion")):
            widget.setCheckable(True)
            widget.setProperty("role", role)
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(about)
        column.addLayout(row)
        for signal in (case.marked, display.changed):
            signal.connect(self._show_label)
        case.marked.connect(self._count)  # not at every slice: it does not depend on the one on screen
        self._show_label()
        self._count()

    def _show_label(self) -> None:
        volume = self._case.volume
        label = label_of(self._case, self._display.index) if volume is self._display.volume else None
        for widget, truth in ((self.positive, True), (self.negative, False)):
            widget.setEnabled(volume is not None)
            widget.setChecked(label is truth)

    def _count(self) -> None:
        show_value(self.count, tr("Slice labels"), self._text())

    def _text(self) -> str:
        volume, span, labels = self._case.volume, self._case.marks.span, labelled(self._case)
        if volume is None or (span is None and not labels):
            return ""
        if span is None:
            return shown(counted("{number} slice labelled", "{number} slices labelled", len(labels)))
        inside = span.indices(volume.geometry.positions_mm)
        done = sum(index in labels for index in inside)
        return shown(
            counted("{done} of {number} slice labelled", "{done} of {number} slices labelled", len(inside), done=done)
        )
