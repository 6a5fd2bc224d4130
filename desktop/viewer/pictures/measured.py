"""What all measurements have in common on screen: chosen by a click, moved as a whole or by a handle, whole in the
plane shown, faint where they pass through it."""

from __future__ import annotations

import contextlib
import math
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations, pairwise, zip_longest
from typing import Any, Generic, TypeVar, cast

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen

from desktop.messages import Message, tr
from desktop.reading.measurement import Degenerate, Measurement, way
from desktop.viewer.desk.case import Case, Marks
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.drags import MarksDrag
from desktop.viewer.pictures.graphics import Drag, Drawn
from desktop.viewer.pictures.halo import Align, halo_text
from desktop.viewer.pictures.labels import Spot, beside
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import Plane
from desktop.viewer.pictures.range import RangeLine
from desktop.viewer.pictures.roi import RoiRectangle
from desktop.viewer.pictures.tool import Tool
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import GRIP_PX, IMAGE_TEXT, MARKED

_HANDLE_PX, _LEAST_HANDLE_PX, _HANDLE_SHARE = 4.0, 2.0, 0.25
"""Radius of a handle, and what is left of it where handles lie close: this share of the way to the next."""

_ASLANT = 0.1
"""Sine of the angle between a measurement and its plane, at most: a small one across a plane is all near it, too."""

_ASIDE_ALPHA = 150
_RIM = QColor(0, 0, 0, 170)
_LINE_PX, _RIM_PX = 1.5, 3.5
ALIGN = Align.AlignLeft | Align.AlignVCenter
"""Of the lines of a text."""

M = TypeVar("M", bound=Measurement)


class Measured(Drawn, Generic[M]):
    """One measurement of a kind in one view."""

    hoverable = True
    called: Message
    """Its kind in words, for a screen reader."""
    number: int | None = None
    """Which of the case's measurements it is; None while it is none."""

    def __init__(self, view: CtView, plane: Plane) -> None:
        self._case, self._display, self._plane = view.case, view.display, plane
        self.handles: list[QPointF] = []
        """On the screen, in the measurement's own order."""
        self.in_plane = False
        """Whether it lies in the plane shown, so that it can be moved; else it passes through."""
        self.text = ""
        self.label = QRectF()
        """Where the text stands."""
        self._outline = QPainterPath()
        super().__init__(view, Order.MEASUREMENT)

    # What a kind says

    @abstractmethod
    def outline(self) -> QPainterPath:
        """Its lines on the screen, from the handles."""

    @abstractmethod
    def measured(self) -> str:
        """What was measured."""

    @abstractmethod
    def spots(self) -> Sequence[Spot]:
        """Where the text may stand, the best first."""

    def handles_drawn(self) -> Sequence[QPointF]:
        """The handles that are worth their room."""
        return self.handles

    # What follows from it

    @property
    def measurement(self) -> M:
        """The one that is drawn."""
        assert self.number is not None
        return cast(M, self._case.marks.measurements[self.number])

    def state(self) -> object:
        if self.number is None:
            return None
        measurement = self.measurement
        seen = [self._plane.seen(point) for point in measurement.handles]
        depths = [depth for _, depth in seen]
        within = [abs(depth) <= self._plane.reach_mm for depth in depths]
        if not any(within) and min(depths) * max(depths) > 0:
            return None
        self.in_plane = all(within) and all(
            abs(behind - before) <= _ASLANT * math.dist(one, other)
            for (one, before), (other, behind) in pairwise(zip(measurement.handles, depths, strict=True))
        )
        self.handles = [self.view.to_screen(point.x(), point.y()) for point, _ in seen]
        self.text = self.measured() if self.in_plane else ""
        places = [handle.toTuple() for handle in self.handles]
        return places, self.in_plane, self.text, self.chosen, self.view.rect().getRect()

    @property
    def chosen(self) -> bool:
        """Whether it was the last one touched."""
        return self._display.chosen == self.measurement

    def extent(self) -> QRectF:
        self._outline = self.outline()
        self.label = QRectF()  # its own is not in its way
        if self.text:
            view = QRectF(self.view.rect())
            self.label = beside(self.spots(), self.text, ALIGN, self.view.font(), view, self._taken())
        reach = _HANDLE_PX + _RIM_PX
        return self._outline.boundingRect().adjusted(-reach, -reach, reach, reach).united(self.label)

    def words(self) -> str:
        figures = self.text.replace("\n", ", ")
        return tr("{kind}: {figures}", kind=self.called, figures=figures) if self.in_plane else ""

    def _taken(self) -> list[QPainterPath]:
        """Where other measurements and texts are, and what is judged."""
        taken, areas = [], []
        for item in self.view.items():
            if isinstance(item, Measured) and item is not self and item.isVisible():
                taken.append(item.shape())
                areas.append(item.label)
            elif isinstance(item, RangeLine) and item.isVisible():
                areas.append(item.name_area)
            elif isinstance(item, RoiRectangle) and item.isVisible():
                areas.append(item.shown)
            elif isinstance(item, Drawn) and item.zValue() == Order.TEXT and item.isVisible():
                areas.append(item.boundingRect())
        for area in areas:
            path = QPainterPath()
            path.addRect(area)
            taken.append(path)
        return taken

    def hit(self) -> QPainterPath:
        if not self.in_plane:
            return QPainterPath()
        stroker = QPainterPathStroker()
        stroker.setWidth(2 * GRIP_PX)
        stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
        path = stroker.createStroke(self._outline)
        path.setFillRule(Qt.FillRule.WindingFill)
        return path

    def handle_at(self, point: QPointF) -> int | None:
        """Which handle is meant; None for the whole."""
        ways = [QLineF(point, handle).length() for handle in self.handles]
        nearest = min(range(len(ways)), key=ways.__getitem__)
        return nearest if ways[nearest] <= GRIP_PX else None

    def hover(self, point: QPointF | None) -> None:
        whole = point is not None and self.handle_at(point) is None
        self.setCursor(Qt.CursorShape.SizeAllCursor if whole else Qt.CursorShape.PointingHandCursor)

    def clicked(self, point: QPointF) -> bool:
        self._display.choose(self.measurement)
        return True

    def drag_from(self, point: QPointF) -> Drag | None:
        before, number, handle, measurement = self._case.marks, self.number, self.handle_at(point), self.measurement
        first = self._plane.patient_at(self.view.to_plane(point))

        def marks_at(to: QPointF) -> Marks:
            try:
                changed = measurement.moved(way(first, self._plane.patient_at(self.view.to_plane(to))), handle)
            except Degenerate:  # it stays as it was until there is something to measure again
                return self._case.marks
            self._display.chosen = changed
            return replace(
                before,
                measurements=tuple(changed if at == number else each for at, each in enumerate(before.measurements)),
            )

        return MarksDrag(self._case, tr("Move measurement"), marks_at)

    def draw(self, painter: QPainter) -> None:
        colour = QColor(MARKED if self.chosen else IMAGE_TEXT)
        if self.in_plane:
            draw_measured(painter, self._outline, self.handles_drawn(), colour)
            halo_text(painter, self.label, ALIGN, self.text, colour.name(), plate=True)
        else:
            colour.setAlpha(_ASIDE_ALPHA)
            painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
            painter.drawPath(self._outline)


def draw_measured(painter: QPainter, outline: QPainterPath, handles: Sequence[QPointF], colour: QColor) -> None:
    """Lines and handles, with a dark rim that keeps them visible on bone."""
    ways = [QLineF(one, other).length() for one, other in combinations(handles, 2)]
    radius = min(_HANDLE_PX, max(_LEAST_HANDLE_PX, _HANDLE_SHARE * min(ways, default=_HANDLE_PX / _HANDLE_SHARE)))
    for width, ink in ((_RIM_PX, _RIM), (_LINE_PX, colour)):
        painter.setPen(QPen(ink, width))
        painter.drawPath(outline)
        for handle in handles:
            painter.drawEllipse(handle, radius, radius)


class Measurements(Drawn):
    """All measurements of one kind, each an item of its own."""

    def __init__(self, view: CtView, plane: Plane, kind: type[Measurement], item: type[Measured[Any]]) -> None:
        self._ct_view, self._plane, self._kind, self._item = view, plane, kind, item
        self._made: list[Measured[Any]] = []
        super().__init__(view, Order.MEASUREMENT)

    def state(self) -> object:
        """Nothing of its own."""
        return self._ct_view.case.marks.measurements or None

    def extent(self) -> QRectF:
        return QRectF()

    def draw(self, painter: QPainter) -> None:
        """Nothing of its own."""

    def refresh(self) -> None:
        super().refresh()
        numbers = [
            number
            for number, measurement in enumerate(self._ct_view.case.marks.measurements)
            if isinstance(measurement, self._kind)
        ]
        while len(self._made) < len(numbers):
            made = self._item(self._ct_view, self._plane)
            made.setParentItem(self)
            made.setZValue(0)  # pyqtgraph adds up those of the parents, and a tool in hand must lie above
            self._made.append(made)
        for made, number in zip_longest(self._made, numbers):
            made.number = number
            made.refresh()
        self.said = ", ".join(made.said for made in self._made if made.said)


class DraggedTool(Tool):
    """Makes a measurement of the next left drag, wherever in the view it begins."""

    def __init__(self, view: CtView, plane: Plane) -> None:
        self._case, self._plane = view.case, plane
        super().__init__(view, view.display)

    @abstractmethod
    def between(self, start: QPointF, end: QPointF) -> Measurement:
        """The measurement that a drag makes from one point of the plane to another.

        Raises:
            Degenerate: there is nothing to measure.
        """

    def drag_from(self, point: QPointF) -> Drag | None:
        start, before = self.view.to_plane(point), self._case.marks

        def marks_at(to: QPointF) -> Marks:
            with contextlib.suppress(Degenerate):
                made = self.between(start, self.view.to_plane(to))
                self._display.chosen = made
                return replace(before, measurements=(*before.measurements, made))
            return before

        return _MeasureDrag(self._case, self._display, marks_at)


class _MeasureDrag(MarksDrag):
    """One measurement per drag: the tool is put away with it."""

    def __init__(self, case: Case, display: Display, marks_at: Callable[[QPointF], Marks]) -> None:
        super().__init__(case, tr("Measure"), marks_at)
        self._display = display

    def finish(self) -> None:
        super().finish()
        self._display.use_tool("")
