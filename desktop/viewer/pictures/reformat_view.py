"""The sagittal and the coronal view: where in the stack we are, and the range to be judged."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.imaging.reformat import Direction
from desktop.imaging.volume import Volume
from desktop.messages import tr
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.annotations import CornerText, ScaleBar, orientation_markers
from desktop.viewer.pictures.captions import patient_lines
from desktop.viewer.pictures.crosshair import CrosshairInReformat
from desktop.viewer.pictures.ct_image import ReformatImage
from desktop.viewer.pictures.gaps import Gap
from desktop.viewer.pictures.graphics import Item
from desktop.viewer.pictures.halo import Align
from desktop.viewer.pictures.landmark_points import LandmarkPoints
from desktop.viewer.pictures.planes import Plane, ReformatPlane
from desktop.viewer.pictures.range import range_items
from desktop.viewer.pictures.roi import RoiProfile
from desktop.viewer.pictures.tools import tool_items
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import QUIET, VIEW_COLOURS


class ReformatView(CtView):
    """The reformat through the crosshair; the sagittal one says in words what the range is, once is enough."""

    def __init__(self, case: Case, display: Display, direction: Direction) -> None:
        self.direction = direction
        name = tr("Sagittal view") if direction is Direction.SAGITTAL else tr("Coronal view")
        super().__init__(case, display, name, VIEW_COLOURS[direction.name.lower()])

    def lay_out(self, volume: Volume) -> tuple[Plane, Sequence[Item]]:
        plane = ReformatPlane(volume, self.display, self.direction)
        explains = self.direction is Direction.SAGITTAL
        left, *others = orientation_markers(self, plane.sides)
        return plane, [
            ReformatImage(self, plane),
            *(Gap(self, plane, y, height) for y, height in plane.cut.gaps()),
            RoiProfile(self, plane),
            *range_items(self, plane, explains, left.extent().right()),
            LandmarkPoints(self, plane),
            CrosshairInReformat(self, plane),
            left,
            *others,
            ScaleBar(self),
            CornerText(self, Align.AlignLeft | Align.AlignTop, lambda: self._about_series(volume)),
            *([CornerText(self, Align.AlignHCenter | Align.AlignTop, self._hint, QUIET, 24)] if explains else []),
            *tool_items(self, plane),
        ]

    def _about_series(self, volume: Volume) -> list[str]:
        tilt = volume.geometry.gantry_tilt_deg
        whose = patient_lines(volume.series, self.display, self.width(), self.font()) if self.alone else []
        return [*whose, tr("tilt {degrees:.1f}°, corrected", degrees=tilt) if abs(tilt) >= 0.05 else ""]

    def _hint(self) -> list[str]:
        marks = self.case.marks
        marked = marks.low_mm is not None and marks.high_mm is not None
        if marked or self.case.terms.in_study:
            return []
        if self.case.suggestion is not None:
            return [tr("suggested:  A  accepts, drag a line to move it")]
        return [tr("set the range:  ]  upper,  [  lower end")]
