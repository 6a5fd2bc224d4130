"""Step 2: the range of slices."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton

from desktop.viewer.desk.case import Case
from desktop.viewer.panels.step import Step, button, words
from desktop.viewer.pictures.reformat_view import LOWER_END, UPPER_END


class RangeStep(Step):
    """Both ends, set at the slice on screen."""

    def __init__(self, case: Case, set_high: Callable[[], None], set_low: Callable[[], None]) -> None:
        super().__init__(2, "Range")
        self._case = case
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        self.high, self._set_high = self._end(grid, 0, "]", "upper", UPPER_END, set_high)
        self.low, self._set_low = self._end(grid, 1, "[", "lower", LOWER_END, set_low)
        self.summary = words()
        self.body.addLayout(grid)
        self.body.addWidget(self.summary)
        case.marked.connect(self._refresh)
        case.opened.connect(self._refresh)
        self._refresh()

    def _end(
        self, grid: QGridLayout, row: int, key: str, which: str, landmark: str, clicked: Callable[[], None]
    ) -> tuple[QLabel, QPushButton]:
        label = words()
        label.setAccessibleName(f"{which} end of the range")
        setter = button(f"Set here  {key}", f"Set the {which} end at this slice", clicked)
        setter.setToolTip(f"The {which} end is the slice at the {landmark}. Key: {key}")
        grid.addWidget(label, row, 0)
        grid.addWidget(setter, row, 1)
        return label, setter

    def _refresh(self) -> None:
        volume, marks = self._case.volume, self._case.marks
        for setter in (self._set_high, self._set_low):
            setter.setEnabled(volume is not None)
        span = marks.span
        inside = () if volume is None or span is None else span.indices(volume.geometry.positions_mm)
        for label, landmark, position, end in (
            (self.high, UPPER_END, marks.high_mm, -1),
            (self.low, LOWER_END, marks.low_mm, 0),
        ):
            name = landmark[0].upper() + landmark[1:]
            if volume is None or position is None:
                label.setText(f"{name}\nnot marked")
            else:
                index = inside[end] if inside else volume.geometry.nearest(position)
                label.setText(f"{name}\n{position:.1f} mm, slice {index + 1}")
        if span is None:
            self.summary.setText("Scroll to each end and set it.")
        else:
            self.summary.setText(f"{len(inside)} slices over {span.high_mm - span.low_mm:.1f} mm")
