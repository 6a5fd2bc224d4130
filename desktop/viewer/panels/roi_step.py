"""Step 3: the rectangle over nasopharynx and clivus."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from desktop.imaging.volume import Volume
from desktop.messages import tr
from desktop.reading.landmarks import RoiGuidance
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.guide import Guide, Schematic
from desktop.viewer.desk.vetting import Vetting
from desktop.viewer.panels.schematic_fold import SchematicFold
from desktop.viewer.panels.step import Step, button, show_failing, show_value, words
from desktop.viewer.pictures.schematics.roi_schematic import RoiSchematic
from desktop.viewer.theme import AMBER, TEXT


class RoiStep(Step):
    """The area as it is dragged, and where the edges belong."""

    def __init__(self, case: Case, display: Display, vetting: Vetting, guide: Guide) -> None:
        super().__init__(3, tr("ROI"))
        self._case, self._display = case, display
        self.area, self.hint = words(), words()
        self.place = button(tr("Place"), tr("Place the ROI where it is suggested"), self.accept_offer)
        self.place.setToolTip(tr("Take the rectangle where it is suggested. One that is only offered must be moved."))
        self.again = button(tr("Reset"), tr("Remove the ROI, for the one suggested or offered"), self.start_again)
        self.again.setToolTip(tr("Back to the rectangle that is suggested, or offered. Undo: Ctrl+Z."))
        row = QHBoxLayout()
        row.addWidget(self.area, 1)
        row.addWidget(self.place)
        row.addWidget(self.again)
        self.body.addLayout(row)
        self.failing = words("warning")
        self.body.addWidget(self.failing)
        vetting.changed.connect(lambda: show_failing(self.failing, vetting.against_roi))
        show_failing(self.failing, ())
        self.body.addWidget(self.hint)
        self.schematic = RoiSchematic(case)
        self.fold = SchematicFold(self, Schematic.ROI, guide, self.schematic)
        for signal in (case.marked, case.judged, display.changed):
            signal.connect(self._refresh)
        self._refresh()

    def accept_offer(self) -> None:
        """Make the rectangle that is suggested the ROI; one that is merely offered says nothing of the anatomy."""
        suggestion = self._case.suggestion
        if suggestion is not None and self._case.marks.roi is None:
            self._case.mark(self._case.marks.with_roi(suggestion.roi), tr("Place the ROI"))

    def start_again(self) -> None:
        """Remove the ROI; one is suggested or offered again."""
        self._case.mark(self._case.marks.with_roi(None), tr("Reset the ROI"))

    def _refresh(self) -> None:
        volume, placed, guidance = self._case.volume, self._case.marks.roi is not None, self._case.guidance
        target = guidance.area_cm2
        front, back, sides = (guidance.landmark(edge) for edge in ("front", "back", "sides"))
        self.hint.setText(tr("Front: {front}. Back: {back}. Sides: {sides}.", front=front, back=back, sides=sides))
        self.place.setEnabled(self._case.suggestion is not None and not placed)
        self.again.setEnabled(placed)
        if volume is None:
            show_value(self.area, tr("Area of the ROI"), tr("about {area:g} cm²", area=target))
        elif self._display.volume is volume:  # else the display is about to follow
            self._show_area(volume, guidance)

    def _show_area(self, volume: Volume, guidance: RoiGuidance) -> None:
        """On the slice on screen, as under the rectangle; where slices differ, from the smallest to the largest too."""
        roi, span = self._case.shown_roi(volume), self._case.marks.span
        positions: list[float] = volume.geometry.positions_mm.tolist()
        seen_at = [positions[self._display.index]]
        if len(roi.keys) > 1:
            seen_at += [mm for mm in positions if span is None or span.contains(mm)]
        area, *others = (volume.series.geometry.area_cm2(roi.at(mm)) for mm in seen_at)
        smallest, largest = min(others, default=area), max(others, default=area)
        target, (low, high) = guidance.area_cm2, guidance.usual_cm2
        if self._case.marks.roi is None:
            text = tr("offered: {area:.1f} cm² (usual: about {target:g})", area=area, target=target)
            if self._case.suggestion is not None:
                text = tr("suggested: {area:.1f} cm² (usual: about {target:g})", area=area, target=target)
        elif area < low:
            text = tr("{area:.1f} cm², unusually small (usual: about {target:g})", area=area, target=target)
        elif area > high:
            text = tr("{area:.1f} cm², unusually large (usual: about {target:g})", area=area, target=target)
        else:
            text = tr("{area:.1f} cm² (usual: about {target:g})", area=area, target=target)
        if f"{smallest:.1f}" != f"{largest:.1f}":
            text += "\n" + tr("{smallest:.1f} to {largest:.1f} cm² on all slices", smallest=smallest, largest=largest)
        show_value(self.area, tr("Area of the ROI"), text)
        self.area.setToolTip(tr("{low:g} to {high:g} cm² is usual.", low=low, high=high))
        style = f"font-weight: 600; color: {TEXT if low <= smallest and largest <= high else AMBER};"
        if style != self.area.styleSheet():  # setting it costs more than all else in a step of a drag
            self.area.setStyleSheet(style)
