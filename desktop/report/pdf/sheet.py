"""The pages: a cursor that goes down, texts in lines, and what stands on every page.

Everything is painted at the end, when it is known how many pages there are. Lengths are in mm from the page's upper
left corner, sizes of letters in points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape

from PIL import Image

from desktop.messages import Message, message, shown
from desktop.report.pdf.fpdf_library import FPDF
from desktop.report.pdf.line_breaks import lines_of
from desktop.report.pdf.typeface import Typeface
from desktop.version import VERSION

Colour = tuple[int, int, int]

INK: Colour = (20, 22, 26)
QUIET: Colour = (92, 98, 108)
"""6 : 1 on white."""
RULE: Colour = (200, 204, 210)
AMBER: Colour = (250, 226, 170)
"""Behind what must not be overlooked; ink on it is 13 : 1."""

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
"""A4, which Japan, China and Europe print on."""
LEFT, RIGHT, TOP, BOTTOM = 16.0, PAGE_WIDTH - 16.0, 22.0, PAGE_HEIGHT - 19.0
WIDTH = RIGHT - LEFT

BODY, SMALL, HEADING = 9.0, 7.5, 12.0

_LEADING = 1.45
"""Lines apart, in letters' heights: Japanese and Chinese need more than Latin."""

_ASCENT = 1.08
"""From the upper edge of a line to where letters stand."""

_MM_PER_POINT = 25.4 / 72

_LANGUAGES = {"zh_CN": "zh-CN"}
"""By the names of the catalogues, as BCP 47 writes them, where that differs."""

_PART, _LEVEL = 2, "U"
"""PDF/A for archives: fonts and colours within, and the text can be read back (ISO 19005-2). Holds level B too."""

_CREATOR = f"Clivus {VERSION}"

_METADATA = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about=""
        xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:xmp="http://ns.adobe.com/xap/1.0/"
        xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
        xmp:CreatorTool="{creator}" xmp:CreateDate="{date}" xmp:ModifyDate="{date}" xmp:MetadataDate="{date}"
        pdfaid:part="{part}" pdfaid:conformance="{level}">
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>"""
"""As the library writes it, with the date of the reading in place of the present: the same reading gives the same
file."""


@dataclass(frozen=True)
class Running:
    """What stands on every page.

    Attributes:
        subject: for the title of the document.
        heading: what it is about: whose report it is, by pseudonym.
        use: what the model may be used for.
    """

    subject: str
    heading: Message
    use: Message


class Sheet:
    """A document in the making."""

    def __init__(self, language: str, read_at: datetime, running: Running) -> None:
        self._pdf = FPDF(unit="mm", format="A4", enforce_compliance=f"PDF/A-{_PART}{_LEVEL}")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.set_title(_title(running))
        self._pdf.set_creator(_CREATOR)
        self._pdf.set_xmp_metadata(_metadata(running, read_at))
        self._pdf.set_lang(_LANGUAGES.get(language, language.replace("_", "-")))
        self._pdf.set_creation_date(read_at)
        self._running, self._read_at = running, read_at
        self._typeface = Typeface(self._pdf, language)
        self._pages: list[list[Callable[[], object]]] = []
        self.y = BOTTOM
        """Where the next thing goes."""
        self.new_page()

    def close(self) -> None:
        """Let the fonts go."""
        self._typeface.close()

    # Going down

    def new_page(self) -> None:
        """Go on at the top of a page."""
        self._pages.append([])
        self.y = TOP

    def room_for(self, height: float) -> None:
        """Go to a new page unless so much fits on this one."""
        if height > self.rest and self.y > TOP:
            self.new_page()

    @property
    def rest(self) -> float:
        """What is free on this page."""
        return BOTTOM - self.y

    def skip(self, height: float) -> None:
        """Leave so much free."""
        self.y += height

    # Texts that go down

    def heading(self, text: Message, following: float = 20.0) -> None:
        """The title of a part, on one page with so much of what follows."""
        self.room_for(following + 10)
        if self.y > TOP:
            self.skip(4.5)
        self.write(shown(text), size=HEADING)
        self.line(LEFT, self.y, RIGHT, self.y)
        self.skip(2)

    def write(
        self,
        text: str,
        *,
        size: float = BODY,
        colour: Colour = INK,
        left: float = LEFT,
        width: float = WIDTH,
    ) -> None:
        """A paragraph."""
        for line in self.lines(text, width, size):
            self.room_for(height_of(size))
            self.text(left, self.y, line, size=size, colour=colour)
            self.skip(height_of(size))

    def facts(self, pairs: Iterable[tuple[Message, str]], label_width: float = 42.0) -> None:
        """Names and values in two columns."""
        for name, value in pairs:
            names = self.lines(shown(name), label_width - 3, BODY)
            values = self.lines(value, WIDTH - label_width, BODY)
            self.room_for(max(len(names), len(values)) * height_of(BODY) if len(values) < 8 else height_of(BODY))
            top, page = self.y, len(self._pages)
            for number, line in enumerate(names):
                self.text(LEFT, top + number * height_of(BODY), line, colour=QUIET)
            self.write(value, left=LEFT + label_width, width=WIDTH - label_width)
            if page == len(self._pages):
                self.y = max(self.y, top + len(names) * height_of(BODY))

    def lines(self, text: str, width: float, size: float) -> list[str]:
        """A text in lines of this width."""
        return lines_of(text, width, partial(self._typeface.width_mm, size=size))

    def can_draw(self, text: str) -> bool:
        """Whether the fonts hold every character of a text."""
        return self._typeface.has(text)

    # Marks at a place

    def text(
        self, x: float, y: float, text: str, *, size: float = BODY, colour: Colour = INK, anchor: str = "left"
    ) -> None:
        """One line, below y; x is its left or right end, or its middle."""
        self._put(self._drawn_text, x, y, text, size, colour, anchor)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: Colour = RULE, width: float = 0.2, dash: float = 0.0
    ) -> None:
        """A straight line, dashed if `dash` is the length of a dash."""
        self._put(self._drawn_line, ((x1, y1), (x2, y2)), colour, width, dash)

    def polyline(self, points: Sequence[tuple[float, float]], colour: Colour, width: float) -> None:
        """A line through these points."""
        self._put(self._drawn_line, points, colour, width, 0.0)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: Colour | None = None,
        edge: Colour | None = None,
        edge_width: float = 0.2,
    ) -> None:
        """A rectangle, filled, outlined or both."""
        self._put(self._drawn_box, x, y, width, height, fill, edge, edge_width)

    def image(self, picture: Image.Image, x: float, y: float, width: float, height: float) -> None:
        """A picture in this rectangle."""
        self._put(lambda: self._pdf.image(picture, x, y, width, height))

    # Painting

    def finished(self) -> bytes:
        """The file.

        Raises:
            GlyphMissing: a text holds a character that the fonts lack.
        """
        count = len(self._pages)
        for number in range(1, count + 1):
            self._running_texts(number, count)
        for page in self._pages:
            self._pdf.add_page()
            for paint in page:
                paint()
        return bytes(self._pdf.output())

    def _running_texts(self, number: int, count: int) -> None:
        """Head and foot of a page."""
        put = self._pages[number - 1].append
        use = shown(self._running.use)
        plate = self._typeface.width_mm(use, BODY) + 5
        y_use, y_foot = 10.0, PAGE_HEIGHT - 13.0
        put(partial(self._drawn_text, LEFT, y_use, f"Clivus · {shown(self._running.heading)}", BODY, QUIET, "left"))
        put(partial(self._drawn_box, RIGHT - plate, y_use - 1.2, plate, height_of(BODY) + 2, AMBER, None, 0.2))
        put(partial(self._drawn_text, RIGHT - 2.5, y_use, use, BODY, INK, "right"))
        put(partial(self._drawn_line, ((LEFT, y_foot - 2), (RIGHT, y_foot - 2)), RULE, 0.2, 0.0))
        put(
            partial(
                self._drawn_text, LEFT, y_foot, f"Clivus {VERSION} · {minute_of(self._read_at)}", SMALL, QUIET, "left"
            )
        )
        page = shown(message("Page {number} of {count}", number=number, count=count))
        put(partial(self._drawn_text, RIGHT, y_foot, page, SMALL, QUIET, "right"))

    def _put(self, paint: Callable[..., object], *arguments: object) -> None:
        self._pages[-1].append(partial(paint, *arguments))

    def _drawn_text(self, x: float, y: float, text: str, size: float, colour: Colour, anchor: str) -> None:
        share = {"left": 0.0, "middle": 0.5, "right": 1.0}[anchor]
        x -= share * self._typeface.width_mm(text, size)
        self._pdf.set_text_color(colour)
        for font, piece in self._typeface.runs(text):
            self._pdf.set_font(font, size=size)
            self._pdf.text(x, y + _ASCENT * size * _MM_PER_POINT, piece)
            x += self._typeface.width_mm(piece, size)

    def _drawn_line(self, points: Sequence[tuple[float, float]], colour: Colour, width: float, dash: float) -> None:
        self._pdf.set_draw_color(colour)
        self._pdf.set_line_width(width)
        self._pdf.set_dash_pattern(dash, dash)
        self._pdf.polyline(points)
        self._pdf.set_dash_pattern()

    def _drawn_box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: Colour | None,
        edge: Colour | None,
        edge_width: float,
    ) -> None:
        if fill is not None:
            self._pdf.set_fill_color(fill)
        if edge is not None:
            self._pdf.set_draw_color(edge)
            self._pdf.set_line_width(edge_width)
        style = ("D" if edge is not None else "") + ("F" if fill is not None else "")
        self._pdf.rect(x, y, width, height, style=style)


def _title(running: Running) -> str:
    return f"Clivus {running.subject}"


def _metadata(running: Running, read_at: datetime) -> str:
    date, title = read_at.isoformat(timespec="seconds"), escape(_title(running))
    return _METADATA.format(creator=_CREATOR, date=date, part=_PART, level=_LEVEL, title=title)


def height_of(size: float) -> float:
    """How far lines of this size lie apart."""
    return size * _MM_PER_POINT * _LEADING


def minute_of(moment: datetime) -> str:
    """Date and time with their distance from UTC, the same in every language."""
    return moment.isoformat(" ", "minutes")
