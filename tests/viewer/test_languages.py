"""The language of the window: chosen by anybody, shown at once or when the reader agrees, in its own font."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTimer
from PySide6.QtGui import QFontDatabase, QKeySequence
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QLineEdit, QMessageBox, QToolButton

from desktop.messages import choose
from desktop.reading.roi import Roi
from desktop.viewer import fonts
from desktop.viewer.desk.autosave import Autosave
from desktop.viewer.desk.case import Marks
from desktop.viewer.panels import languages
from desktop.viewer.panels.about import AboutDialog
from desktop.viewer.panels.languages import NAME, own_name
from desktop.viewer.pictures import halo
from desktop.viewer.qt_texts import QtTexts
from desktop.viewer.style import dress

OFFERED = ("en", "ja", "zh_CN")

ASKED = (
    "{language} is shown once the window is opened again. The series comes back, and what is not saved can be restored."
)


@pytest.fixture(autouse=True)
def free_to_choose(monkeypatch) -> None:
    """Three languages, and nothing that has decided already."""
    monkeypatch.delenv("CLIVUS_LANGUAGE")
    monkeypatch.setattr(languages, "offered", lambda: OFFERED)


@pytest.fixture
def japanese(qapp, catalogue) -> Iterator[None]:
    """A catalogue with a few texts, in use with its font."""
    catalogue(
        "ja",
        {
            "Cancel": "取り消す",
            "{language} is shown once the window is opened again. The series comes back, "
            "and what is not saved can be restored.": "{language}はウィンドウを開き直すと表示されます。",
        },
    )
    choose({"CLIVUS_LANGUAGE": "ja"})
    dress(qapp)
    texts = QtTexts(qapp)
    qapp.installTranslator(texts)
    yield
    qapp.removeTranslator(texts)
    choose({})
    dress(qapp)


def entries(window) -> dict[str, object]:
    """The entries of the menu on the start page, by language."""
    return {a.data(): a for a in window.start_page.languages.menu().actions() if a.data() is not None}


def test_the_menu_is_found_without_reading_and_names_each_language_in_itself(window, hand):
    shown = entries(window)
    assert [shown[one].text() for one in ("", *OFFERED)] == ["As the system", "English", "日本語", "简体中文"]
    assert shown[""].isChecked()
    menu = window.start_page.languages.menu()
    assert window.start_page.languages.text() == NAME
    assert not window.start_page.languages.icon().isNull()
    assert menu.menuAction() in window.menuBar().actions()
    assert any(button.menu() is menu and not button.icon().isNull() for button in window.findChildren(QToolButton))
    assert "en_XA" not in shown


def test_the_environment_decides_and_the_menu_says_so(qtbot, monkeypatch, window):
    monkeypatch.setenv("CLIVUS_LANGUAGE", "ja")
    menu = languages.LanguageMenu("", window)
    assert menu.actions()[0].text() == "CLIVUS_LANGUAGE is ja, and decides"
    assert not any(action.isEnabled() for action in menu.actions() if not action.isSeparator())


def test_a_language_without_a_font_is_not_offered_but_named_with_what_to_install(monkeypatch, window):
    monkeypatch.setattr(languages, "can_draw", lambda language: language == "en")
    menu = languages.LanguageMenu("", window)
    entry = next(action for action in menu.actions() if action.data() == "ja")
    assert entry.text() == "Japanese: no font (apt install fonts-noto-cjk)"
    assert not entry.isEnabled()


def test_while_nothing_is_open_a_choice_is_shown_at_once_and_kept(window, catalogue, settings, qtbot):
    catalogue("ja", {"Open": "開く"})
    with qtbot.waitSignal(window.language.wanted) as wanted:
        entries(window)["ja"].trigger()
    assert wanted.args == ["ja"]
    assert json.loads(settings.read_text())["language"] == "ja"


def test_what_is_shown_already_needs_no_other_window(window, settings, qtbot):
    with qtbot.assertNotEmitted(window.language.wanted):
        entries(window)["en"].trigger()
    assert json.loads(settings.read_text())["language"] == "en"


@pytest.fixture
def asked() -> list[str]:
    """What the question says."""
    return []


def answer(role: QMessageBox.ButtonRole, said: list[str]) -> None:
    """Press a button of the question."""
    box = QApplication.activeModalWidget()
    said.append(box.text())
    next(button for button in box.buttons() if box.buttonRole(button) == role).click()


def test_with_a_series_open_the_reader_is_asked_in_the_language_chosen(desk, japanese, settings, qtbot, asked):
    choose({})
    QTimer.singleShot(100, lambda: answer(QMessageBox.ButtonRole.RejectRole, asked))
    with qtbot.assertNotEmitted(desk.language.wanted):
        entries(desk)["ja"].trigger()
    assert asked == ["日本語はウィンドウを開き直すと表示されます。"]
    assert json.loads(settings.read_text())["language"] == "ja", "kept for the next start"


def test_unsaved_marks_are_in_a_draft_before_the_window_goes(desk, japanese, drafts, qtbot, asked):
    choose({})
    desk.case.mark(Marks(Roi.everywhere(5, 5, 20, 20), 6.0, 21.0), "step")
    QTimer.singleShot(100, lambda: answer(QMessageBox.ButtonRole.AcceptRole, asked))
    with qtbot.waitSignal(desk.language.wanted):
        entries(desk)["ja"].trigger()
    (draft,) = drafts.glob("*.json")
    assert json.loads(draft.read_text())["low_mm"] == 6.0
    start = desk.as_it_is()
    assert start.reading is None, "it comes back as a draft, and still counts as unsaved"


def test_marks_that_cannot_be_kept_hold_the_window(desk, japanese, monkeypatch, qtbot, asked):
    choose({})
    desk.case.mark(Marks(low_mm=6.0), "step")
    monkeypatch.setattr(Autosave, "keep_now", lambda self: False)
    QTimer.singleShot(100, lambda: answer(QMessageBox.ButtonRole.AcceptRole, asked))
    with qtbot.assertNotEmitted(desk.language.wanted):
        entries(desk)["ja"].trigger()
    assert desk.message.label.text().endswith("save the reading first.")


def test_the_font_is_the_languages_in_widgets_and_over_the_pictures(japanese, desk, monkeypatch):
    there = fonts.families_of("ja")
    if not there:
        pytest.skip("this system has no Japanese font")
    drawn_in, draw = [], halo._haloed
    monkeypatch.setattr(halo, "_haloed", lambda *looks: (drawn_in.append(looks[1].split(",")[0]), draw(*looks))[1])
    desk.views.axial.grab()
    assert set(drawn_in) == {there[0]}
    assert all(label.font().families()[0] == there[0] for label in desk.findChildren(QLabel))


def test_english_has_the_systems_font_again(japanese, qapp):
    choose({})
    dress(qapp)
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    assert qapp.font().families() == system.families()


def test_each_language_has_families_for_three_systems():
    for one in OFFERED[1:]:
        assert {"Droid Sans Fallback"} < set(fonts.FAMILIES[one])
        assert any(name.startswith(("Yu ", "Microsoft")) for name in fonts.FAMILIES[one])
        assert any(name.startswith(("Hiragino", "PingFang")) for name in fonts.FAMILIES[one])


def test_qts_words_come_from_our_catalogue_and_then_from_qts_own(japanese):
    def qt(context: str, text: str) -> str:
        return QCoreApplication.translate(context, text)

    assert qt("QPlatformTheme", "Cancel") == "取り消す"
    assert qt("QPlatformTheme", "Retry") == "再試行", "not ours, since this window never asks it"
    assert QKeySequence("Ctrl+Del").toString(QKeySequence.SequenceFormat.NativeText) == "Ctrl+Del"
    assert qt("QShortcut", "Up") == "Up"


@pytest.mark.parametrize("one", OFFERED[1:])
def test_qt_comes_with_its_own_words(one):
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    assert (Path(folder) / f"qtbase_{one}.qm").is_file()


def test_buttons_and_the_menu_of_a_line_to_write_in_speak_it(japanese, qtbot):
    line, buttons = QLineEdit("text"), QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(line)
    qtbot.addWidget(buttons)
    assert buttons.button(QDialogButtonBox.StandardButton.Cancel).text() == "取り消す"
    menu = line.createStandardContextMenu()
    texts = [action.text().partition("\t")[0] for action in menu.actions() if not action.isSeparator()]
    menu.deleteLater()
    assert len(texts) == 7
    assert not any(text.replace("&", "").partition("(")[0].isascii() for text in texts), texts


def test_about_says_whether_a_radiologist_has_read_the_other_languages(window, catalogue, monkeypatch):
    for one in OFFERED[1:]:
        catalogue(one, {"Open": own_name(one)}, review="Dr. A. Sato, 2027-01-05" if one == "ja" else "none")
    monkeypatch.setattr("desktop.viewer.panels.about.offered", languages.offered)
    window.actions_by_name["show_about"].trigger()
    dialog = window.findChild(AboutDialog)
    text = [label.text() for label in dialog.findChildren(QLabel)]
    dialog.close()
    assert text[text.index("日本語") + 1].endswith("reviewed by Dr. A. Sato, 2027-01-05.")
    assert text[text.index("简体中文") + 1].endswith("have not been reviewed by a radiologist.")
    assert "English" not in text


SESSION = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop import messages
from desktop.messages import language
from desktop.viewer import app
from desktop.viewer.desk.start import Start

sys.modules[language.__module__].CATALOGUES = Path(sys.argv[1])
seen = []  # printed at the end: libraries that are loaded meanwhile take stdout away for a moment

def window():
    return next(w for w in QApplication.topLevelWidgets() if type(w).__name__ == "MainWindow" and w.isVisible())

def again():
    if language() == "en":  # the other window is being made
        QTimer.singleShot(100, again)
        return
    seen.append((language(), window().start_page.buttons[0].text()))
    window().close()

def first():
    seen.append((language(), window().start_page.buttons[0].text()))
    QTimer.singleShot(100, again)
    menu = window().start_page.languages.menu()
    next(action for action in menu.actions() if action.data() == "ja").trigger()

def look():
    seen.append((language(), window().message.label.text()))
    window().close()

application = QApplication(["clivus"])
if sys.argv[2] == "no font":
    app.can_draw = lambda language: language == "en"
    messages.choose({"LANG": "ja_JP.UTF-8"})
QTimer.singleShot(500, look if sys.argv[2] == "no font" else first)
status = app.run(Start())
print(*(f"{spoken}: {text}" for spoken, text in seen), status, sep="\\n")
"""


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("chosen", ["en: Open a folder with a head CT", "ja: 頭部CT", "0"]),
        ("no font", ["en: No font of this system draws Japanese, so the window speaks English: install one", "0"]),
    ],
)
def test_a_whole_session(how, says, catalogue, tmp_path):
    folder = catalogue("ja", {"Open a folder with a head CT …  {key}": "頭部CT  {key}"}).parent
    home = tmp_path / "home"
    home.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "LC_", "LANG"))}
    done = subprocess.run(
        [sys.executable, "-c", SESSION, str(folder), how],
        env=clean | {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(says)
    assert all(line.startswith(said) for line, said in zip(lines, says, strict=True)), lines
