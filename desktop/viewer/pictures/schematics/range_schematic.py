"""Where the range belongs, and where in it the slice on screen lies."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from desktop.messages import message, shown, tr
from desktop.reading.landmarks import LOWER_END, UPPER_END
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.level import fallen_mm, level_words
from desktop.viewer.pictures.halo import Align
from desktop.viewer.pictures.schematics.sagittal import LOWER_MM, SAGITTAL, UPPER_MM
from desktop.viewer.pictures.schematics.schematic import SchematicView
from desktop.viewer.theme import IMAGE_TEXT, MARKED, QUIET, SLICE_LINE, SUGGESTED

_BAND_ALPHA = 46
_ARROW_PX = 5
_TEXT_PX, _MARGIN_PX = 18, 5


class RangeSchematic(SchematicView):
    """The skull base from the side with both ends of the range, and the slice on screen as a line."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__(SAGITTAL)
        self._case, self._display = case, display
        self._drawn: object = None
        self.setAccessibleDescription(
            tr(
                "The skull base from the side, front on the left. The range reaches from the base of the sphenoid "
                "sinus down to the lower end of the clivus, which is the front edge of the foramen magnum."
            )
        )
        for signal in (case.marked, display.changed):
            signal.connect(self._refresh)
        self._refresh()

    @property
    def place(self) -> str:
        """Where the slice on screen lies, in words."""
        position = self._position_mm
        if position is None:
            return tr("No series is open.")
        words = level_words(self._case.shown_marks, position)
        if words is None:
            return tr("The slice is shown here once an end of the range is set.")
        if not self._marked:
            words = message("{place}, as suggested", place=words)
        return tr("Slice {number}: {place}", number=self._display.index + 1, place=words)

    @property
    def line_mm(self) -> float | None:
        """How far down in the drawing the slice on screen lies; None while that is not known."""
        position = self._position_mm
        fallen = None if position is None else fallen_mm(self._case.shown_marks, position, LOWER_MM - UPPER_MM)
        return None if fallen is None else UPPER_MM + fallen

    @property
    def _position_mm(self) -> float | None:
        volume = self._display.volume
        return None if volume is None else float(volume.geometry.positions_mm[self._display.index])

    @property
    def _marked(self) -> bool:
        marks = self._case.marks
        return marks.low_mm is not None or marks.high_mm is not None

    def _refresh(self) -> None:
        drawn = self.line_mm, self.place, self._case.marks.low_mm, self._case.marks.high_mm, self._case.suggestion
        if drawn != self._drawn:
            self._drawn = drawn
            self.setAccessibleName(tr("Drawing of the range: {place}", place=self.place))
            self.update()

    def draw_marks(self, painter: QPainter) -> None:
        placed, whole = self.placed, QRectF(self.rect())
        upper, lower = (placed.map(QPointF(0, mm)).y() for mm in (UPPER_MM, LOWER_MM))
        if self._case.shown_marks.span is not None:
            band = QColor(MARKED if self._case.marks.span is not None else SUGGESTED)
            band.setAlpha(_BAND_ALPHA)
            painter.fillRect(QRectF(0, upper, whole.width(), lower - upper), band)
        marks, shown_marks = self._case.marks, self._case.shown_marks
        ends = (
            (upper, UPPER_END, marks.high_mm, shown_marks.high_mm, Align.AlignRight),
            (lower, LOWER_END, marks.low_mm, shown_marks.low_mm, Align.AlignLeft),
        )
        names = []
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # level lines: sharper
        for y, landmark, marked, known, side in ends:
            colour = MARKED if marked is not None else SUGGESTED if known is not None else QUIET
            style = Qt.PenStyle.DashLine if marked is None else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(colour), 1.4, style))
            painter.drawLine(QPointF(0, y), QPointF(whole.width(), y))
            box = QRectF(_MARGIN_PX, y - _TEXT_PX - 1, whole.width() - 2 * _MARGIN_PX, _TEXT_PX)
            names.append((box, side | Align.AlignVCenter, shown(landmark), colour if known is not None else IMAGE_TEXT))
        self._draw_slice(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for name in names:
            self.write(painter, *name)

    def _draw_slice(self, painter: QPainter) -> None:
        """A line; an arrow at the margin where the slice lies beyond the drawing."""
        line = self.line_mm
        if line is None:
            return
        y, width = self.placed.map(QPointF(0, line)).y(), self.width()
        if 0 <= y <= self.height():
            for thickness, colour in ((4.0, QColor(0, 0, 0, 150)), (1.6, QColor(SLICE_LINE))):
                painter.setPen(QPen(colour, thickness))
                painter.drawLine(QPointF(1, y), QPointF(width - 1, y))
            return
        tip, way = (2.0, 1.6) if y < 0 else (self.height() - 2.0, -1.6)
        back = tip + way * _ARROW_PX
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
        painter.setBrush(QColor(SLICE_LINE))
        middle = width / 2
        corners = [QPointF(middle, tip), QPointF(middle - _ARROW_PX, back), QPointF(middle + _ARROW_PX, back)]
        painter.drawPolygon(QPolygonF(corners))
        painter.setBrush(Qt.BrushStyle.NoBrush)
