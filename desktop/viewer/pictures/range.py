"""The range and the slice on screen in the reformats: lines across the picture, and handles at its margin."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from desktop.messages import shown, tr
from desktop.reading.landmarks import LOWER_END, UPPER_END
from desktop.viewer.desk.case import Marks
from desktop.viewer.pictures.drags import DragOfSeveral, MarksDrag, SliceDrag
from desktop.viewer.pictures.graphics import Drag, Drawn
from desktop.viewer.pictures.halo import MARGIN, Align, halo_text, text_area
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import ReformatPlane
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import BACKGROUND, GRIP_PX, IMAGE_TEXT, MARKED, SUGGESTED, VIEW_COLOURS

HANDLE_PX = 14
"""Width and height of a handle; it stands on the outer side of its line, so that both can be taken hold of where the
range is one slice."""


class End(Enum):
    """An end of the range."""

    HIGH = "upper"
    LOW = "lower"


class _Level(Drawn):
    """Something that lies at a slice, all across the picture, and is dragged up and down."""

    hoverable = True

    def __init__(self, view: CtView, plane: ReformatPlane, order: Order) -> None:
        self._case, self._display, self._plane = view.case, view.display, plane
        self.line = QLineF()
        """In pixels of the view."""
        super().__init__(view, order)
        self.setCursor(Qt.CursorShape.SplitVCursor)

    def position_mm(self) -> float | None:
        """Where it lies; None while it lies nowhere."""
        raise NotImplementedError

    def state(self) -> object:
        position = self.position_mm()
        if position is None:
            return None
        y, (width, _) = self._plane.cut.y_of(position), self._plane.size_mm
        self.line = QLineF(self.view.to_screen(0, y), self.view.to_screen(width, y))
        return self.line.toTuple()

    def extent(self) -> QRectF:
        return QRectF(self.line.p1(), self.line.p2()).adjusted(-2, -2, 2, 2)

    def hit(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(0, self.line.y1() - GRIP_PX, self.view.width(), 2 * GRIP_PX)
        return path

    def index_at(self, point: QPointF) -> int:
        """The slice nearest to a pixel of the view."""
        return self._plane.cut.nearest(self.view.to_plane(point).y())


class SliceLine(_Level):
    """The slice on screen. It lies over the range's lines: a hand that scrolls means the slice."""

    def __init__(self, view: CtView, plane: ReformatPlane) -> None:
        super().__init__(view, plane, Order.SLICE_LINE)

    def position_mm(self) -> float | None:
        return float(self._plane.cut.positions_mm[self._display.index])

    def drag_from(self, point: QPointF) -> Drag | None:
        return SliceDrag(self._display, self.index_at)

    def draw(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(VIEW_COLOURS["axial"]), 1))
        painter.drawLine(self.line)


class _RangeEnd(_Level):
    """What an end of the range is dragged by."""

    def __init__(self, view: CtView, plane: ReformatPlane, end: End, order: Order) -> None:
        self.end = end
        super().__init__(view, plane, order)

    def position_mm(self) -> float | None:
        return self._ends()[0]

    def _ends(self) -> tuple[float | None, float | None]:
        """This end's position and the other one's, as marked or as suggested."""
        marks = self._case.shown_marks
        return (marks.high_mm, marks.low_mm) if self.end is End.HIGH else (marks.low_mm, marks.high_mm)

    @property
    def marked(self) -> bool:
        """Whether the reader has marked it; else it is suggested."""
        marks = self._case.marks
        return (marks.high_mm if self.end is End.HIGH else marks.low_mm) is not None

    def drag_from(self, point: QPointF) -> Drag | None:
        """The slice that becomes the end is shown as it does. An end that is given stays."""
        if self._case.terms.in_study:
            return None
        positions, marks, other_mm = self._plane.cut.positions_mm, self._case.marks, self._ends()[1]
        limit = None if other_mm is None else self._plane.volume.geometry.nearest(other_mm)

        def index_at(to: QPointF) -> int:
            """An end stops at the other one."""
            index = self.index_at(to)
            if limit is None:
                return index
            return max(index, limit) if self.end is End.HIGH else min(index, limit)

        def marks_at(to: QPointF) -> Marks:
            position = float(positions[index_at(to)])
            return marks.with_high(position) if self.end is End.HIGH else marks.with_low(position)

        drag = MarksDrag(self._case, tr("Move end of range"), marks_at)
        return DragOfSeveral(drag, SliceDrag(self._display, index_at))


class RangeLine(_RangeEnd):
    """An end of the range, named by its landmark where a name is asked for: until there is a result, then under the
    pointer."""

    def __init__(self, view: CtView, plane: ReformatPlane, end: End, name: str = "", clear_of_px: float = 0) -> None:
        self._name, self._clear_of_px = name, clear_of_px
        self._meant = False
        super().__init__(view, plane, end, Order.RANGE_LINE)

    def state(self) -> object:
        state = super().state()
        return None if state is None else (state, self._ends()[1], self.marked, self._shown_name)

    def hover(self, point: QPointF | None) -> None:
        self._meant = point is not None
        self.refresh()

    @property
    def _shown_name(self) -> str:
        return self._name if self._meant or self._case.result is None else ""

    @property
    def name_area(self) -> QRectF:
        """Where its name stands, in pixels of the view."""
        return text_area(*self._name_box(), self._shown_name, self.view.font())

    def _name_box(self) -> tuple[QRectF, Align]:
        y = self.line.y1()
        align = Align.AlignBottom if self.end is End.HIGH else Align.AlignTop
        top = y - 22 if self.end is End.HIGH else y + 2
        side = max(HANDLE_PX + MARGIN, self._clear_of_px + MARGIN / 2)
        # At the back of the head, where it lies over nothing that the range is set by.
        return QRectF(side, top, self.view.width() - 2 * side, 20), Align.AlignRight | align

    def extent(self) -> QRectF:
        return super().extent().united(self.name_area)

    def words(self) -> str:
        position = self.position_mm()
        if not self._name or position is None:
            return ""
        return tr("{landmark}: {mm:.1f} mm", landmark=self._name, mm=position)

    def hit(self) -> QPainterPath:
        path, other_mm = super().hit(), self._ends()[1]
        if other_mm is None:
            return path
        # Where both lines are in reach the nearer one is meant.
        middle = (self.line.y1() + self.view.to_screen(0, self._plane.cut.y_of(other_mm)).y()) / 2
        nearer = QPainterPath()
        if self.end is End.HIGH:
            nearer.addRect(QRectF(QPointF(0, self.line.y1() - GRIP_PX), QPointF(self.view.width(), middle)))
        else:
            nearer.addRect(QRectF(QPointF(0, middle), QPointF(self.view.width(), self.line.y1() + GRIP_PX)))
        return path.intersected(nearer)

    def draw(self, painter: QPainter) -> None:
        colour = MARKED if self.marked else SUGGESTED
        painter.setPen(QPen(QColor(colour), 1.8, Qt.PenStyle.SolidLine if self.marked else Qt.PenStyle.DashLine))
        painter.drawLine(self.line)
        halo_text(painter, *self._name_box(), self._shown_name, colour)


class RangeHandle(_RangeEnd):
    """A handle at the left margin, by which an end can be dragged whatever else lies there."""

    def __init__(self, view: CtView, plane: ReformatPlane, end: End) -> None:
        self._lit = False
        super().__init__(view, plane, end, Order.RANGE_HANDLE)

    @property
    def area(self) -> QRectF:
        """In pixels of the view."""
        y = self.line.y1()
        return QRectF(0, y - HANDLE_PX if self.end is End.HIGH else y, HANDLE_PX, HANDLE_PX)

    def state(self) -> object:
        state = super().state()
        return None if state is None else (state, self._lit, self.marked)

    def extent(self) -> QRectF:
        return self.area.adjusted(-1, -1, 1, 1)

    def hit(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.area)
        return path

    def hover(self, point: QPointF | None) -> None:
        self._lit = point is not None
        self.refresh()

    def draw(self, painter: QPainter) -> None:
        area = self.area
        inner, outer = (area.bottom(), area.top()) if self.end is End.HIGH else (area.top(), area.bottom())
        painter.setPen(QPen(QColor(BACKGROUND), 1))
        painter.setBrush(QColor(IMAGE_TEXT if self._lit else MARKED if self.marked else SUGGESTED))
        corners = ((area.left(), outer), (area.center().x(), outer), (area.right(), inner), (area.left(), inner))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def range_items(view: CtView, plane: ReformatPlane, named: bool, clear_of_px: float) -> list[Drawn]:
    """The slice on screen and both ends of the range; `named` by their landmarks.

    Args:
        clear_of_px: names stay so far from the side: there is the orientation marker.
    """
    names = {End.HIGH: shown(UPPER_END), End.LOW: shown(LOWER_END)}
    lines = [RangeLine(view, plane, end, names[end] if named else "", clear_of_px) for end in End]
    return [*lines, SliceLine(view, plane), *(RangeHandle(view, plane, end) for end in End)]
