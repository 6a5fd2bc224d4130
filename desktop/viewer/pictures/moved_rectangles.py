"""The ROI as a second reader might place it, over the slice: the paper's Figure 7 for the one case at hand."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop.reading.run import Verdict
from desktop.viewer.pictures.graphics import Drawn
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import AxialPlane
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import VERDICT_LINES

LINES = {
    Verdict.POSITIVE: Qt.PenStyle.SolidLine,
    Verdict.NEGATIVE: Qt.PenStyle.DashLine,
    Verdict.INDETERMINATE: Qt.PenStyle.DotLine,
}
"""They tell the verdicts apart without colour."""


class MovedRectangles(Drawn):
    """The moved rectangles of the slice on screen, in the colour of the verdict that each leads to."""

    def __init__(self, view: CtView, plane: AxialPlane) -> None:
        self._case, self._display, self._plane = view.case, view.display, plane
        self.shown: list[tuple[Verdict, QRectF]] = []
        """Where they are, in pixels of the view, and what each leads to."""
        super().__init__(view, Order.MOVED_ROI)

    def state(self) -> object:
        stability, display = self._case.stability, self._display
        if stability is None or not display.moves_shown or display.index not in stability.result.region.indices:
            return None
        return stability, display.index, self.view.outlook

    def extent(self) -> QRectF:
        stability, whole = self._case.stability, QRectF()
        self.shown = []
        if stability is None:
            return whole
        number = stability.result.region.indices.index(self._display.index)
        for draw in stability.draws:
            area = self.view.screen_rect(self._plane.area_of(draw.rectangles[number]))
            self.shown.append((draw.verdict, area))
            whole = whole.united(area)
        # Those that differ lie on top.
        self.shown.sort(key=lambda shown: shown[0] is not stability.result.verdict)
        return whole.adjusted(-2, -2, 2, 2)

    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for verdict, area in self.shown:
            painter.setPen(QPen(QColor(0, 0, 0, 110), 3))  # else it is lost over bone and the heat map
            painter.drawRect(area)
            painter.setPen(QPen(QColor(VERDICT_LINES[verdict]), 1, LINES[verdict]))
            painter.drawRect(area)
