"""The examples in docs/formats.md are what the product reads and writes."""

from __future__ import annotations

import json

from desktop.project.answers import Answer
from desktop.project.entry import Entry
from desktop.project.places import Places
from desktop.project.reader_study import Protocol


def test_the_entry(example, shown_as):
    entry = Entry.of(example("entry.json"))
    assert entry.roi is not None
    shown_as("entry.json", entry.document())


def test_a_protocol_and_an_answer(example, shown_as):
    protocol, answer = Protocol.of(example("protocol.json")), Answer.of(example("answer.json"))
    assert answer.whole
    shown_as("protocol.json", protocol.document())
    shown_as("answer.json", answer.document())


def test_the_places(example, shown_as, tmp_path):
    file = tmp_path / "places.json"
    file.write_text(example("places.json"))
    assert Places(file).find("648fdabddac2a513108d9a6b68434f9a") is None, "nothing there has these names"
    folder = tmp_path / "Jane Doe" / "CT 1"
    folder.mkdir(parents=True)
    places = Places(tmp_path / "own.json")
    places.remember({"a": folder, "b": folder.parent})
    again = Places(tmp_path / "own.json")
    assert (again.find("a"), again.find("b"), again.find("c")) == (folder, folder.parent, None)
    shown_as("places.json", json.loads((tmp_path / "own.json").read_text()))
    assert "Jane" not in (tmp_path / "own.json").read_text()
    folder.rename(folder.with_name("CT 2"))
    assert again.find("a") is None
