"""The report's page: one file, no network, nothing from a case's key that the browser would run."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from PIL import Image

from training.evaluation.report.page import Paragraph, Picture, Section, Table, render

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>'


class Reader(HTMLParser):
    """What a browser sees: tags with their attributes, and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.depth = 0

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "div":
            self.depth += 1

    def handle_endtag(self, tag):
        if tag == "div":
            self.depth -= 1

    def handle_data(self, data):
        self.text += data


def read(*blocks) -> Reader:
    reader = Reader()
    reader.feed(render("Evaluation", "Not for clinical use.", [Section("Part", tuple(blocks))]))
    return reader


def test_keys_are_text_whatever_they_hold():
    reader = read(
        Table(("case",), (('<script src="x"></script>',),)),
        Paragraph("<b>&amp;"),
        Picture.drawing(DRAWING, 'a "quoted" <alt>', "c"),
    )
    assert "script" not in {tag for tag, _ in reader.tags}
    assert '<script src="x"></script>' in reader.text
    assert "<b>&amp;" in reader.text
    assert 'a "quoted" <alt>' in {attributes.get("alt") for _, attributes in reader.tags}


def test_nothing_is_fetched():
    reader = read(Picture.drawing(DRAWING, "d", "c"), Picture.photograph(Image.new("RGB", (4, 4)), "p", "c"))
    sources = [attributes["src"] for tag, attributes in reader.tags if tag == "img"]
    assert len(sources) == 2
    assert all(source is not None and source.startswith("data:image/") for source in sources)
    assert not {"script", "link", "iframe"} & {tag for tag, _ in reader.tags}
    policy = next(a["content"] for tag, a in reader.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_pictures_stand_side_by_side_and_the_page_is_well_formed():
    picture = Picture.drawing(DRAWING, "d", "c")
    reader = read(picture, picture, Paragraph("between"), picture)
    assert sum(attributes.get("class") == "pictures" for _, attributes in reader.tags) == 2
    assert reader.depth == 0


def test_the_banner_and_a_warning_are_set_apart():
    reader = read(Paragraph("careful", warning=True))
    assert "Not for clinical use." in reader.text
    assert ("p", {"class": "warning"}) in reader.tags


def test_a_row_of_another_length_is_a_defect():
    with pytest.raises(ValueError, match="has not 2 cells"):
        Table(("a", "b"), (("only one",),))
