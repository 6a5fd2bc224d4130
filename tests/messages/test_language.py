"""One language, chosen by the environment; whatever is wrong with a catalogue, the reader gets the English text."""

from __future__ import annotations

import pickle

import pytest

from desktop.errors import Cancelled, InputRefused
from desktop.messages import (
    Message,
    alternatives,
    choose,
    counted,
    language,
    listed,
    message,
    sentences,
    shown,
    tr,
    verbatim,
)

SLICES = ("{number} slice", "{number} slices")
GERMAN = {
    "Open": "Öffnen",
    "{a} of {b:.1f} mm": "{b:.1f} mm, davon {a}",
    SLICES: ("{number} Schicht", "{number} Schichten"),
}
POLISH = {SLICES: ("{number} przekrój", "{number} przekroje", "{number} przekrojów")}


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, "en"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "de_DE@euro"}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "de", "LC_MESSAGES": "pl_PL"}, "pl"),
        ({"LC_MESSAGES": "pl", "LC_ALL": "C"}, "en"),
        ({"LC_ALL": "C", "LANGUAGE": "fr:de"}, "de"),
        ({"LANGUAGE": "en:de"}, "en"),
        ({"LANGUAGE": "de", "CLIVUS_LANGUAGE": "pl"}, "pl"),
        ({"CLIVUS_LANGUAGE": "de-AT"}, "de"),
        ({"CLIVUS_LANGUAGE": "", "LANG": "pl"}, "pl"),
    ],
    ids=str,
)
def test_the_environment_chooses_as_gettext_does(catalogue, environment, found):
    catalogue("de", GERMAN)
    catalogue("pl", POLISH)
    assert choose(environment) is None
    assert language() == found


@pytest.mark.parametrize("asked", ["xx", "../../etc/passwd", "d\0e"])
def test_a_language_that_is_not_there_is_one_remark_in_english(catalogue, asked):
    catalogue("de", GERMAN)
    remark = choose({"CLIVUS_LANGUAGE": asked})
    assert str(remark) == f"There are no texts in the language {asked}: CLIVUS_LANGUAGE may be en, de."
    assert (language(), tr("Open")) == ("en", "Open")


@pytest.mark.parametrize("damage", [b"", b"\xde\x12\x04\x95", b"no catalogue", b"\xde\x12\x04\x95" + b"\xff" * 40])
def test_a_damaged_catalogue_is_one_remark_in_english(catalogue, damage):
    catalogue("de", GERMAN).write_bytes(damage)
    assert str(choose({"LANG": "de"})) == "The texts in de are damaged: install Clivus again."
    assert (language(), tr("Open")) == ("en", "Open")


def test_fields_keep_their_formats_and_may_change_places(catalogue):
    catalogue("de", GERMAN)
    choose({"LANG": "de"})
    text = message("{a} of {b:.1f} mm", a=message("Open"), b=2.25)
    assert (shown(text), str(text)) == ("2.2 mm, davon Öffnen", "Open of 2.2 mm")


@pytest.mark.parametrize("broken", ["{c} mm", "{a", "{a[0]}", "{b:d} {a}", "{}"])
def test_a_translation_with_a_broken_field_is_english(catalogue, broken):
    catalogue("de", {"{a} of {b:.1f} mm": broken})
    choose({"LANG": "de"})
    assert tr("{a} of {b:.1f} mm", a=1, b=2.0) in ("1 of 2.0 mm", "1 mm")


@pytest.mark.parametrize(
    ("number", "polish"), [(1, "1 przekrój"), (3, "3 przekroje"), (5, "5 przekrojów"), (22, "22 przekroje")]
)
def test_a_language_with_three_forms(catalogue, number, polish):
    catalogue("pl", POLISH)
    choose({"LANG": "pl"})
    text = counted(*SLICES, number)
    assert (shown(text), str(text)) == (polish, f"{number} slice{'' if number == 1 else 's'}")


def test_a_form_that_is_missing_is_english(catalogue):
    catalogue("pl", {SLICES: ("{number} przekrój",)})
    choose({"LANG": "pl"})
    assert shown(counted(*SLICES, 5)) == "5 slices"


def test_a_text_that_nobody_translated_is_english(catalogue):
    catalogue("de", GERMAN)
    choose({"LANG": "de"})
    assert (tr("Close"), tr("")) == ("Close", "")


def test_lists_and_sentences_are_in_one_language(catalogue):
    catalogue("de", GERMAN | {"{items} and {last}": "{items} und {last}", "{items} or {last}": "{items} oder {last}"})
    choose({"LANG": "de"})
    opened = message("Open")
    assert shown(listed([opened, "b", opened])) == "Öffnen, b und Öffnen"
    assert shown(alternatives([opened, 2])) == "Öffnen oder 2"
    assert shown(listed([opened])) == "Öffnen"
    assert shown(sentences([message("A."), message("B.")])) == "A. B."
    assert tr("{items}", items=[]) == ""
    assert shown(verbatim("{Open}")) == "{Open}"


def test_messages_are_equal_by_text_and_fields():
    assert message("a {b}", b=1) == message("a {b}", b=1)
    assert message("a {b}", b=1) != message("a {b}", b=2)
    assert len({message("a {b}", b=[1]), message("a {b}", b=[1])}) == 1


def test_an_error_carries_its_message_to_another_process(catalogue):
    catalogue(
        "de", {"Cancelled; nothing was changed.": "Abgebrochen; nichts wurde geändert.", "{a} missing": "{a} fehlt"}
    )
    choose({"LANG": "de"})
    error = pickle.loads(pickle.dumps(InputRefused(message("{a} missing", a="x"))))
    assert (str(error), shown(error.message)) == ("x missing", "x fehlt")
    assert shown(Cancelled().message) == "Abgebrochen; nichts wurde geändert."


def test_a_label_of_a_name(catalogue):
    catalogue("de", {"tilt": "Neigung"})
    choose({"LANG": "de"})
    assert shown(Message("tilt")) == "Neigung"
