"""What is written over an image: texts that stay readable on any grey, letters, scale bar."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from desktop.viewer.theme import IMAGE_TEXT

MARGIN = 8
_NICE_MM = (200, 100, 50, 20, 10, 5, 2, 1)
_LONGEST_SHARE = 0.35

Align = Qt.AlignmentFlag


def halo_text(painter: QPainter, area: QRectF, align: Align, text: str, colour: str | QColor = IMAGE_TEXT) -> None:
    """Text with a dark rim, so that it can be read on air and on bone."""
    flags = int(align.value)
    painter.setPen(QColor(0, 0, 0, 200))
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1), (1, 1)):
        painter.drawText(area.translated(dx, dy), flags, text)
    painter.setPen(QColor(colour))
    painter.drawText(area, flags, text)


def letters(painter: QPainter, area: QRectF, left: str, right: str, top: str, bottom: str) -> None:
    """Orientation letters in the middle of the four sides."""
    font = QFont(painter.font())
    painter.save()
    font.setBold(True)
    font.setPointSizeF(font.pointSizeF() * 1.25)
    painter.setFont(font)
    inner = area.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    halo_text(painter, inner, Align.AlignLeft | Align.AlignVCenter, left)
    halo_text(painter, inner, Align.AlignRight | Align.AlignVCenter, right)
    halo_text(painter, inner, Align.AlignTop | Align.AlignHCenter, top)
    halo_text(painter, inner, Align.AlignBottom | Align.AlignHCenter, bottom)
    painter.restore()


def corner(painter: QPainter, area: QRectF, align: Align, lines: list[str]) -> None:
    """Lines of text in one corner."""
    inner = area.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    halo_text(painter, inner, align, "\n".join(line for line in lines if line))


def flowing(painter: QPainter, texts: list[str], area: QRectF) -> list[str]:
    """Texts with dots between them, in as few lines as a corner of `area` allows; a text too long for one is broken."""
    width = area.width() / 2 - 4 * MARGIN  # up to the letter in the middle of the side
    metrics = painter.fontMetrics()
    lines: list[str] = []
    for text in texts:
        words = [text] if metrics.horizontalAdvance(text) <= width else text.split(" ")
        for number, word in enumerate(words):
            joined = f"{lines[-1]}{' ' if number else ' · '}{word}" if lines else word
            if lines and metrics.horizontalAdvance(joined) <= width:
                lines[-1] = joined
            else:
                lines.append(metrics.elidedText(word, Qt.TextElideMode.ElideRight, int(width)))
    return lines


def scale_length_mm(width_px: float, zoom: float) -> int:
    """The longest round length that takes about a third of the width at most; `zoom` is in pixels per mm."""
    return next((mm for mm in _NICE_MM if mm * zoom <= width_px * _LONGEST_SHARE), _NICE_MM[-1])


def scale_bar(painter: QPainter, area: QRectF, zoom: float) -> None:
    """A ruler at the lower right with its length."""
    length = scale_length_mm(area.width(), zoom)
    text = f"{length // 10} cm" if length >= 10 else f"{length} mm"
    right, y = area.right() - MARGIN - 4, area.bottom() - MARGIN - 4
    left = right - length * zoom
    for width, colour in ((4, QColor(0, 0, 0, 200)), (1.6, QColor(IMAGE_TEXT))):
        painter.setPen(QPen(colour, width))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        for x in (left, right):
            painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 1))
    halo_text(
        painter,
        QRectF(left - 60, y - 26, length * zoom + 60, 20),
        Align.AlignRight | Align.AlignVCenter,
        text,
    )
