"""Text over a picture, with a dark rim that keeps it at 4.5 : 1 or better on air and on bone."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from desktop.viewer.theme import IMAGE_TEXT

MARGIN = 8
"""Pixels between texts and the edge of a view."""

RIM_PX = 1.5
_RIM = QColor(0, 0, 0, 215)
_PLATE = QColor(0, 0, 0, 150)
_AROUND = [(x * RIM_PX, y * RIM_PX) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y]

Align = Qt.AlignmentFlag


def text_area(area: QRectF, align: Align, text: str, font: QFont) -> QRectF:
    """Where in `area` a text of one or several lines stands, its rim included."""
    size = QFontMetricsF(font).size(0, text)
    taken = QRectF(0, 0, size.width() + 2 * RIM_PX, size.height() + 2 * RIM_PX)
    if not text:
        return QRectF()
    taken.moveCenter(area.center())
    if align & Align.AlignLeft:
        taken.moveLeft(area.left() - RIM_PX)
    elif align & Align.AlignRight:
        taken.moveRight(area.right() + RIM_PX)
    if align & Align.AlignTop:
        taken.moveTop(area.top() - RIM_PX)
    elif align & Align.AlignBottom:
        taken.moveBottom(area.bottom() + RIM_PX)
    return taken


def halo_text(
    painter: QPainter, area: QRectF, align: Align, text: str, colour: str = IMAGE_TEXT, plate: bool = False
) -> None:
    """Draw a text in `area`; on a plate what must not be misread, such as figures over bone and air cells."""
    if text:
        font, ratio = painter.font(), painter.device().devicePixelRatioF()
        taken = text_area(area, align, text, font)
        if plate:
            painter.fillRect(taken, _PLATE)
        painter.drawImage(QPointF(taken.topLeft()), _haloed(text, font.toString(), align.value, colour, ratio))


@lru_cache(maxsize=128)  # most texts stay as they are while a reader scrolls
def _haloed(text: str, font_text: str, align: int, colour: str, ratio: float) -> QImage:
    font = QFont()
    font.fromString(font_text)
    size = QFontMetricsF(font).size(0, text)
    area = QRectF(RIM_PX, RIM_PX, size.width(), size.height())
    whole = area.adjusted(-RIM_PX, -RIM_PX, RIM_PX, RIM_PX)
    image = QImage((whole.size() * ratio).toSize() + QRectF(0, 0, 1, 1).size().toSize(), _FORMAT)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(font)
    painter.setPen(_RIM)
    for x, y in _AROUND:
        painter.drawText(area.translated(x, y), align, text)
    painter.setPen(QColor(colour))
    painter.drawText(area, align, text)
    painter.end()
    return image


_FORMAT = QImage.Format.Format_ARGB32_Premultiplied


def flowing(texts: list[str], font: QFont, width: float) -> list[str]:
    """Texts with dots between them, in as few lines of `width` pixels as they take; a text too long is broken."""
    metrics = QFontMetricsF(font)
    lines: list[str] = []
    for text in texts:
        words = [text] if metrics.horizontalAdvance(text) <= width else text.split(" ")
        for number, word in enumerate(words):
            joined = f"{lines[-1]}{' ' if number else ' · '}{word}" if lines else word
            if lines and metrics.horizontalAdvance(joined) <= width:
                lines[-1] = joined
            else:
                lines.append(metrics.elidedText(word, Qt.TextElideMode.ElideRight, width))
    return lines
