"""Step 2: the range of slices."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton

from desktop.imaging.volume import Volume
from desktop.messages import counted, message, sentences, shown, tr
from desktop.suggestion import Suggestion
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.guide import Guide, Schematic
from desktop.viewer.desk.marking import Marking
from desktop.viewer.desk.suggesting import Suggesting
from desktop.viewer.desk.vetting import Vetting
from desktop.viewer.panels.schematic_fold import SchematicFold
from desktop.viewer.panels.step import Step, button, show_failing, show_value, words
from desktop.viewer.pictures.schematics.range_schematic import RangeSchematic


class RangeStep(Step):
    """Both ends, set at the slice on screen."""

    def __init__(
        self,
        case: Case,
        display: Display,
        marking: Marking,
        suggesting: Suggesting,
        vetting: Vetting,
        guide: Guide,
    ) -> None:
        super().__init__(2, tr("Range"))
        self._case = case
        self.high, self.low, self.summary = words(), words(), words()
        self._set_high = button(
            tr("Set here  {key}", key="]"), tr("Set the upper end at this slice"), marking.set_range_high
        )
        self._set_high.setToolTip(tr("The upper end is the slice at the base of the sphenoid sinus. Key: ]"))
        self._set_low = button(
            tr("Set here  {key}", key="["), tr("Set the lower end at this slice"), marking.set_range_low
        )
        self._set_low.setToolTip(tr("The lower end is the slice at the lower end of the clivus. Key: ["))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        rows: list[tuple[QLabel, QPushButton]] = [(self.high, self._set_high), (self.low, self._set_low)]
        for row, (label, setter) in enumerate(rows):
            grid.addWidget(label, row, 0)
            grid.addWidget(setter, row, 1)
        self.body.addLayout(grid)
        self.accept = button(tr("Accept  {key}", key="A"), tr("Accept the suggested range and ROI"), suggesting.accept)
        self.accept.setToolTip(tr("Take over range and ROI where they are suggested, and not marked yet. Key: A"))
        below = QHBoxLayout()
        below.addWidget(self.summary, 1)
        below.addWidget(self.accept, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(below)
        self.failing = words("warning")
        self.body.addWidget(self.failing)
        vetting.changed.connect(lambda: show_failing(self.failing, vetting.against_range))
        show_failing(self.failing, ())
        self.schematic, self.place = RangeSchematic(case, display), words()
        self.place.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.place.setMinimumHeight(2 * self.place.fontMetrics().lineSpacing())  # else steps below hop with the wheel
        self.fold = SchematicFold(self, Schematic.RANGE, guide, self.schematic, self.place)
        case.marked.connect(self._refresh)
        for signal in (case.marked, display.changed):
            signal.connect(self._show_place)
        self._refresh()
        self._show_place()

    def _show_place(self) -> None:
        if self.place.text() != self.schematic.place:
            show_value(self.place, tr("Slice on screen"), self.schematic.place)

    def _refresh(self) -> None:
        volume, marks = self._case.volume, self._case.marks
        for setter in (self._set_high, self._set_low):
            setter.setEnabled(volume is not None)
        span, suggestion = marks.span, self._case.suggestion
        self.accept.setVisible(suggestion is not None and (span is None or marks.roi is None))
        inside = () if volume is None or span is None else span.indices(volume.geometry.positions_mm)
        for label, landmark, position, end in (
            (self.high, tr("Base of the sphenoid sinus"), marks.high_mm, -1),
            (self.low, tr("Lower end of the clivus"), marks.low_mm, 0),
        ):
            if volume is None or position is None:
                label.setText(tr("{landmark}\nnot set", landmark=landmark))
            else:
                index = inside[end] if inside else volume.geometry.nearest(position)
                text = tr("{landmark}\n{mm:.1f} mm, slice {slice}", landmark=landmark, mm=position, slice=index + 1)
                label.setText(text)
        if span is None and volume is not None and suggestion is not None:
            show_value(self.summary, tr("Range"), self._suggested(volume, suggestion))
        elif span is None:
            nothing = self._case.no_suggestion
            show_value(self.summary, tr("Range"), shown(nothing or message("Scroll to each end and set it.")))
        else:
            mm = span.high_mm - span.low_mm
            slices = counted("{number} slice over {mm:.1f} mm", "{number} slices over {mm:.1f} mm", len(inside), mm=mm)
            show_value(self.summary, tr("Range"), shown(slices))

    @staticmethod
    def _suggested(volume: Volume, suggestion: Suggestion) -> str:
        span = suggestion.range
        slices = counted(
            "Suggested: {number} slice, {low:.1f} to {high:.1f} mm.",
            "Suggested: {number} slices, {low:.1f} to {high:.1f} mm.",
            len(span.indices(volume.geometry.positions_mm)),
            low=span.low_mm,
            high=span.high_mm,
        )
        return shown(sentences([slices, *suggestion.cautions]))
