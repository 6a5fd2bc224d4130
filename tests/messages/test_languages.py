"""The languages that ship: complete, and spoken by the program in whole sentences."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from desktop.cli import main
from desktop.messages import choose, message, shown
from desktop.report.wording import saved_verdict

SOURCES = Path(__file__).parents[2] / "desktop/messages/catalogues"
"""In the tree alone: an installation holds the compiled catalogues."""

SHIPPED = {"ja": "、", "zh_CN": "、"}
"""With what stands between the items of a list."""


@pytest.fixture(params=SHIPPED)
def language(request):
    """One of them, in use."""
    assert choose({"CLIVUS_LANGUAGE": request.param}) is None
    yield request.param
    choose({"CLIVUS_LANGUAGE": "en"})


@pytest.mark.parametrize("language", SHIPPED)
def test_every_text_is_translated_and_looked_at(language):
    catalogue = read_po(io.BytesIO((SOURCES / f"{language}.po").read_bytes()))
    assert not [entry.id for entry in catalogue if entry.id and (entry.fuzzy or not all(_strings(entry.string)))]


def _strings(string):
    return string if isinstance(string, list | tuple) else [string]


def test_a_list_is_written_as_the_language_writes_lists(language):
    assert shown(message("{names}", names=["A", "B", "C"])) == SHIPPED[language].join("ABC")


def test_a_saved_verdict_is_in_words(language):
    assert shown(saved_verdict("positive")) == shown(message("Positive: skull-base invasion"))
    assert shown(saved_verdict("positive")) != "positive"
    assert shown(saved_verdict({"a": 1})).isascii()


def test_the_demonstration_speaks_one_language(language, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("desktop.cli.choose", lambda environment, kept="": None)  # it is chosen already
    assert main(["demo", "--headless", "--out", str(tmp_path / "demo")]) == 0
    verdict, run, truth, model, place = capsys.readouterr().out.splitlines()
    assert not any(line.isascii() for line in (verdict, run, truth, model, place))
