"""What is said of the ROI: at the lower edge of the axial view, where it covers nothing that is judged."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.messages import tr
from desktop.viewer.pictures.graphics import Drawn
from desktop.viewer.pictures.halo import MARGIN, Align, halo_text, text_area
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.roi import RoiRectangle
from desktop.viewer.pictures.view import CtView

_LINES_BELOW = 3
"""Free for the orientation marker, and for the hint of a tool in hand."""


class RoiCaption(Drawn):
    """Area, key rectangle, and whether it is suggested, in the colour of the rectangle, or of a caution."""

    def __init__(self, view: CtView, rectangle: RoiRectangle) -> None:
        self._rectangle = rectangle
        super().__init__(view, Order.TEXT)

    @property
    def text(self) -> str:
        """What it says now."""
        return tr("ROI: {texts}", texts=self._rectangle.caption)

    def state(self) -> object:
        rectangle = self._rectangle
        return (self.text, rectangle.caption_colour, self.view.size().toTuple()) if rectangle.there else None

    def _box(self) -> tuple[QRectF, Align]:
        below = MARGIN + self.view.fontMetrics().height() * _LINES_BELOW
        return QRectF(self.view.rect()).adjusted(0, 0, 0, -below), Align.AlignHCenter | Align.AlignBottom

    def extent(self) -> QRectF:
        return text_area(*self._box(), self.text, self.view.font())

    def words(self) -> str:
        return self.text

    def draw(self, painter: QPainter) -> None:
        halo_text(painter, *self._box(), self.text, self._rectangle.caption_colour, plate=True)
