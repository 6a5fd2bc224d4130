"""The axial view: CT, heat map, ROI, distances, letters, scale bar and texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from desktop.imaging.geometry import Rectangle, direction_letters
from desktop.imaging.volume import Volume
from desktop.inference.result import Result
from desktop.reading.roi import USUAL_AREA_CM2
from desktop.viewer.desk.case import LEAST_SIDE_MM, Case, Marks
from desktop.viewer.desk.display import Display, Place
from desktop.viewer.desk.patient_banner import patient_texts
from desktop.viewer.desk.presets import preset_name
from desktop.viewer.pictures import overlay, rectangle
from desktop.viewer.pictures.canvas import Canvas, grey_image
from desktop.viewer.pictures.drags import Drag, MarksDrag
from desktop.viewer.pictures.heat import heat_image
from desktop.viewer.theme import ACCENT, AMBER, IMAGE_TEXT, QUIET

LANDMARKS = {
    "front": "pterygoid process",
    "back": "posterior end of the clivus",
    "sides": "internal carotid artery",
}
"""What names each edge of the ROI (paper, "Image preprocessing"); "sides" in the singular, for one edge."""

NO_DESCRIPTION = "(series without a description)"

_LEAST_LABELLED_PX = 40
"""A rectangle smaller than this on screen is drawn without its landmarks."""


@dataclass(frozen=True)
class Distance:
    """A measured line on the slice at a position, between plane points in mm."""

    position_mm: float
    start: QPointF
    end: QPointF

    @property
    def mm(self) -> float:
        """Its length."""
        return QLineF(self.start, self.end).length()


class AxialView(Canvas):
    """The slices as they were cut, in the standard view."""

    invitation = "Open a folder with a head CT: Ctrl+O, or drop it here.\nF1 shows all keys."

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__(case, display, "Axial view")
        self.distances: list[Distance] = []
        self._held = rectangle.NONE
        self._grey: tuple[object, QImage] | None = None
        self._heat: tuple[object, QImage] | None = None
        case.opened.connect(self._forget_distances)

    # Places

    def extent_mm(self) -> tuple[float, float]:
        volume = self.case.volume
        if volume is None:
            return 0.0, 0.0
        geometry = volume.geometry
        return geometry.columns * geometry.column_mm, geometry.rows * geometry.row_mm

    def place_at(self, point: QPointF) -> Place | None:
        volume = self.case.volume
        if volume is None:
            return None
        plane, geometry = self.to_plane(point), volume.geometry
        column, row = plane.x() / geometry.column_mm, plane.y() / geometry.row_mm
        inside = 0 <= column < geometry.columns and 0 <= row < geometry.rows
        return Place(self.display.index, column, row) if inside else None

    def screen_of(self, column: float, row: float) -> QPointF:
        """Widget point of a place counted in pixels from the image's outer corner."""
        assert self.case.volume is not None
        geometry = self.case.volume.geometry
        return self.to_screen(column * geometry.column_mm, row * geometry.row_mm)

    @property
    def position_mm(self) -> float:
        """Position of the slice on screen."""
        assert self.case.volume is not None
        return float(self.case.volume.geometry.positions_mm[self.display.index])

    def screen_of_roi(self, volume: Volume) -> QRectF:
        """Widget rectangle of the ROI, or of the one offered."""
        stored = self.case.shown_roi(volume).at(self.position_mm)
        return self._screen_of_rectangle(volume.rectangle_to_standard(stored), volume)

    def _screen_of_rectangle(self, shown: Rectangle, volume: Volume) -> QRectF:
        column, row, width, height = shown
        across, down = volume.geometry.column_mm, volume.geometry.row_mm
        return self.screen_rect(column * across, row * down, width * across, height * down)

    # The mouse

    def left_drag(self, point: QPointF) -> Drag | None:
        volume = self.case.volume
        assert volume is not None
        if self.display.measuring:
            return _DistanceDrag(self, point)
        edges = rectangle.edges_at(point, self.screen_of_roi(volume))
        return None if edges == rectangle.NONE else self._roi_drag(volume, edges, point)

    def _roi_drag(self, volume: Volume, edges: rectangle.Edge, start: QPointF) -> Drag:
        geometry = volume.geometry
        roi, position_mm = self.case.shown_roi(volume), self.position_mm
        shown = volume.rectangle_to_standard(roi.at(position_mm))
        least = (LEAST_SIDE_MM / geometry.column_mm, LEAST_SIDE_MM / geometry.row_mm)
        self._held = edges

        def marks_at(point: QPointF) -> Marks:
            way = (point - start) / self.zoom
            moved = rectangle.dragged(
                shown,
                edges,
                way.x() / geometry.column_mm,
                way.y() / geometry.row_mm,
                geometry.columns,
                geometry.rows,
                least,
            )
            return self.case.marks.with_roi(roi.with_rectangle(position_mm, volume.rectangle_to_stored(moved)))

        return MarksDrag(self.case, "Move ROI" if edges == rectangle.Edge.ALL else "Resize ROI", marks_at)

    def hover(self, point: QPointF) -> None:
        if self.case.volume is None:
            return
        edges = rectangle.NONE
        if not self.display.measuring:
            edges = rectangle.edges_at(point, self.screen_of_roi(self.case.volume))
        self.setCursor(rectangle.cursor_shape(edges))
        if edges != self._held:
            self._held = edges
            self.update()

    def _forget_distances(self) -> None:
        self.distances.clear()

    # Drawing

    def paint_picture(self, painter: QPainter) -> None:
        volume = self.case.volume
        assert volume is not None
        width, height = self.extent_mm()
        painter.drawImage(self.screen_rect(0, 0, width, height), self._grey_of(volume))
        result = self.case.result
        if result is not None and not self.display.heat_held_back:
            self._paint_heat(painter, volume, result)
        self._paint_cut(painter)
        self._paint_roi(painter, volume)
        self._paint_distances(painter)
        area = QRectF(self.rect())
        across, down = np.asarray(volume.geometry.across), np.asarray(volume.geometry.down)
        overlay.letters(
            painter,
            area,
            direction_letters(-across),
            direction_letters(across),
            direction_letters(-down),
            direction_letters(down),
        )
        overlay.scale_bar(painter, area, self.zoom)
        if self.display.text_shown:
            self._paint_texts(painter, area, volume)

    def _grey_of(self, volume: Volume) -> QImage:
        key = (volume, self.display.index, self.display.window)
        if self._grey is None or self._grey[0] != key:
            self._grey = key, grey_image(volume.hu[self.display.index], self.display.window)
        return self._grey[1]

    def _paint_heat(self, painter: QPainter, volume: Volume, result: Result) -> None:
        row = self.display.index - result.slices[0].index
        if not 0 <= row < len(result.slices):
            return
        key = (result, row)
        if self._heat is None or self._heat[0] != key:
            self._heat = key, heat_image(result.maps[row], result.map_scale)
        painter.save()
        painter.setOpacity(self.display.heat_opacity)
        painter.drawImage(self._screen_of_rectangle(result.region.rectangles[row], volume), self._heat[1])
        painter.restore()

    def _paint_cut(self, painter: QPainter) -> None:
        """The crosshair while it is moved; else small marks at the sides where the other views are cut."""
        at = self.screen_of(*self.display.cut)
        colour = QColor(ACCENT)
        if self.display.crosshair_shown:
            colour.setAlpha(150)
            painter.setPen(QPen(colour, 1))
            painter.drawLine(QPointF(at.x(), 0), QPointF(at.x(), self.height()))
            painter.drawLine(QPointF(0, at.y()), QPointF(self.width(), at.y()))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for y, way in ((0.0, 7.0), (float(self.height()), -7.0)):
            x = at.x()
            painter.drawPolygon(QPolygonF([QPointF(x - 4, y), QPointF(x + 4, y), QPointF(x, y + way)]))
        for x, way in ((0.0, 7.0), (float(self.width()), -7.0)):
            y = at.y()
            painter.drawPolygon(QPolygonF([QPointF(x, y - 4), QPointF(x, y + 4), QPointF(x + way, y)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_roi(self, painter: QPainter, volume: Volume) -> None:
        marks = self.case.marks
        shown = self.screen_of_roi(volume)
        area = volume.series.geometry.area_cm2(self.case.shown_roi(volume).at(self.position_mm))
        usual = USUAL_AREA_CM2[0] <= area <= USUAL_AREA_CM2[1]
        colour = QColor(ACCENT if usual else AMBER)
        if not self._in_range(volume):
            colour.setAlpha(120)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 3.5))
        painter.drawRect(shown)
        style = Qt.PenStyle.SolidLine if marks.roi is not None else Qt.PenStyle.DashLine
        painter.setPen(QPen(colour, 1.6, style))
        painter.drawRect(shown)
        painter.setPen(QPen(colour, 4))
        for edge, line in _sides(shown):
            if edge in self._held and self._held != rectangle.Edge.ALL:
                painter.drawLine(line)
        labelled = min(shown.width(), shown.height()) >= _LEAST_LABELLED_PX
        if labelled:
            self._paint_landmarks(painter, shown, colour)
        text = f"{area:.1f} cm²" if marks.roi is not None else f"offered, {area:.1f} cm²: drag it into place"
        below = QRectF(shown.center().x() - 200, shown.bottom() + (21 if labelled else 3), 400, 20)
        overlay.halo_text(painter, below, _Align.AlignHCenter | _Align.AlignTop, text, colour)

    def _in_range(self, volume: Volume) -> bool:
        span = self.case.marks.span
        return span is None or span.contains(self.position_mm)

    def _paint_landmarks(self, painter: QPainter, shown: QRectF, colour: QColor) -> None:
        """Each edge named by its landmark, outside the rectangle."""
        # In a short rectangle the upright names would cross the level ones: they show when a side is meant.
        upright = painter.fontMetrics().horizontalAdvance(LANDMARKS["sides"])
        fits = upright <= shown.height() + 2 * overlay.MARGIN
        side_meant = self._held != rectangle.Edge.ALL and bool(
            self._held & (rectangle.Edge.LEFT | rectangle.Edge.RIGHT)
        )
        if fits or not side_meant:
            wide = QRectF(shown.center().x() - 200, shown.top() - 22, 400, 20)
            overlay.halo_text(painter, wide, _Align.AlignHCenter | _Align.AlignBottom, LANDMARKS["front"], colour)
            wide.moveTop(shown.bottom() + 3)
            overlay.halo_text(painter, wide, _Align.AlignHCenter | _Align.AlignTop, LANDMARKS["back"], colour)
        if fits or side_meant:
            for x, turn in ((shown.left() - 4, -90), (shown.right() + 4, 90)):
                painter.save()
                painter.translate(x, shown.center().y())
                painter.rotate(turn)
                beside = QRectF(-150, -20, 300, 20)
                overlay.halo_text(painter, beside, _Align.AlignHCenter | _Align.AlignBottom, LANDMARKS["sides"], colour)
                painter.restore()

    def _paint_distances(self, painter: QPainter) -> None:
        for distance in self.distances:
            if distance.position_mm != self.position_mm:
                continue
            start, end = (self.to_screen(p.x(), p.y()) for p in (distance.start, distance.end))
            for width, colour in ((3.5, QColor(0, 0, 0, 170)), (1.5, QColor(IMAGE_TEXT))):
                painter.setPen(QPen(colour, width))
                painter.drawLine(start, end)
            for point in (start, end):
                painter.drawEllipse(point, 3, 3)
            box = QRectF(end.x() + 8, end.y() - 10, 90, 20)
            overlay.halo_text(painter, box, _Align.AlignLeft | _Align.AlignVCenter, f"{distance.mm:.1f} mm")

    def _paint_texts(self, painter: QPainter, area: QRectF, volume: Volume) -> None:
        display, series = self.display, volume.series
        thickness = series.slice_thickness_mm
        whose = patient_texts(series.patient)
        upper_left = [
            *overlay.flowing(painter, whose, area),
            series.description or NO_DESCRIPTION,
            f"slice {display.index + 1} of {display.count}",
            f"position {self.position_mm:.1f} mm",
            f"thickness {thickness:g} mm" if thickness is not None else "thickness not stated",
        ]
        name = preset_name(display.window)
        upper_right = [f"W {display.window.width:g}  L {display.window.level:g}", name]
        overlay.corner(painter, area, _Align.AlignLeft | _Align.AlignTop, upper_left)
        overlay.corner(painter, area, _Align.AlignRight | _Align.AlignTop, upper_right)
        hints = []
        if not self._in_range(volume):
            hints.append("outside the range")
        if display.measuring:
            hints.append("distance: drag a line, Esc ends")
        if self.case.result is not None and display.heat_held_back:
            hints.append("heat map hidden")
        bottom = area.adjusted(overlay.MARGIN, 0, -overlay.MARGIN, -overlay.MARGIN)
        overlay.halo_text(painter, bottom, _Align.AlignLeft | _Align.AlignBottom, "\n".join(hints), QUIET)


class _DistanceDrag:
    """Measuring: one line per drag."""

    def __init__(self, view: AxialView, start: QPointF) -> None:
        self._view, self._start, self._before = view, view.to_plane(start), list(view.distances)

    def move(self, point: QPointF) -> None:
        line = Distance(self._view.position_mm, self._start, self._view.to_plane(point))
        self._view.distances = [*self._before, line]
        self._view.update()

    def finish(self) -> None:
        self._view.display.set_measuring(False)

    def cancel(self) -> None:
        self._view.distances = self._before
        self._view.update()


_Align = Qt.AlignmentFlag


def _sides(shown: QRectF) -> tuple[tuple[rectangle.Edge, QLineF], ...]:
    return (
        (rectangle.Edge.FRONT, QLineF(shown.topLeft(), shown.topRight())),
        (rectangle.Edge.BACK, QLineF(shown.bottomLeft(), shown.bottomRight())),
        (rectangle.Edge.LEFT, QLineF(shown.topLeft(), shown.bottomLeft())),
        (rectangle.Edge.RIGHT, QLineF(shown.topRight(), shown.bottomRight())),
    )
