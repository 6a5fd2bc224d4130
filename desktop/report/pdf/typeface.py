"""The fonts of the report: each character in the first font that has it, and never as a box."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from desktop.errors import InputRefused
from desktop.messages import message
from desktop.quoting import quoted
from desktop.report.pdf.fpdf_library import FPDF, TTFFont

FOLDER = Path(__file__).parents[1] / "fonts"

_MM_PER_POINT = 25.4 / 72
_UNITS = 1000
"""Of a glyph's width, in a font's size (PDF 32000-1, 9.2.4)."""


@dataclass(frozen=True)
class _Face:
    """A font: its file, and which of the file's faces it is."""

    file: str
    number: int = 0


_LATIN, _JAPANESE, _CHINESE = _Face("NotoSans.ttf"), _Face("NotoSansCJK.ttc", 0), _Face("NotoSansCJK.ttc", 1)

_FACES = {"ja": (_JAPANESE, _LATIN, _CHINESE), "zh": (_CHINESE, _LATIN, _JAPANESE)}
_OTHERS = _LATIN, _JAPANESE, _CHINESE
"""By language, the best first; names of patients come in other scripts than texts."""


class GlyphMissing(InputRefused):
    """A character that no font of the report has."""


class Typeface:
    """The fonts of one document. A font is read when the first character needs it: that takes a third of a second."""

    def __init__(self, pdf: FPDF, language: str) -> None:
        self._pdf = pdf
        self._faces = _FACES.get(language.partition("_")[0], _OTHERS)
        self._read: dict[_Face, TTFFont] = {}
        self._found: dict[str, _Face] = {}

    def close(self) -> None:
        """Close the files of the fonts, which are read from until the document is made."""
        for font in self._read.values():
            font.ttfont.close()

    def runs(self, text: str) -> list[tuple[str, str]]:
        """A text in pieces of one font each: the font's name in the document, and the piece.

        Raises:
            GlyphMissing: a character is in none of the fonts.
        """
        pieces = groupby(text, lambda character: self._face_of(character, text))
        return [(_name(face), "".join(characters)) for face, characters in pieces]

    def width_mm(self, text: str, size: float) -> float:
        """How wide a text is at a size in points.

        Raises:
            GlyphMissing: as `runs`.
        """
        units = sum(self._font(self._face_of(character, text)).cw[ord(character)] for character in text)
        return float(units) / _UNITS * size * _MM_PER_POINT

    def has(self, text: str) -> bool:
        """Whether every character is in one of the fonts."""
        return all(self._having(character) for character in text)

    def _having(self, character: str) -> _Face | None:
        return next((face for face in self._faces if ord(character) in self._font(face).cmap), None)

    def _face_of(self, character: str, text: str) -> _Face:
        if character not in self._found:
            face = self._having(character)
            if face is None:
                raise GlyphMissing(
                    message(
                        'The report cannot be written as a PDF: its fonts lack the character "{character}" ({code}) in '
                        '"{text}". Leave it out, or save the report without a PDF.',
                        text=quoted(text),
                        character=quoted(character),
                        code=f"U+{ord(character):04X}",
                    )
                )
            self._found[character] = face
        return self._found[character]

    def _font(self, face: _Face) -> TTFFont:
        if face not in self._read:
            self._pdf.add_font(_name(face), fname=FOLDER / face.file, collection_font_number=face.number)
            font = self._pdf.fonts[_name(face)]
            assert isinstance(font, TTFFont)
            self._read[face] = font
        return self._read[face]


def _name(face: _Face) -> str:
    return f"{Path(face.file).stem}{face.number}".lower()
