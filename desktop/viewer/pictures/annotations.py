"""What is written around a picture: orientation markers, scale bar, texts in the corners."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from desktop.imaging.geometry import Floats, orientation_marker
from desktop.messages import tr
from desktop.viewer.pictures.graphics import Drawn
from desktop.viewer.pictures.halo import MARGIN, Align, halo_text, text_area
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import IMAGE_TEXT

_NICE_MM = (200, 100, 50, 20, 10, 5, 2, 1)
_LONGEST_SHARE = 0.35
_MARKER_SCALE = 1.25


class OrientationMarker(Drawn):
    """The patient's side in the middle of one side of the view: "R", or "AH" where the picture lies aslant."""

    def __init__(self, view: CtView, direction: Floats, align: Align) -> None:
        self.letters, self._align = orientation_marker(direction), align
        self._font = QFont(view.font())
        self._font.setBold(True)
        self._font.setPointSizeF(self._font.pointSizeF() * _MARKER_SCALE)
        super().__init__(view, Order.TEXT)

    def state(self) -> object:
        return self.view.size().toTuple()

    def _box(self) -> QRectF:
        return QRectF(self.view.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def extent(self) -> QRectF:
        return text_area(self._box(), self._align, self.letters, self._font)

    def words(self) -> str:
        if self._align & Align.AlignLeft:
            return tr("{letters} on the left", letters=self.letters)
        if self._align & Align.AlignRight:
            return tr("{letters} on the right", letters=self.letters)
        if self._align & Align.AlignTop:
            return tr("{letters} at the top", letters=self.letters)
        return tr("{letters} at the bottom", letters=self.letters)

    def draw(self, painter: QPainter) -> None:
        painter.setFont(self._font)
        halo_text(painter, self._box(), self._align, self.letters)


def orientation_markers(view: CtView, sides: tuple[Floats, Floats, Floats, Floats]) -> list[Drawn]:
    """The markers of a picture whose left, right, upper and lower side lie in these patient directions."""
    middle, centre = Align.AlignVCenter, Align.AlignHCenter
    aligns = (Align.AlignLeft | middle, Align.AlignRight | middle, Align.AlignTop | centre, Align.AlignBottom | centre)
    return [OrientationMarker(view, side, align) for side, align in zip(sides, aligns, strict=True)]


def scale_length_mm(width_px: float, zoom: float) -> int:
    """The longest round length that takes about a third of the width at most; `zoom` is in pixels per mm."""
    return next((mm for mm in _NICE_MM if mm * zoom <= width_px * _LONGEST_SHARE), _NICE_MM[-1])


class ScaleBar(Drawn):
    """A ruler at the lower right with its length."""

    def __init__(self, view: CtView) -> None:
        super().__init__(view, Order.TEXT)

    def state(self) -> object:
        return self.view.outlook

    def _line(self) -> tuple[float, float, float, int]:
        """Left, right and height of the ruler in pixels of the view, and its length in mm."""
        length = scale_length_mm(self.view.width(), self.view.zoom)
        right, y = self.view.width() - MARGIN - 4, self.view.height() - MARGIN - 4
        return right - length * self.view.zoom, right, y, length

    def extent(self) -> QRectF:
        left, right, y, _ = self._line()
        return QRectF(left - 60, y - 28, right - left + 64, 34)

    @property
    def text(self) -> str:
        """Its length."""
        *_, length = self._line()
        return tr("{length} cm", length=length // 10) if length >= 10 else tr("{length} mm", length=length)

    def words(self) -> str:
        return tr("scale bar of {length}", length=self.text)

    def draw(self, painter: QPainter) -> None:
        left, right, y, _ = self._line()
        for width, colour in ((4, QColor(0, 0, 0, 200)), (1.6, QColor(IMAGE_TEXT))):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            for x in (left, right):
                painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 1))
        box = QRectF(left - 60, y - 26, right - left + 60, 20)
        halo_text(painter, box, Align.AlignRight | Align.AlignVCenter, self.text)


class CornerText(Drawn):
    """Lines of text in one corner, unless the reader has hidden the texts; what they say is asked each time."""

    def __init__(
        self, view: CtView, align: Align, lines: Callable[[], list[str]], colour: str = IMAGE_TEXT, inset_px: int = 0
    ) -> None:
        self._display, self._align, self._lines = view.display, align, lines
        self._colour, self._inset_px = colour, inset_px
        super().__init__(view, Order.TEXT)

    @property
    def text(self) -> str:
        """What it says now."""
        return "\n".join(line for line in self._lines() if line) if self._display.text_shown else ""

    def state(self) -> object:
        text = self.text
        return (text, self.view.size().toTuple()) if text else None

    def _box(self) -> QRectF:
        inset = MARGIN + self._inset_px
        return QRectF(self.view.rect()).adjusted(MARGIN, inset, -MARGIN, -inset)

    def extent(self) -> QRectF:
        return text_area(self._box(), self._align, self.text, self.view.font())

    def words(self) -> str:
        return self.text.replace("\n", ", ")

    def draw(self, painter: QPainter) -> None:
        halo_text(painter, self._box(), self._align, self.text, self._colour)
