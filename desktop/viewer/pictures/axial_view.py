"""The axial view: the slice with heat map, ROI, crosshair, measurements and texts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt

from desktop.imaging.volume import Volume
from desktop.messages import tr
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.labelling import label_of
from desktop.viewer.desk.presets import preset_name
from desktop.viewer.pictures.annotations import CornerText, ScaleBar, orientation_markers
from desktop.viewer.pictures.captions import series_lines
from desktop.viewer.pictures.crosshair import CrosshairLines, ReformatMark
from desktop.viewer.pictures.ct_image import SliceImage
from desktop.viewer.pictures.graphics import Item
from desktop.viewer.pictures.halo import Align
from desktop.viewer.pictures.heat_map import HeatMap
from desktop.viewer.pictures.landmark_points import LandmarkPoints
from desktop.viewer.pictures.moved_rectangles import MovedRectangles
from desktop.viewer.pictures.planes import AxialPlane, Plane
from desktop.viewer.pictures.roi import RoiRectangle
from desktop.viewer.pictures.roi_caption import RoiCaption
from desktop.viewer.pictures.tools import tool_items
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import QUIET, VIEW_COLOURS


class AxialView(CtView):
    """The slices as they were scanned, in the standard view."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__(case, display, tr("Axial view"), VIEW_COLOURS["axial"])

    def lay_out(self, volume: Volume) -> tuple[Plane, Sequence[Item]]:
        plane = AxialPlane(volume, self.display)
        rectangle = RoiRectangle(self, plane)
        return plane, [
            SliceImage(self, plane),
            HeatMap(self, plane),
            CrosshairLines(self, plane),
            *(ReformatMark(self, plane, side) for side in Qt.Edge),
            MovedRectangles(self, plane),
            rectangle,
            RoiCaption(self, rectangle),
            LandmarkPoints(self, plane, lambda: rectangle.shown),
            *orientation_markers(self, plane.sides),
            ScaleBar(self),
            CornerText(self, Align.AlignLeft | Align.AlignTop, lambda: self._about_slice(plane)),
            CornerText(self, Align.AlignRight | Align.AlignTop, self._about_window),
            CornerText(self, Align.AlignLeft | Align.AlignBottom, lambda: self._hints(plane), QUIET),
            *tool_items(self, plane),
        ]

    def _about_slice(self, plane: AxialPlane) -> list[str]:
        series = plane.volume.series
        thickness = series.slice_thickness_mm
        return [
            *series_lines(series, self.display, self.width(), self.font()),
            tr("slice {number} of {count}", number=self.display.index + 1, count=self.display.count),
            tr("position {position:.1f} mm", position=plane.position_mm),
            tr("thickness not stated") if thickness is None else tr("thickness {mm:g} mm", mm=thickness),
        ]

    def _about_window(self) -> list[str]:
        window, name = self.display.window, preset_name(self.display.window, self.case.model_window)
        return [tr("W {width:g}  L {level:g}", width=window.width, level=window.level), name]

    def _hints(self, plane: AxialPlane) -> list[str]:
        hints = []
        label = label_of(self.case, self.display.index)
        if label is not None:
            hints.append(tr("labelled: invasion is seen") if label else tr("labelled: no invasion"))
        if not self.case.judged_at(plane.position_mm):
            hints.append(tr("outside the range"))
        if self.case.result is not None and self.display.heat_hidden:
            hints.append(tr("heat map hidden"))
        elif self.case.result is not None and self.display.paper_map:
            hints.append(tr("Grad-CAM, each slice to its own maximum"))
        return hints
