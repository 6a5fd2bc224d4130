"""A report as one HTML file that needs no network and no program but a browser."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

_TEMPLATE = "report.html.j2"
_JPEG_QUALITY = 88


@dataclass(frozen=True)
class Paragraph:
    """Plain text; a warning is set apart."""

    text: str
    warning: bool = False
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Table:
    """Rows of text under a head; the first column names the row.

    Attributes:
        caption: above it; `note` below it.
        beside: narrow enough to stand beside the picture that follows or goes before.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    note: str = ""
    beside: bool = False
    kind: Literal["table"] = "table"

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError(f"a row of {self.caption or self.head} has not {len(self.head)} cells")


@dataclass(frozen=True)
class Picture:
    """A drawing or photograph, with a caption and what it shows in words."""

    source: str
    alt: str
    caption: str
    wide: bool = False
    kind: Literal["picture"] = "picture"

    @staticmethod
    def drawing(svg: str, alt: str, caption: str, wide: bool = False) -> Picture:
        """A drawing; as an image of its own, so that its names do not meet those of another drawing."""
        return Picture(_data("image/svg+xml", svg.encode()), alt, caption, wide)

    @staticmethod
    def photograph(image: Image.Image, alt: str, caption: str) -> Picture:
        """An image, as JPEG."""
        stream = io.BytesIO()
        image.convert("RGB").save(stream, "JPEG", quality=_JPEG_QUALITY)
        return Picture(_data("image/jpeg", stream.getvalue()), alt, caption, wide=True)


Block = Paragraph | Table | Picture


@dataclass(frozen=True)
class Section:
    """A part of the report under its heading; pictures, and tables meant to, stand beside each other."""

    title: str
    blocks: tuple[Block, ...]


def render(title: str, banner: str, sections: Sequence[Section]) -> str:
    """The whole page.

    Args:
        banner: what the model is not for; stands above everything and on every printed page.
    """
    environment = Environment(
        loader=PackageLoader("training.evaluation", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE).render(title=title, banner=banner, sections=sections)


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
