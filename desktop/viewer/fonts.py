"""The font that a language is shown in, and whether a font of this system can draw a script at all."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QImage, QPainter
from PySide6.QtWidgets import QApplication

from desktop.scripts import SCRIPTS, script_of

FAMILIES = {
    "ja": (
        *("Yu Gothic UI", "Meiryo", "Hiragino Sans", "Hiragino Kaku Gothic ProN"),
        *("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "IPAexGothic", "IPAPGothic", "TakaoPGothic"),
        *("VL PGothic", "Droid Sans Fallback"),
    ),
    "zh_CN": (
        *("Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB"),
        *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
        *("Droid Sans Fallback",),
    ),
}
"""Of Windows, macOS and Linux, the best first. Unicode has one code point for a character that Japan and China draw
differently, so the system's own choice may show either of them in the forms of the other."""

_NO_LETTER = "\u0378"
"""A code point that Unicode gives to no letter: what is drawn for it is the box of a missing one."""

_LETTER_PX = 32


def use_fonts_of(language: str, app: QApplication) -> None:
    """Show everything in a font of the language; in the system's where it needs none of its own."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if families := families_of(language):
        # The language's family goes first: heights of lines are measured by the first one.
        font.setFamilies([*families, font.family()])
    if font.families() != app.font().families():
        app.setFont(font)


def families_of(language: str) -> list[str]:
    """The families for a language that this system has."""
    there = set(QFontDatabase.families())
    return [family for family in FAMILIES.get(language, ()) if family in there]


def can_draw(language: str) -> bool:
    """Whether this system has a font for the script of a language."""
    return is_drawn(SCRIPTS[script_of(language)])


def is_drawn(letters: str) -> bool:
    """Whether each letter has a picture of its own, which is not the box of a missing one."""
    pictures = {_picture(letter) for letter in letters}
    return len(pictures) == len(letters) and _picture(_NO_LETTER) not in pictures and _picture(" ") not in pictures


def _picture(letter: str) -> bytes:
    image = QImage(2 * _LETTER_PX, 2 * _LETTER_PX, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    font = painter.font()
    font.setPixelSize(_LETTER_PX)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(image.rect(), Qt.AlignmentFlag.AlignCenter, letter)
    painter.end()
    return bytes(image.constBits())
