"""Make the fonts of the PDF report, in desktop/report/fonts, from those of Debian (fonts-noto-core, fonts-noto-cjk).

    python packaging/report_fonts.py            from where Debian installs them
    python packaging/report_fonts.py LATIN CJK  from these files, NotoSans-Regular.ttf and NotoSansCJK-Regular.ttc

Two files come of it: the Latin, Greek and Cyrillic letters of Noto Sans, and of Noto Sans CJK what the character sets
of Japan, China, Taiwan and Korea hold in which names of patients come. The latter is a collection of two faces that
share their outlines, since Japan and China draw many a character differently for which Unicode has one code point.

Needs fonttools, which the PDF library brings along. Takes a minute; the same sources give the same files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

OUT = Path(__file__).parents[1] / "desktop" / "report" / "fonts"

_DEBIAN = Path("/usr/share/fonts")
_LATIN = _DEBIAN / "truetype/noto/NotoSans-Regular.ttf"
_CJK = _DEBIAN / "opentype/noto/NotoSansCJK-Regular.ttc"

_FACES = ("Noto Sans CJK JP", "Noto Sans CJK SC")
"""`desktop.report.pdf.typeface` takes them by their place in this order."""

_LATIN_BLOCKS = ((0x20, 0x24F), (0x2B0, 0x52F), (0x1E00, 0x22FF))
"""Latin with its supplements, Greek, Cyrillic; punctuation, arrows and signs of mathematics."""

_SIGNS = ((0x20, 0x24F), (0x370, 0x52F), (0x1E00, 0x2BFF), (0x3000, 0x33FF), (0xFF00, 0xFFEF))
"""What is not an ideograph or a Hangul syllable, as far as Noto Sans CJK has it."""

_HIGH, _ALL_LOW = range(0xA1, 0xFF), (*range(0x40, 0x7F), *range(0xA1, 0xFF))
_SETS = (
    ("euc_jp", _HIGH, _HIGH),  # JIS X 0208
    ("gb2312", _HIGH, _HIGH),
    ("euc_kr", _HIGH, _HIGH),  # KS X 1001
    ("big5", range(0xA1, 0xC7), _ALL_LOW),  # its first level, the common characters
)

_LEFT_OUT = ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG", "STAT", "meta"]
"""Tables for layout by a shaper and for vertical lines: the report has neither."""


def main(argv: Sequence[str]) -> int:
    """Make both files."""
    latin, cjk = map(Path, argv) if argv else (_LATIN, _CJK)
    OUT.mkdir(exist_ok=True)
    font = TTFont(latin, recalcTimestamp=False)
    _cut(font, _range(_LATIN_BLOCKS), ())
    font.save(OUT / "NotoSans.ttf")
    collection = TTCollection(cjk, recalcTimestamp=False)
    faces = [next(one for one in collection.fonts if one["name"].getBestFullName() == name) for name in _FACES]
    letters = {*_range(_SIGNS), *_of_sets()}
    glyphs = {glyph for face in faces for code, glyph in face.getBestCmap().items() if code in letters}
    for face in faces:
        _cut(face, letters, glyphs)
    collection.fonts = faces
    collection.save(OUT / "NotoSansCJK.ttc", shareTables=True)
    for file in sorted(OUT.iterdir()):
        print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB")
    return 0


def _cut(font: TTFont, letters: Iterable[int], glyphs: Iterable[str]) -> None:
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables += _LEFT_OUT
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters, glyphs=glyphs)
    subsetter.subset(font)


def _range(blocks: Iterable[tuple[int, int]]) -> set[int]:
    return {code for first, last in blocks for code in range(first, last + 1)}


def _of_sets() -> set[int]:
    """The code points of the character sets, by Python's codecs of two bytes."""
    found = set()
    for codec, high, low in _SETS:
        for pair in (bytes([first, second]) for first in high for second in low):
            text = pair.decode(codec, errors="ignore")
            found |= {ord(text)} if len(text) == 1 else set()
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
