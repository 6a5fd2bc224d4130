"""A schematic drawing as a widget: the anatomy, the names of its parts, and what a subclass marks in it."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.messages import shown
from desktop.viewer.pictures.halo import Align, halo_text, text_area
from desktop.viewer.pictures.schematics.drawing import Drawing, Tissue
from desktop.viewer.pictures.schematics.fitting import fitted
from desktop.viewer.strokes import path_of
from desktop.viewer.theme import BACKGROUND, IMAGE_TEXT, LINE, SCHEMATIC

HEIGHT_PX = 186
"""All parts are told apart, and the step still fits a screen of 768 pixels together with result and report."""

_EDGE_PX, _DOT_PX, _GAP_PX = 1.1, 1.7, 3
_SIDE_PX = 6
_SIDES = {-1: Align.AlignLeft, 0: Align.AlignHCenter, 1: Align.AlignRight}


class SchematicView(QWidget):
    """The drawing as large as the room allows."""

    def __init__(self, drawing: Drawing) -> None:
        super().__init__()
        self._drawing = drawing
        self._paths: list[tuple[Tissue, QPainterPath]] = [(tissue, path_of(each)) for tissue, each in drawing.parts]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(0, HEIGHT_PX)

    @abstractmethod
    def draw_marks(self, painter: QPainter) -> None:
        """What is marked, over the anatomy."""

    @property
    def placed(self) -> QTransform:
        """From mm of the drawing to pixels of the widget."""
        drawing = self._drawing
        zoom = min(self.width() / drawing.width, self.height() / drawing.height)
        left, top = (self.width() - drawing.width * zoom) / 2, (self.height() - drawing.height * zoom) / 2
        return QTransform(zoom, 0, 0, zoom, left, top)

    def write(self, painter: QPainter, box: QRectF, align: Align, text: str, colour: str = IMAGE_TEXT) -> QRectF:
        """Write a text where it fits, in pixels of the widget; the area that it takes."""
        lines, font = fitted(text, self.font(), box.width(), box.height())
        painter.setFont(font)
        halo_text(painter, box, align, lines, colour)
        return text_area(box, align, lines, font)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, placed = QPainter(self), self.placed
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(BACKGROUND))
        painter.setClipRect(placed.mapRect(QRectF(0, 0, self._drawing.width, self._drawing.height)))
        for tissue, path in self._paths:
            ground, edge = SCHEMATIC[tissue]
            painter.setPen(QPen(QColor(edge), _EDGE_PX))
            painter.setBrush(QColor(ground))
            painter.drawPath(placed.map(path))
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self.draw_marks(painter)
        for name in self._drawing.names:
            box, align = placed.mapRect(QRectF(*name.box)), _SIDES[name.side] | Align.AlignVCenter
            taken = self.write(painter, box, align, shown(name.text))
            if name.to is not None:
                self.lead(painter, taken, placed.map(QPointF(*name.to)))
        self._draw_sides(painter)
        painter.setPen(QPen(QColor(LINE), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def lead(self, painter: QPainter, name: QRectF, end: QPointF, colour: str = IMAGE_TEXT) -> None:
        """A line from where a name stands to its part, in pixels of the widget; it ends in a dot."""
        around = name.adjusted(-_GAP_PX, 0, _GAP_PX, 0)
        start = QPointF(
            min(max(end.x(), around.left()), around.right()), min(max(end.y(), around.top()), around.bottom())
        )
        for width, line in ((3.0, QColor(0, 0, 0, 170)), (1.0, QColor(colour))):
            painter.setPen(QPen(line, width))
            painter.drawLine(QLineF(start, end))
        painter.setBrush(QColor(colour))
        painter.drawEllipse(end, _DOT_PX, _DOT_PX)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_sides(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        room = QRectF(self.rect()).adjusted(_SIDE_PX, 0, -_SIDE_PX, -_SIDE_PX / 2)
        for align, letter in zip((Align.AlignLeft, Align.AlignRight), self._drawing.sides, strict=True):
            halo_text(painter, room, align | Align.AlignBottom, letter)
