"""The sagittal view: where in the stack we are, and the range to be judged."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPolygonF

from desktop.imaging.geometry import direction_letters
from desktop.imaging.volume import Volume
from desktop.viewer import overlay
from desktop.viewer.canvas import Canvas, grey_image
from desktop.viewer.case import Case, Marks
from desktop.viewer.cut import CutPlane, sagittal
from desktop.viewer.display import Display, Place
from desktop.viewer.drags import Drag, MarksDrag, SliceDrag
from desktop.viewer.theme import ACCENT, GRIP_PX, LINE, QUIET, SLICE_LINE

UPPER_END = "base of the sphenoid sinus"
LOWER_END = "lower end of the clivus"


class SagittalView(Canvas):
    """A cut along the crosshair's column; head up, front on the left."""

    def __init__(self, case: Case, display: Display) -> None:
        self._plane: tuple[Volume, CutPlane] | None = None
        self._hu: tuple[object, npt.NDArray[np.float32]] | None = None
        self._grey: tuple[object, QImage] | None = None
        super().__init__(case, display, "Sagittal view")

    def plane(self, volume: Volume) -> CutPlane:
        """Where the slices lie."""
        if self._plane is None or self._plane[0] is not volume:
            self._plane = volume, CutPlane.of(volume)
        return self._plane[1]

    def extent_mm(self) -> tuple[float, float]:
        if self.case.volume is None:
            return 0.0, 0.0
        plane = self.plane(self.case.volume)
        return plane.width_mm, plane.height_mm

    def place_at(self, point: QPointF) -> Place | None:
        volume = self.case.volume
        if volume is None:
            return None
        plane, at = self.plane(volume), self.to_plane(point)
        if not (0 <= at.x() < plane.width_mm and 0 <= at.y() < plane.height_mm):
            return None
        index = plane.nearest(at.y())
        row = plane.row_at(at.x(), index)
        column = self.display.cut[0]
        if not 0 <= row < volume.geometry.rows:
            return None
        return Place(index, plane.column_on(index, column, self.display.index), row)

    def line_y(self, position_mm: float) -> float:
        """Widget height of a position."""
        assert self.case.volume is not None
        return self.to_screen(0, self.plane(self.case.volume).y_of(position_mm)).y()

    # The mouse

    def left_drag(self, point: QPointF) -> Drag | None:
        volume = self.case.volume
        assert volume is not None
        grip = self._grip_at(point, volume)
        if grip == "slice":
            return SliceDrag(self.display, self._index_at)
        if grip is None:
            return None

        def marks_at(point: QPointF) -> Marks:
            marks = self.case.marks
            position = float(volume.geometry.positions_mm[self._index_at(point)])
            if grip == "low":
                return marks.with_low(min(position, marks.high_mm) if marks.high_mm is not None else position)
            return marks.with_high(max(position, marks.low_mm) if marks.low_mm is not None else position)

        return MarksDrag(self.case, "Move end of range", marks_at)

    def hover(self, point: QPointF) -> None:
        if self.case.volume is not None:
            held = self._grip_at(point, self.case.volume) is not None
            self.setCursor(Qt.CursorShape.SplitVCursor if held else Qt.CursorShape.CrossCursor)

    def _index_at(self, point: QPointF) -> int:
        assert self.case.volume is not None
        return self.plane(self.case.volume).nearest(self.to_plane(point).y())

    def _grip_at(self, point: QPointF, volume: Volume) -> str | None:
        marks = self.case.marks
        lines = {"high": marks.high_mm, "low": marks.low_mm}
        lines["slice"] = float(volume.geometry.positions_mm[self.display.index])
        far = {name: abs(self.line_y(position) - point.y()) for name, position in lines.items() if position is not None}
        nearest = min(far, key=lambda name: far[name])
        return nearest if far[nearest] <= GRIP_PX else None

    # Drawing

    def paint_picture(self, painter: QPainter) -> None:
        volume = self.case.volume
        assert volume is not None
        plane = self.plane(volume)
        picture = self.screen_rect(0, 0, plane.width_mm, plane.height_mm)
        painter.drawImage(picture, self._grey_of(volume, plane))
        for y, height in plane.gaps():
            gap = self.screen_rect(0, y, plane.width_mm, height)
            painter.fillRect(gap, QBrush(QColor(LINE), Qt.BrushStyle.BDiagPattern))
        self._paint_roi(painter, volume, plane)
        self._paint_range(painter, picture)
        self._paint_slice(painter, volume, plane, picture)
        down, normal = np.asarray(volume.geometry.down), volume.geometry.normal
        overlay.letters(
            painter,
            QRectF(self.rect()),
            direction_letters(-down),
            direction_letters(down),
            direction_letters(normal),
            direction_letters(-normal),
        )
        overlay.scale_bar(painter, QRectF(self.rect()), self.zoom)
        if self.display.text_shown:
            tilt = volume.geometry.gantry_tilt_deg
            lines = [f"tilt {tilt:.1f}°, corrected" if abs(tilt) >= 0.05 else ""]
            overlay.corner(painter, QRectF(self.rect()), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, lines)

    def _grey_of(self, volume: Volume, plane: CutPlane) -> QImage:
        column = int(plane.column_on(0, self.display.cut[0], self.display.index))
        where = (volume, column)
        if self._hu is None or self._hu[0] != where:
            self._hu = where, sagittal(volume, plane, self.display.cut[0], self.display.index)
        key = (where, self.display.window)
        if self._grey is None or self._grey[0] != key:
            self._grey = key, grey_image(self._hu[1], self.display)
        return self._grey[1]

    def _paint_roi(self, painter: QPainter, volume: Volume, plane: CutPlane) -> None:
        """What will be judged: the ROI's depth over the range."""
        span = self.case.marks.span
        if self.case.marks.roi is None or span is None:
            return
        _, row, _, height = volume.rectangle_to_standard(self.case.marks.roi.rectangle)
        fronts, backs = [], []
        for index, position in enumerate(plane.positions_mm):
            if span.contains(float(position)):
                x, y = float(plane.starts_mm[index]) + row * plane.row_mm, plane.y_of(float(position))
                fronts.append(self.to_screen(x, y))
                backs.append(self.to_screen(x + height * plane.row_mm, y))
        fill = QColor(ACCENT)
        fill.setAlpha(28)
        painter.setPen(QPen(QColor(ACCENT), 1, Qt.PenStyle.DotLine))
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([*fronts, *reversed(backs)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_range(self, painter: QPainter, picture: QRectF) -> None:
        marks = self.case.marks
        below, above = Qt.AlignmentFlag.AlignBottom, Qt.AlignmentFlag.AlignTop
        for position, name, align in ((marks.high_mm, UPPER_END, below), (marks.low_mm, LOWER_END, above)):
            if position is None:
                continue
            y = self.line_y(position)
            painter.setPen(QPen(QColor(ACCENT), 1.8))
            painter.drawLine(QPointF(picture.left(), y), QPointF(picture.right(), y))
            box = QRectF(overlay.MARGIN + 14, y - 22 if align == below else y + 2, self.width() - 30, 20)
            overlay.halo_text(painter, box, Qt.AlignmentFlag.AlignLeft | align, name, ACCENT)
        if marks.low_mm is None or marks.high_mm is None:
            hint = "mark the range:  ]  upper end,  [  lower end"
            area = QRectF(self.rect()).adjusted(0, 32, 0, 0)
            overlay.halo_text(painter, area, Qt.AlignmentFlag.AlignHCenter | above, hint, QUIET)

    def _paint_slice(self, painter: QPainter, volume: Volume, plane: CutPlane, picture: QRectF) -> None:
        y = self.line_y(float(volume.geometry.positions_mm[self.display.index]))
        painter.setPen(QPen(QColor(SLICE_LINE), 1))
        painter.drawLine(QPointF(picture.left(), y), QPointF(picture.right(), y))
        if self.display.crosshair_shown:
            index = self.display.index
            x = self.to_screen(float(plane.starts_mm[index]) + self.display.cut[1] * plane.row_mm, 0).x()
            painter.drawLine(QPointF(x, picture.top()), QPointF(x, picture.bottom()))
