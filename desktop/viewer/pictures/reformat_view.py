"""The sagittal and the coronal view: where in the stack we are, and the range to be judged."""

from __future__ import annotations

from enum import Enum

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPolygonF

from desktop.imaging.geometry import direction_letters
from desktop.imaging.reformat import CutPlane, Direction, cut_through
from desktop.imaging.volume import Volume
from desktop.viewer.desk.case import Case, Marks
from desktop.viewer.desk.display import Display, Place
from desktop.viewer.desk.patient_banner import patient_texts
from desktop.viewer.pictures import overlay
from desktop.viewer.pictures.canvas import Canvas, grey_image
from desktop.viewer.pictures.drags import Drag, MarksDrag, RangeEndDrag, SliceDrag
from desktop.viewer.theme import ACCENT, BACKGROUND, GRIP_PX, IMAGE_TEXT, LINE, QUIET, SLICE_LINE

UPPER_END = "base of the sphenoid sinus"
LOWER_END = "lower end of the clivus"

_HANDLE_PX = 14
"""Width and height of the handles at the left margin by which the ends of the range are dragged; each stands on the
outer side of its line, so that both can be taken hold of where the range is one slice."""


class Grip(Enum):
    """What a press in the view takes hold of."""

    HIGH = "upper end"
    LOW = "lower end"
    SLICE = "slice on screen"


class CutView(Canvas):
    """A cut along the crosshair's column, front on the left, or along its row, the patient's left on the right."""

    def __init__(self, case: Case, display: Display, direction: Direction) -> None:
        self.direction = direction
        self.alone = False
        """Whether no other view is there to say whose head this is."""
        self._planes: tuple[Volume, dict[Direction, CutPlane]] | None = None
        self._hu: tuple[object, npt.NDArray[np.float32]] | None = None
        self._grey: tuple[object, QImage] | None = None
        self._held: Grip | None = None
        super().__init__(case, display, f"{direction.name.capitalize()} view")

    def plane(self, volume: Volume) -> CutPlane:
        """Where the slices lie in this view."""
        return self._planes_of(volume)[self.direction]

    def _planes_of(self, volume: Volume) -> dict[Direction, CutPlane]:
        if self._planes is None or self._planes[0] is not volume:
            self._planes = volume, {direction: CutPlane.of(volume, direction) for direction in Direction}
        return self._planes[1]

    def _cut_on(self, index: int, volume: Volume) -> tuple[float, float]:
        """Column and row of the crosshair's upright line on slice `index`."""
        planes, cut, reference = self._planes_of(volume), self.display.cut, self.display.index
        column, row = (
            planes[direction].through_on(index, cut[direction.through], reference)
            for direction in (Direction.SAGITTAL, Direction.CORONAL)
        )
        return column, row

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
        along, through = plane.along_at(at.x(), index), self._cut_on(index, volume)[self.direction.through]
        if not 0 <= along < plane.along_count:
            return None
        column, row = (along, through) if self.direction is Direction.CORONAL else (through, along)
        return Place(index, column, row)

    @property
    def _explains(self) -> bool:
        """Whether this view says in words what the range is; once is enough."""
        return self.direction is Direction.SAGITTAL

    def line_y(self, position_mm: float) -> float:
        """Widget height of a position."""
        assert self.case.volume is not None
        return self.to_screen(0, self.plane(self.case.volume).y_of(position_mm)).y()

    # The mouse

    def left_drag(self, point: QPointF) -> Drag | None:
        volume = self.case.volume
        assert volume is not None
        grip = self.grip_at(point, volume)
        if grip is None:
            return None
        if grip is Grip.SLICE:
            return SliceDrag(self.display, self._index_at)
        positions, marks = volume.geometry.positions_mm, self.case.marks

        def index_at(point: QPointF) -> int:
            """An end stops at the other one."""
            index = self._index_at(point)
            other = marks.high_mm if grip is Grip.LOW else marks.low_mm
            if other is None:
                return index
            last = volume.geometry.nearest(other)
            return min(index, last) if grip is Grip.LOW else max(index, last)

        def marks_at(point: QPointF) -> Marks:
            position = float(positions[index_at(point)])
            if grip is Grip.LOW:
                return marks.with_low(position if marks.high_mm is None else min(position, marks.high_mm))
            return marks.with_high(position if marks.low_mm is None else max(position, marks.low_mm))

        return RangeEndDrag(MarksDrag(self.case, "Move end of range", marks_at), SliceDrag(self.display, index_at))

    def hover(self, point: QPointF) -> None:
        volume = self.case.volume
        held = None if volume is None else self.grip_at(point, volume)
        self.setCursor(Qt.CursorShape.CrossCursor if held is None else Qt.CursorShape.SplitVCursor)
        if held is not self._held:
            self._held = held
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._held = None
        self.update()

    def _index_at(self, point: QPointF) -> int:
        assert self.case.volume is not None
        return self.plane(self.case.volume).nearest(self.to_plane(point).y())

    def handles(self) -> dict[Grip, QRectF]:
        """Where the ends of the range can be taken hold of whatever else lies there, in widget pixels."""
        marks, size = self.case.marks, _HANDLE_PX
        found = {}
        if marks.high_mm is not None:
            found[Grip.HIGH] = QRectF(0, self.line_y(marks.high_mm) - size, size, size)
        if marks.low_mm is not None:
            found[Grip.LOW] = QRectF(0, self.line_y(marks.low_mm), size, size)
        return found

    def grip_at(self, point: QPointF, volume: Volume) -> Grip | None:
        """A handle first; then the line of the slice, which a hand that scrolls means; then the nearer end's line."""
        for grip, handle in self.handles().items():
            if handle.contains(point):
                return grip
        marks = self.case.marks

        def far(position_mm: float) -> float:
            return abs(self.line_y(position_mm) - point.y())

        if far(float(volume.geometry.positions_mm[self.display.index])) <= GRIP_PX:
            return Grip.SLICE
        ends = [
            (far(position), grip)
            for grip, position in ((Grip.HIGH, marks.high_mm), (Grip.LOW, marks.low_mm))
            if position is not None and far(position) <= GRIP_PX
        ]
        return min(ends, key=lambda end: end[0])[1] if ends else None

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
        overlay.letters(
            painter,
            QRectF(self.rect()),
            direction_letters(-plane.level),
            direction_letters(plane.level),
            direction_letters(plane.upright),
            direction_letters(-plane.upright),
        )
        overlay.scale_bar(painter, QRectF(self.rect()), self.zoom)
        if self.display.text_shown:
            tilt = volume.geometry.gantry_tilt_deg
            whose = patient_texts(volume.series.patient) if self.alone else []
            lines = overlay.flowing(painter, whose, QRectF(self.rect()))
            lines.append(f"tilt {tilt:.1f}°, corrected" if abs(tilt) >= 0.05 else "")
            overlay.corner(painter, QRectF(self.rect()), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, lines)

    def _grey_of(self, volume: Volume, plane: CutPlane) -> QImage:
        through = self._cut_on(0, volume)[self.direction.through]
        where = (volume, int(np.floor(through)))
        if self._hu is None or self._hu[0] != where:
            self._hu = where, cut_through(volume, plane, through, 0)
        key = (where, self.display.window)
        if self._grey is None or self._grey[0] != key:
            self._grey = key, grey_image(self._hu[1], self.display.window)
        return self._grey[1]

    def _paint_roi(self, painter: QPainter, volume: Volume, plane: CutPlane) -> None:
        """What will be judged: the ROI's depth or width over the range."""
        span = self.case.marks.span
        if self.case.marks.roi is None or span is None:
            return
        firsts, lasts = [], []
        for index, position in enumerate(plane.positions_mm):
            if span.contains(float(position)):
                rectangle = volume.rectangle_to_standard(self.case.marks.roi.at(float(position)))
                first, size = rectangle[self.direction.along], rectangle[2 + self.direction.along]
                y = plane.y_of(float(position))
                firsts.append(self.to_screen(plane.x_of(index, first), y))
                lasts.append(self.to_screen(plane.x_of(index, first + size), y))
        fill = QColor(ACCENT)
        fill.setAlpha(28)
        painter.setPen(QPen(QColor(ACCENT), 1, Qt.PenStyle.DotLine))
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([*firsts, *reversed(lasts)]))
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
            if not self._explains:
                continue
            box = QRectF(_HANDLE_PX + overlay.MARGIN, y - 22 if align == below else y + 2, self.width() - 30, 20)
            overlay.halo_text(painter, box, Qt.AlignmentFlag.AlignLeft | align, name, ACCENT)
        for grip, handle in self.handles().items():
            painter.setPen(QPen(QColor(BACKGROUND), 1))
            painter.setBrush(QColor(IMAGE_TEXT if grip is self._held else ACCENT))
            inner, outer = (handle.bottom(), handle.top()) if grip is Grip.HIGH else (handle.top(), handle.bottom())
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(handle.left(), outer),
                        QPointF(handle.center().x(), outer),
                        QPointF(handle.right(), inner),
                        QPointF(handle.left(), inner),
                    ]
                )
            )
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._explains and (marks.low_mm is None or marks.high_mm is None):
            hint = "mark the range:  ]  upper end,  [  lower end"
            area = QRectF(self.rect()).adjusted(0, 32, 0, 0)
            overlay.halo_text(painter, area, Qt.AlignmentFlag.AlignHCenter | above, hint, QUIET)

    def _paint_slice(self, painter: QPainter, volume: Volume, plane: CutPlane, picture: QRectF) -> None:
        y = self.line_y(float(volume.geometry.positions_mm[self.display.index]))
        painter.setPen(QPen(QColor(SLICE_LINE), 1))
        painter.drawLine(QPointF(picture.left(), y), QPointF(picture.right(), y))
        if self.display.crosshair_shown:
            # Where the other view is cut: upright, or leaning as the slices do.
            line = [
                self.to_screen(
                    plane.x_of(index, self._cut_on(index, volume)[self.direction.along]), plane.y_of(float(position))
                )
                for index, position in enumerate(plane.positions_mm)
            ]
            painter.drawPolyline(QPolygonF(line))
