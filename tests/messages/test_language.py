"""One language, chosen by the environment; whatever is wrong with a catalogue, the reader gets the English text."""

from __future__ import annotations

import pickle
import plistlib
import sys
from pathlib import Path

import pytest

from desktop.errors import Cancelled, InputRefused
from desktop.messages import (
    Message,
    alternatives,
    choose,
    clinical_review,
    counted,
    language,
    listed,
    message,
    offered,
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


@pytest.mark.parametrize(
    ("environment", "kept", "found"),
    [
        ({"LANG": "de_DE.UTF-8"}, "ja", "ja"),
        ({"LANG": "de_DE.UTF-8"}, "", "de"),
        ({"LANG": "ja_JP.UTF-8"}, "en", "en"),
        ({"LANG": "de", "CLIVUS_LANGUAGE": "zh_CN"}, "ja", "zh_CN"),
        ({"LANG": "ja_JP.eucJP"}, "fr", "ja"),
        ({"LANG": "de"}, "../ja", "de"),
    ],
    ids=str,
)
def test_what_the_reader_chose_stands_between_our_variable_and_the_system(catalogue, environment, kept, found):
    for one in ("de", "ja", "zh_CN"):
        catalogue(one, {"Open": one})
    assert choose(environment, kept) is None
    assert (language(), tr("Open")) == (found, "Open" if found == "en" else found)


@pytest.mark.parametrize("simplified", ["zh", "zh_CN.GB18030", "zh-Hans-CN", "zh_Hans", "zh_SG", "zh_Hans_HK"])
def test_simplified_chinese_under_its_names(catalogue, simplified):
    catalogue("zh_CN", {"Open": "打开"})
    choose({"LANG": simplified})
    assert language() == "zh_CN"


@pytest.mark.parametrize("traditional", ["zh_TW.UTF-8", "zh_HK", "zh_MO", "zh-Hant-TW", "zh_Hant"])
def test_who_reads_traditional_characters_is_not_shown_the_simplified(catalogue, traditional):
    catalogue("zh_CN", {"Open": "打开"})
    choose({"LANG": traditional})
    assert language() == "en"
    catalogue("zh_TW", {"Open": "開啟"})
    choose({"LANG": traditional})
    assert language() == "zh_TW"


@pytest.mark.parametrize(
    ("system", "found"),
    [
        (["ja-JP", "en-US"], "ja"),
        (["zh-Hans-JP", "ja-JP"], "zh_CN"),
        (["fr-FR", "ja-JP"], "ja"),
        (["en-JP", "ja"], "en"),
    ],
    ids=str,
)
def test_a_mac_says_its_languages_in_a_file(catalogue, tmp_path, monkeypatch, system, found):
    for one in ("ja", "zh_CN"):
        catalogue(one, {"Open": one})
    file = tmp_path / "Library/Preferences/.GlobalPreferences.plist"
    file.parent.mkdir(parents=True)
    file.write_bytes(plistlib.dumps({"AppleLanguages": system}, fmt=plistlib.FMT_BINARY))
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    choose({})
    assert language() == found
    file.write_bytes(b"bplist00 damaged")
    choose({})
    assert language() == "en"


def test_testers_languages_are_not_offered(catalogue):
    for one in ("ja", "en_XA", "zh_CN"):
        catalogue(one, {"Open": one})
    assert offered() == ("en", "ja", "zh_CN")


def test_who_has_reviewed_a_language_stands_in_its_header(catalogue):
    catalogue("ja", {"Open": "開く"})
    assert clinical_review("ja") == ""
    catalogue("ja", {"Open": "開く"}, review="none")
    assert clinical_review("ja") == ""
    catalogue("ja", {"Open": "開く"}, review="Dr. A. Sato, 2027-01-05")
    assert clinical_review("ja") == "Dr. A. Sato, 2027-01-05"
    assert clinical_review("not there") == ""


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
