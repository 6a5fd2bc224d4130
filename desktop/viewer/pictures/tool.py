"""What a tool is: while it is in hand, it takes the next left drag in any view."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.graphics import Drawn, PlaneView
from desktop.viewer.pictures.halo import MARGIN, Align, halo_text
from desktop.viewer.pictures.order import Order
from desktop.viewer.theme import QUIET


class Tool(Drawn):
    """Covers the whole view, and lies over everything else, while it is in hand."""

    hoverable = True
    name: str
    """As in the table of shortcuts."""

    def __init__(self, view: PlaneView, display: Display) -> None:
        self._display = display
        super().__init__(view, Order.TOOL)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def hint(self) -> str:
        """How it is used, in a line that is shown while it is in hand."""
        raise NotImplementedError

    def state(self) -> object:
        return self.view.outlook if self._display.tool == self.name else None

    def extent(self) -> QRectF:
        return QRectF(self.view.rect())

    def hit(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.extent())
        return path

    def words(self) -> str:
        return self.hint()

    def draw(self, painter: QPainter) -> None:
        area = self.extent().adjusted(0, 0, 0, -MARGIN - painter.fontMetrics().height() * 2)
        halo_text(painter, area, Align.AlignHCenter | Align.AlignBottom, self.hint(), QUIET)
