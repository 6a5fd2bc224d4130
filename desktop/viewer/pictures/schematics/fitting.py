"""Names in small rooms, in any language: in lines, then smaller, and cut only where nothing else helps."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextOption

_SIZES = (1.0, 0.92, 0.84)
"""Smaller letters would not be read at a reader's distance."""


def fitted(text: str, font: QFont, width: float, height: float) -> tuple[str, QFont]:
    """A text in lines that fit a room, and the font that they fit it in."""
    lines, size = _fitted(text, font.toString(), round(width), round(height))
    return lines, _scaled(font, size)


@lru_cache(maxsize=64)
def _fitted(text: str, font_text: str, width: int, height: int) -> tuple[str, float]:
    font = QFont()
    font.fromString(font_text)
    for size in _SIZES:
        smaller = _scaled(font, size)
        metrics = QFontMetricsF(smaller)
        lines = _lines(text, smaller, width)
        whole = all(metrics.horizontalAdvance(line) <= width for line in lines)
        if whole and metrics.lineSpacing() * len(lines) <= height + metrics.leading() + metrics.descent():
            return "\n".join(lines), size
    most = max(1, int((height + metrics.descent()) // metrics.lineSpacing()))
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, width) for line in kept), size


def _scaled(font: QFont, size: float) -> QFont:
    scaled = QFont(font)
    scaled.setPointSizeF(font.pointSizeF() * size)
    return scaled


def _lines(text: str, font: QFont, width: int) -> list[str]:
    """Broken between words; where a language has none, as Unicode allows."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    layout.beginLayout()
    lines = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF())
        lines.append(text[line.textStart() : line.textStart() + line.textLength()].strip())
    layout.endLayout()
    return lines
