"""Distances: the tool that measures them, and the measurements as lines in the patient that every view shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen

from desktop.messages import tr
from desktop.reading.measurement import Measurement, Point
from desktop.viewer.desk.case import Case, Marks
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.drags import MarksDrag
from desktop.viewer.pictures.graphics import Drag, Drawn, Item
from desktop.viewer.pictures.halo import Align, halo_text, text_area
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import Plane
from desktop.viewer.pictures.tool import Tool
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import ACCENT, GRIP_PX, IMAGE_TEXT

_END_PX = 3
_ASIDE_ALPHA = 150


class Measure(Tool):
    """Makes a measurement of the next left drag, wherever in the view it begins."""

    name = "measure"

    def __init__(self, view: CtView, plane: Plane) -> None:
        self._case, self._plane = view.case, plane
        super().__init__(view, view.display)

    def hint(self) -> str:
        return tr("distance: drag a line, Esc ends")

    def drag_from(self, point: QPointF) -> Drag | None:
        start, before = self._patient_at(point), self._case.marks

        def marks_at(to: QPointF) -> Marks:
            measurement = Measurement(start, self._patient_at(to))
            self._display.chosen = measurement
            return replace(before, measurements=(*before.measurements, measurement))

        return _MeasureDrag(self._case, self._display, marks_at)

    def _patient_at(self, point: QPointF) -> Point:
        return self._plane.patient_at(self.view.to_plane(point))


class _MeasureDrag(MarksDrag):
    """One line per drag: the tool is put away with it."""

    def __init__(self, case: Case, display: Display, marks_at: Callable[[QPointF], Marks]) -> None:
        super().__init__(case, tr("Measure"), marks_at)
        self._display = display

    def finish(self) -> None:
        super().finish()
        self._display.use_tool("")


class Measurements(Drawn):
    """All measurements of the case, each an item of its own."""

    def __init__(self, view: CtView, plane: Plane) -> None:
        self._ct_view, self._plane = view, plane
        self._lines: list[MeasuredLine] = []
        super().__init__(view, Order.MEASUREMENT)

    def state(self) -> object:
        return self._ct_view.case.marks.measurements

    def extent(self) -> QRectF:
        return QRectF()

    def draw(self, painter: QPainter) -> None:
        """Nothing of its own."""

    def refresh(self) -> None:
        super().refresh()
        while len(self._lines) < len(self._ct_view.case.marks.measurements):
            line = MeasuredLine(self._ct_view, len(self._lines), self._plane)
            line.setParentItem(self)
            self._lines.append(line)
        for line in self._lines:
            line.refresh()
        self.said = ", ".join(line.said for line in self._lines if line.said)


class MeasuredLine(Drawn):
    """Measurement `number` of the case: a line with its length where it lies in the plane shown, else a faint one."""

    hoverable = True

    def __init__(self, view: CtView, number: int, plane: Plane) -> None:
        self._case, self._display, self._number, self._plane = view.case, view.display, number, plane
        self._line = QLineF()
        self.in_plane = False
        """Whether it lies in the plane shown, so that its ends can be moved; else it passes through."""
        super().__init__(view, Order.MEASUREMENT)

    @property
    def measurement(self) -> Measurement:
        """The one that is drawn."""
        return self._case.marks.measurements[self._number]

    def state(self) -> object:
        if self._number >= len(self._case.marks.measurements):  # taken back
            return None
        measurement = self.measurement
        (start, before), (end, behind) = self._plane.seen(measurement.start), self._plane.seen(measurement.end)
        within = [abs(depth) <= self._plane.reach_mm for depth in (before, behind)]
        if not any(within) and before * behind > 0:
            return None
        self._line = QLineF(self.view.to_screen(start.x(), start.y()), self.view.to_screen(end.x(), end.y()))
        self.in_plane = all(within)
        return self._line.toTuple(), self.in_plane, measurement.mm, self._display.chosen == measurement

    def _text(self) -> tuple[QRectF, Align, str]:
        end = self._line.p2()
        text = tr("{length:.1f} mm", length=self.measurement.mm) if self.in_plane else ""
        return QRectF(end.x() + 8, end.y() - 10, 90, 20), Align.AlignLeft | Align.AlignVCenter, text

    def extent(self) -> QRectF:
        line = QRectF(self._line.p1(), self._line.p2()).normalized().adjusted(-6, -6, 6, 6)
        return line.united(text_area(*self._text(), self.view.font()))

    def words(self) -> str:
        return tr("distance: {length:.1f} mm", length=self.measurement.mm) if self.in_plane else ""

    def hit(self) -> QPainterPath:
        path = QPainterPath(self._line.p1())
        if not self.in_plane:
            return path
        path.lineTo(self._line.p2())
        stroker = QPainterPathStroker()
        stroker.setWidth(2 * GRIP_PX)
        stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
        return stroker.createStroke(path)

    def _ends_at(self, point: QPointF) -> tuple[bool, bool]:
        """Which ends are meant: the one under the point, else both."""
        start, end = QLineF(point, self._line.p1()).length(), QLineF(point, self._line.p2()).length()
        if min(start, end) > GRIP_PX:
            return True, True
        return start <= end, end < start

    def hover(self, point: QPointF | None) -> None:
        both = point is not None and all(self._ends_at(point))
        self.setCursor(Qt.CursorShape.SizeAllCursor if both else Qt.CursorShape.PointingHandCursor)

    def clicked(self, point: QPointF) -> bool:
        self._display.choose(self.measurement)
        return True

    def drag_from(self, point: QPointF) -> Drag | None:
        before, number, taken, measurement = self._case.marks, self._number, self._ends_at(point), self.measurement
        first = self._plane.patient_at(self.view.to_plane(point))

        def moved(end: Point, to: QPointF) -> Point:
            patient = self._plane.patient_at(self.view.to_plane(to))
            x, y, z = (old + now - then for old, now, then in zip(end, patient, first, strict=True))
            return x, y, z

        def marks_at(to: QPointF) -> Marks:
            ends = zip((measurement.start, measurement.end), taken, strict=True)
            changed = Measurement(*(moved(end, to) if one else end for end, one in ends))
            self._display.chosen = changed
            others = before.measurements
            return replace(before, measurements=(*others[:number], changed, *others[number + 1 :]))

        return MarksDrag(self._case, tr("Move measurement"), marks_at)

    def draw(self, painter: QPainter) -> None:
        chosen = self._display.chosen == self.measurement
        colour = QColor(ACCENT if chosen else IMAGE_TEXT)
        if not self.in_plane:
            colour.setAlpha(_ASIDE_ALPHA)
            painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
            painter.drawLine(self._line)
            return
        for width, ink in ((3.5, QColor(0, 0, 0, 170)), (1.5, colour)):
            painter.setPen(QPen(ink, width))
            painter.drawLine(self._line)
        for end in (self._line.p1(), self._line.p2()):
            painter.drawEllipse(end, _END_PX, _END_PX)
        halo_text(painter, *self._text(), ACCENT if chosen else IMAGE_TEXT)


def items(view: CtView, plane: Plane) -> list[Item]:
    """The measurements and the tool, for one view."""
    return [Measurements(view, plane), Measure(view, plane)]
