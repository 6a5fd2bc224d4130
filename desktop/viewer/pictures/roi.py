"""The ROI: a rectangle in the axial view with a grip on every edge and corner, its profile in the reformats."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from desktop.messages import shown, tr
from desktop.reading.roi import Roi
from desktop.viewer.desk.case import Marks
from desktop.viewer.desk.edges import NONE, Edge, roi_moved
from desktop.viewer.pictures.drags import MarksDrag
from desktop.viewer.pictures.graphics import Drag, Drawn
from desktop.viewer.pictures.halo import Align, halo_text, text_area
from desktop.viewer.pictures.landmark_points import landmarks_named
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import AxialPlane, ReformatPlane
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import AMBER, GRIP_PX, MARKED, SUGGESTED

_LEAST_LABELLED_PX = 40
"""A rectangle smaller than this on screen is drawn without its landmarks."""

_OUTSIDE_RANGE_ALPHA = 120
_KEY_PX = 5


_CURSORS = {
    Edge.ALL: Qt.CursorShape.SizeAllCursor,
    Edge.LEFT: Qt.CursorShape.SizeHorCursor,
    Edge.RIGHT: Qt.CursorShape.SizeHorCursor,
    Edge.FRONT: Qt.CursorShape.SizeVerCursor,
    Edge.BACK: Qt.CursorShape.SizeVerCursor,
    Edge.FRONT | Edge.LEFT: Qt.CursorShape.SizeFDiagCursor,
    Edge.BACK | Edge.RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Edge.FRONT | Edge.RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Edge.BACK | Edge.LEFT: Qt.CursorShape.SizeBDiagCursor,
}


_Label = tuple[str, QRectF, Align, QTransform]
"""A text, the box that it stands in, where in the box, and how the box is turned."""


class RoiRectangle(Drawn):
    """The rectangle of the slice on screen, or the one offered."""

    hoverable = True

    def __init__(self, view: CtView, plane: AxialPlane) -> None:
        self._case, self._display, self._plane = view.case, view.display, plane
        self._held = NONE
        self.shown = QRectF()
        """Where it is, in pixels of the view."""
        self._labels: list[_Label] = []
        super().__init__(view, Order.ROI)

    @property
    def there(self) -> bool:
        """Whether there is one, or one is offered."""
        return self._case.roi_shown

    @property
    def _roi(self) -> Roi:
        return self._case.shown_roi(self._plane.volume)

    def state(self) -> object:
        if not self.there:
            return None
        marks, roi = self._case.marks, self._roi
        area = self._plane.area_of(self._plane.volume.rectangle_to_standard(roi.at(self._plane.position_mm)))
        self.shown = self.view.screen_rect(area)
        outside = not self._case.judged_at(self._plane.position_mm)
        looks = self._named, self.colour, outside, marks.roi is not None
        return self.shown.getRect(), self._held, looks, self._case.guidance

    @property
    def area_cm2(self) -> float:
        """Of the rectangle of the slice on screen."""
        return self._plane.volume.series.geometry.area_cm2(self._roi.at(self._plane.position_mm))

    @property
    def colour(self) -> str:
        """Of the rectangle."""
        return SUGGESTED if self._case.marks.roi is None and self._case.suggestion is not None else MARKED

    @property
    def caption_colour(self) -> str:
        """Of what is said of it: amber where its area is unusual. The rectangle lies on the heat map, whose orange
        amber could be taken for."""
        least, most = self._case.guidance.usual_cm2
        return self.colour if least <= self.area_cm2 <= most else AMBER

    @property
    def caption(self) -> str:
        """What it is, how large, and what can be done with it."""
        roi = self._roi
        if self._case.marks.roi is None:
            if self._case.suggestion is None:
                return tr("offered, {area:.1f} cm²: drag it into place", area=self.area_cm2)
            return tr("suggested, {area:.1f} cm²: A accepts, or drag it into place", area=self.area_cm2)
        if len(roi.keys) == 1:
            return tr("{area:.1f} cm²", area=self.area_cm2)
        key = roi.key_at(self._plane.position_mm)
        if key is None:
            return tr("{area:.1f} cm², between key rectangles", area=self.area_cm2)
        number = roi.keys.index(key) + 1
        return tr("{area:.1f} cm², key {number} of {count}", area=self.area_cm2, number=number, count=len(roi.keys))

    @property
    def _named(self) -> bool:
        """Whether the edges are named: while an edge is meant, and while the ROI is marked without suggested landmarks,
        whose names would stand in the same places. Once there is a result, the bone around the ROI is what counts."""
        edge_meant = self._held not in (NONE, Edge.ALL)
        return edge_meant or (self._case.result is None and not landmarks_named(self._case, self._display))

    # Taking hold of it

    def hit(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.shown.adjusted(-GRIP_PX, -GRIP_PX, GRIP_PX, GRIP_PX))
        return path

    @property
    def _held_fast(self) -> bool:
        """Whether it is given, and lies where it is."""
        return not self._case.terms.roi_is_placed

    def hover(self, point: QPointF | None) -> None:
        held = NONE if point is None or self._held_fast else edges_at(point, self.shown)
        self.setCursor(_CURSORS.get(held, Qt.CursorShape.CrossCursor))
        if held != self._held:
            self._held = held
            self.refresh()

    def drag_from(self, point: QPointF) -> Drag | None:
        if self._held_fast:
            return None
        edges, view, volume = edges_at(point, self.shown), self.view, self._plane.volume
        start = view.to_plane(point)  # now: the view may be zoomed or resized meanwhile
        self._held = edges
        position, roi = self._plane.position_mm, self._roi

        def marks_at(to: QPointF) -> Marks:
            way = view.to_plane(to) - start
            return self._case.marks.with_roi(roi_moved(roi, edges, way.x(), way.y(), volume, position))

        return MarksDrag(self._case, tr("Move ROI") if edges == Edge.ALL else tr("Resize ROI"), marks_at)

    # Drawing

    def extent(self) -> QRectF:
        self._labels = self._place_labels()
        whole = self.shown.adjusted(-4, -4, 4, 4)
        for text, box, align, turned in self._labels:
            whole = whole.united(turned.mapRect(text_area(box, align, text, self.view.font())))
        return whole

    def words(self) -> str:
        names = dict.fromkeys(text for text, *_ in self._labels)
        return tr("ROI: {texts}", texts=", ".join(names)) if names else ""

    def _place_labels(self) -> list[_Label]:
        """Each edge named by its landmark, outside the rectangle."""
        outline, level = self.shown, QTransform()
        found: list[_Label] = []
        if not self._named or min(outline.width(), outline.height()) < _LEAST_LABELLED_PX:
            return []
        guidance = self._case.guidance
        front, back, sides = (shown(guidance.landmark(edge)) for edge in ("front", "back", "sides"))
        # In a short rectangle the upright names would cross the level ones: they show when a side is meant.
        fits = self.view.fontMetrics().horizontalAdvance(sides) <= outline.height() + 16
        side_meant = self._held != Edge.ALL and bool(self._held & (Edge.LEFT | Edge.RIGHT))
        if fits or not side_meant:
            wide = QRectF(outline.center().x() - 200, outline.top() - 22, 400, 20)
            found.append((front, wide, Align.AlignHCenter | Align.AlignBottom, level))
            found.append((back, wide.translated(0, outline.height() + 25), Align.AlignHCenter | Align.AlignTop, level))
        if fits or side_meant:
            beside = QRectF(-150, -20, 300, 20)
            for x, degrees in ((outline.left() - 4, -90), (outline.right() + 4, 90)):
                upright = QTransform().translate(x, outline.center().y()).rotate(degrees)
                found.append((sides, beside, Align.AlignHCenter | Align.AlignBottom, upright))
        return found

    def draw(self, painter: QPainter) -> None:
        line = QColor(self.colour)
        if not self._case.judged_at(self._plane.position_mm):
            line.setAlpha(_OUTSIDE_RANGE_ALPHA)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # level lines: sharper, and much faster
        painter.setPen(QPen(QColor(0, 0, 0, 150), 3.5))
        painter.drawRect(self.shown)
        placed = self._case.marks.roi is not None
        painter.setPen(QPen(line, 1.6, Qt.PenStyle.SolidLine if placed else Qt.PenStyle.DashLine))
        painter.drawRect(self.shown)
        painter.setPen(QPen(line, 4))
        for edge, side in _sides(self.shown):
            if edge in self._held and self._held != Edge.ALL:
                painter.drawLine(side)
        for text, box, align, turned in self._labels:
            painter.save()
            painter.setTransform(turned, True)
            halo_text(painter, box, align, text, self.colour)
            painter.restore()


class RoiProfile(Drawn):
    """What will be judged, seen from the side: the ROI's depth or width over the range, and its key rectangles."""

    def __init__(self, view: CtView, plane: ReformatPlane) -> None:
        self._case, self._plane = view.case, plane
        self._positions_mm = tuple(map(float, plane.cut.positions_mm))
        self._outline = QPolygonF()
        self._keys: list[QLineF] = []
        super().__init__(view, Order.ROI)

    def state(self) -> object:
        marks = self._case.shown_marks
        roi, span = marks.roi, marks.span
        accepted = self._case.marks.roi is not None and self._case.marks.span is not None
        return None if roi is None or span is None else (roi, span, accepted, self.view.outlook)

    def extent(self) -> QRectF:
        marks = self._case.shown_marks
        roi, span = marks.roi, marks.span
        if roi is None or span is None:
            return QRectF()
        cut, along = self._plane.cut, self._plane.direction.along
        firsts, lasts, keys = [], [], []
        for index in span.indices(self._positions_mm):
            position = self._positions_mm[index]
            rectangle = self._plane.volume.rectangle_to_standard(roi.at(position))
            y, edges = cut.y_of(position), (rectangle[along], rectangle[along] + rectangle[2 + along])
            first, last = (QPointF(cut.x_of(index, edge), y) for edge in edges)
            if len(roi.keys) > 1 and roi.key_at(position) is not None:
                keys += [first, last]
            firsts.append(first)
            lasts.append(last)
        self._outline = self.view.polygon_on_screen([*firsts, *reversed(lasts)])
        ends = iter(self.view.polygon_on_screen(keys).toList())
        self._keys = [QLineF(first, last) for first, last in zip(ends, ends, strict=True)]
        return self._outline.boundingRect().adjusted(-_KEY_PX - 1, -_KEY_PX - 1, _KEY_PX + 1, _KEY_PX + 1)

    def draw(self, painter: QPainter) -> None:
        marks = self._case.marks
        colour = SUGGESTED if marks.roi is None or marks.span is None else MARKED
        fill = QColor(colour)
        fill.setAlpha(28)
        painter.setPen(QPen(QColor(colour), 1, Qt.PenStyle.DotLine))
        painter.setBrush(fill)
        painter.drawPolygon(self._outline)
        painter.setBrush(QColor(colour))
        for key in self._keys:
            painter.setPen(QPen(QColor(colour), 1.2))
            painter.drawLine(key)
            painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
            for end in (key.p1(), key.p2()):
                painter.drawPolygon(_diamond(end))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _diamond(at: QPointF) -> QPolygonF:
    x, y = at.x(), at.y()
    return QPolygonF(
        [QPointF(x - _KEY_PX, y), QPointF(x, y - _KEY_PX), QPointF(x + _KEY_PX, y), QPointF(x, y + _KEY_PX)]
    )


def _sides(shown: QRectF) -> tuple[tuple[Edge, QLineF], ...]:
    return (
        (Edge.FRONT, QLineF(shown.topLeft(), shown.topRight())),
        (Edge.BACK, QLineF(shown.bottomLeft(), shown.bottomRight())),
        (Edge.LEFT, QLineF(shown.topLeft(), shown.bottomLeft())),
        (Edge.RIGHT, QLineF(shown.topRight(), shown.bottomRight())),
    )


def edges_at(point: QPointF, shown: QRectF) -> Edge:
    """The edges under a point: one, two at a corner, all inside, none elsewhere."""
    if not shown.adjusted(-GRIP_PX, -GRIP_PX, GRIP_PX, GRIP_PX).contains(point):
        return NONE
    # In a rectangle small on screen the inside keeps a third of each side, so that it can still be moved.
    reach_x, reach_y = min(GRIP_PX, shown.width() / 3), min(GRIP_PX, shown.height() / 3)
    edges = NONE
    if point.x() <= shown.left() + reach_x:
        edges |= Edge.LEFT
    elif point.x() >= shown.right() - reach_x:
        edges |= Edge.RIGHT
    if point.y() <= shown.top() + reach_y:
        edges |= Edge.FRONT
    elif point.y() >= shown.bottom() - reach_y:
        edges |= Edge.BACK
    return edges or Edge.ALL
