"""The commands without a window in the pseudo-language: people read it, files and programs read English."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.commands.screen import Trial
from desktop.commands.selftest import _letters
from desktop.messages import choose
from desktop.settings_file import settings_file
from desktop.viewer.desk.settings import Settings


@pytest.fixture
def clivus(monkeypatch, capsys):
    """A function that runs the command in a language; status, stdout and stderr."""

    def run(language: str, *arguments: object) -> tuple[int, str, str]:
        monkeypatch.setenv("CLIVUS_LANGUAGE", language)
        status = main([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return run


def words_left(text: str) -> list[str]:
    """Words of English, but for commands in backticks."""
    return re.findall(r"\b[a-z]{3,}\b", re.sub(r"`[^`]*`", "", text))


def test_a_scan_is_for_people_in_their_language_and_for_programs_in_english(clivus, study):
    status, pseudo, _ = clivus("en_XA", "scan", study)
    _, english, _ = clivus("en", "scan", study)
    assert status == 0
    assert "suitable" in english
    assert "šûîţáƀļé" in pseudo
    facts = [line for line in pseudo.splitlines() if line.startswith("  ")]
    assert words_left(" ".join(facts[1:])) == []
    assert clivus("en_XA", "scan", study, "--json")[1] == clivus("en", "scan", study, "--json")[1]


def test_a_reading_writes_the_same_json(clivus, study, phantom, tmp_path):
    low, high = phantom.truth.range_mm
    marks = ["--roi", ",".join(map(str, phantom.truth.roi_px)), "--range", f"{low}:{high}"]
    written = {}
    for language in ("en", "en_XA"):
        status, printed, _ = clivus(language, "read", study, *marks, "--out", tmp_path / language)
        assert status == 0
        written[language] = json.loads(printed)
        written[language].pop("timing_s")
    assert written["en"] == written["en_XA"]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["scan", "/nowhere"], 3),
        (["read", "/nowhere", "--roi", "1,2,3,4", "--out", "x"], 2),
        (["read", "/nowhere", "--roi", "1,2", "--out", "x"], 2),
        (["read", "/nowhere", "--out", "x"], 2),
        (["scan", "a", "b"], 2),
        (["read", "/nowhere", "--reading", "/nowhere.json", "--out", "x"], 3),
        (["read", "/nowhere", "--roi", "1,2,3,4", "--range", "1:2", "--device", "gpu", "--out", "x"], 2),
    ],
)
def test_a_refusal_is_one_line_in_the_readers_language(clivus, arguments, status):
    done, _, said = clivus("en_XA", *arguments)
    assert (done, said.count("\n")) == (status, 1)
    assert re.search("[šţŕé]", said)
    kept = {"clivus", "read", "scan", "nowhere", "roi", "range", "out", "reading", "json", "suggest"}
    kept |= {"device", "gpu", "auto", "cuda", "cpu"}
    assert set(words_left(said)) <= kept, said


def test_the_series_to_choose_from_are_listed_in_the_readers_language(clivus, study, tmp_path):
    line = ["read", study, "--series", "1.2", "--roi", "1,2,30,40", "--range", "1:2", "--out", tmp_path / "out"]
    assert re.search(r", \d+ slices\)", clivus("en", *line)[2])
    status, _, said = clivus("en_XA", *line)
    assert status == 3
    assert "šļîçéš" in said
    assert "slices" not in said


def test_the_commands_speak_the_language_chosen_in_the_window(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("desktop.settings_file.settings_file", lambda: tmp_path / "settings.json")
    monkeypatch.delenv("CLIVUS_LANGUAGE")
    Settings(language="en_XA").save(tmp_path / "settings.json")
    assert main(["scan", "/nowhere"]) == 3
    assert "ñöŵĥéŕé" not in (said := capsys.readouterr().err)
    assert re.search("[šţŕé]", said)
    (tmp_path / "settings.json").write_text('{"language": ["en_XA"]}')
    assert main(["scan", "/nowhere"]) == 3
    assert capsys.readouterr().err.isascii(), "settings that cannot be read are the window's to tell"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp932", "utf-8"])
def test_a_console_that_has_not_the_letters_ends_nothing(encoding, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "read", "--help"],
        env=os.environ | {"CLIVUS_LANGUAGE": "en_XA", "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"--suggest" in done.stdout


def test_the_settings_lie_where_qt_would_put_them(monkeypatch):
    from PySide6.QtCore import QCoreApplication, QStandardPaths

    before = QCoreApplication.applicationName()
    QCoreApplication.setApplicationName("Clivus")
    try:
        for config in ("/somewhere/else", "relative", ""):
            monkeypatch.setenv("XDG_CONFIG_HOME", config)
            place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)
            assert settings_file() == Path(place) / "settings.json"
    finally:
        QCoreApplication.setApplicationName(before)


def test_the_self_test_names_the_language_that_no_font_draws(catalogue):
    catalogue("ja", {"Open": "開く"})
    trial = Trial(("xcb",), "", {}, [], "xcb", ("Japanese", "Chinese"), "", 0)
    choose({"LANG": "ja"})
    assert str(_letters(trial).message).startswith(
        "No font of this system draws Japanese, so the window speaks English"
    )
    choose({})
    assert str(_letters(trial).message).startswith("Names in Japanese, Chinese are drawn as boxes")


def test_help_is_in_the_readers_language(clivus, capsys, monkeypatch):
    monkeypatch.setenv("CLIVUS_LANGUAGE", "en_XA")
    for arguments in (["--help"], ["read", "--help"]):
        with pytest.raises(SystemExit):
            main(arguments)
        said = capsys.readouterr().out
        commands = "window|demo|scan|suggest|read|project|study|bundle|learn|audit|selftest|diagnostics"
        kept = rf"`[^`]*`|--?\w+|\bclivus\b|\b({commands}|auto|cpu|cuda|pdf|reading|result\.json)\b"
        assert re.findall(r"\b[a-z]{3,}\b", re.sub(kept, "", said)) == []
