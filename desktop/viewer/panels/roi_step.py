"""Step 3: the rectangle over nasopharynx and clivus."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel

from desktop.reading.roi import TARGET_AREA_CM2, USUAL_AREA_CM2
from desktop.viewer.desk.case import Case
from desktop.viewer.panels.step import Step, button, words
from desktop.viewer.pictures.axial_view import LANDMARKS
from desktop.viewer.theme import AMBER, TEXT


class RoiStep(Step):
    """The area as it is dragged, and where the edges belong."""

    def __init__(self, case: Case) -> None:
        super().__init__(3, "ROI")
        self._case = case
        self.area = QLabel()
        self.area.setAccessibleName("Area of the ROI")
        self.hint = words()
        self.hint.setText(f"Front: {LANDMARKS['front']}. Back: {LANDMARKS['back']}. Sides: {LANDMARKS['sides']}.")
        self.place = button("Place", "Place the ROI where it is offered", self.accept_offer)
        self.place.setToolTip("Take the rectangle offered as it lies. Dragging it does the same.")
        self.again = button("Reset", "Take the ROI away and offer a new one", self.start_again)
        self.again.setToolTip("Back to the rectangle offered in the middle. Ctrl+Z takes this back.")
        row = QHBoxLayout()
        row.addWidget(self.area, 1)
        row.addWidget(self.place)
        row.addWidget(self.again)
        self.body.addLayout(row)
        self.body.addWidget(self.hint)
        case.marked.connect(self._refresh)
        case.opened.connect(self._refresh)
        self._refresh()

    def accept_offer(self) -> None:
        """Make the rectangle offered the ROI."""
        if self._case.volume is not None and self._case.marks.roi is None:
            self._case.mark(self._case.marks.with_roi(self._case.proposal(self._case.volume)), "Place ROI")

    def start_again(self) -> None:
        """Take the ROI away; one is offered again."""
        self._case.mark(self._case.marks.with_roi(None), "Reset ROI")

    def _refresh(self) -> None:
        volume, placed = self._case.volume, self._case.marks.roi is not None
        self.place.setEnabled(volume is not None and not placed)
        self.again.setEnabled(placed)
        if volume is None:
            self.area.setText(f"about {TARGET_AREA_CM2:g} cm²")
            return
        area = volume.series.geometry.area_cm2(self._case.shown_roi(volume).keys[0].rectangle)
        low, high = USUAL_AREA_CM2
        usual = low <= area <= high
        remark = "" if usual else f", unusually {'small' if area < low else 'large'}"
        text = f"{area:.1f} of {TARGET_AREA_CM2:g} cm²" if placed else f"offered: {area:.1f} cm²"
        self.area.setText(text + remark)
        self.area.setToolTip(f"{low:g} to {high:g} cm² is usual.")
        self.area.setStyleSheet(f"font-weight: 600; color: {TEXT if usual else AMBER};")
