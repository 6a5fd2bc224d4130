"""Where the ROI belongs: its four edges, each named by its landmark."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop.messages import shown, tr
from desktop.viewer.desk.case import Case
from desktop.viewer.pictures.halo import Align
from desktop.viewer.pictures.schematics.axial import AXIAL, CAROTIDS_MM, ROI_MM
from desktop.viewer.pictures.schematics.schematic import SchematicView
from desktop.viewer.theme import IMAGE_TEXT, MARKED, SUGGESTED

_TEXT_PX, _MARGIN_PX = 18, 5


class RoiSchematic(SchematicView):
    """The skull base from below with the rectangle, in the colour that it has in the views."""

    def __init__(self, case: Case) -> None:
        super().__init__(AXIAL)
        self._case = case
        self._drawn: object = None
        for signal in (case.marked, case.judged):
            signal.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        drawn = self._case.guidance, self._colour, self._case.marks.roi is not None
        if drawn != self._drawn:
            self._drawn = drawn
            front, back, sides = self._landmarks
            self.setAccessibleName(tr("Drawing of the ROI"))
            self.setAccessibleDescription(
                tr(
                    "The skull base in an axial slice, front above, with the edges of the ROI. Front: {front}. "
                    "Back: {back}. Sides: {sides}.",
                    front=front,
                    back=back,
                    sides=sides,
                )
            )
            self.update()

    @property
    def _landmarks(self) -> tuple[str, str, str]:
        front, back, sides = (shown(self._case.guidance.landmark(edge)) for edge in ("front", "back", "sides"))
        return front, back, sides

    @property
    def _colour(self) -> str:
        if self._case.marks.roi is not None:
            return MARKED
        return IMAGE_TEXT if self._case.suggestion is None else SUGGESTED

    def draw_marks(self, painter: QPainter) -> None:
        placed, colour = self.placed, self._colour
        outline, whole = placed.mapRect(QRectF(*ROI_MM)), QRectF(self.rect()).adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0)
        style = Qt.PenStyle.DashLine if self._case.marks.roi is None else Qt.PenStyle.SolidLine
        for width, pen in ((3.5, QPen(QColor(0, 0, 0, 150), 3.5)), (1.6, QPen(QColor(colour), 1.6, style))):
            pen.setWidthF(width)
            painter.setPen(pen)
            painter.drawRect(outline)
        front, back, sides = self._landmarks
        wide = QRectF(whole.left(), outline.top() - _TEXT_PX - 1, whole.width(), _TEXT_PX)
        self.write(painter, wide, Align.AlignCenter, front, colour)
        wide.moveTop(outline.bottom() + 2)
        self.write(painter, wide, Align.AlignCenter, back, colour)
        left, right = (placed.map(QPointF(*at)) for at in CAROTIDS_MM)
        room = QRectF(QPointF(whole.left(), outline.top()), QPointF(outline.left() - 2 * _MARGIN_PX, left.y()))
        for align, artery in ((Align.AlignLeft, left), (Align.AlignRight, right)):
            if align is Align.AlignRight:
                room.moveRight(whole.right())
            taken = self.write(painter, room, align | Align.AlignVCenter, sides, colour)
            self.lead(painter, taken, artery, colour)
