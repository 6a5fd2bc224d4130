"""File dialogs: they keep nothing of where they have been, and a name typed without suffix gets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import QCoreApplication, QDir, QEvent, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMessageBox

import desktop.viewer
from desktop.viewer.panels.dialogs import FileDialogs

SECRET = "ZZSYNTHETIC_PERSON_19510203"
SHARED_SETTINGS = "QtProject.conf"
"""Of all of Qt's programs of an account."""

SETTLING_MS = 300
"""A dialog that has just opened still lists its folder, and puts back the name that it was given."""


@pytest.fixture
def settings(tmp_path):
    """Where Qt's programs keep their settings."""
    before = Path(QSettings(QSettings.Scope.UserScope, "QtProject").fileName()).parent
    folder = tmp_path / "settings"
    folder.mkdir()
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(folder))
    yield folder
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(before))


@pytest.fixture
def patient(tmp_path, monkeypatch):
    """A folder named after a patient, which the program was started in."""
    folder = tmp_path / SECRET
    (folder / "CT").mkdir(parents=True)
    (folder / "saved.json").write_text("{}")
    monkeypatch.chdir(folder)
    return folder


LIMIT_S = 120
"""Then what is still open is closed: the test fails, and does not wait for ever."""


@pytest.fixture
def in_the_dialog():
    """A function that does steps one after the other, each once a dialog of its kind is open.

    Each step leads out of the dialog that it is done in. One that did not, since a busy dialog took no notice of it,
    is done again.
    """
    clocks = []

    def begin(*steps):
        waiting, deadline = list(steps), monotonic() + LIMIT_S

        def wait():
            clock = QTimer()
            clock.setSingleShot(True)
            clock.timeout.connect(step)
            clock.start(SETTLING_MS)
            clocks.append(clock)

        def step():
            wait()  # before the step: what it does may open the next dialog
            dialog = QApplication.activeModalWidget()
            if dialog is not None and monotonic() > deadline:
                dialog.close()
            elif waiting and isinstance(dialog, getattr(waiting[0], "kind", QDialog)):
                act = waiting.pop(0)
                left = len(waiting)
                act(dialog)
                if len(waiting) == left and QApplication.activeModalWidget() is dialog:
                    waiting.insert(0, act)

        wait()

    yield begin
    for clock in clocks:
        clock.stop()


def of_kind(kind, step):
    """A step that waits for a dialog of this kind."""
    step.kind = kind
    return step


def typed(text):
    """Type a name and press Return."""

    def step(dialog):
        line = dialog.findChild(QLineEdit)
        dialog.activateWindow()
        line.setFocus()
        if not line.hasFocus():  # after a question it comes later; without, the list's selection counts, not the name
            return
        line.selectAll()
        for sign in text:  # QTest types ASCII only
            QApplication.sendEvent(line, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign))
        line.completer().popup().hide()  # if it shows, which depends on how far the folder is listed, it takes the key
        QTest.keyClick(line, Qt.Key.Key_Return)

    return of_kind(QFileDialog, step)


def answered(button, asked):
    """Put the text of the question on the list, and press a button."""

    def step(box):
        asked.append(box.text())
        box.button(button).click()

    return of_kind(QMessageBox, step)


def bookmarked_and_left(folder):
    """Go through the folder, bookmark it, and press Esc."""

    def step(dialog):
        dialog.setDirectory(str(folder))
        dialog.setSidebarUrls([*dialog.sidebarUrls(), QUrl.fromLocalFile(str(folder))])
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    return step


def kept(settings):
    """What the settings hold once dialogs are gone."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return (settings / SHARED_SETTINGS).read_text()


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("folder", ("Open a folder",), "CT"),
        ("files", ("Open files",), "saved.json"),
        ("reading", ("Open a saved reading",), "saved.json"),
        ("new_reading", ("Save the reading", "reading.json"), "case1"),
    ],
)
def test_no_dialog_keeps_where_it_has_been(window, settings, patient, name, arguments, text, in_the_dialog):
    dialogs = FileDialogs(window)
    in_the_dialog(typed(str(patient / text)))
    assert getattr(dialogs, name)(*arguments)
    in_the_dialog(bookmarked_and_left(patient))
    assert not getattr(dialogs, name)(*arguments)
    assert SECRET not in kept(settings)


def test_qts_own_dialog_would_keep_it(window, settings, patient, in_the_dialog):
    """Else the test above would see nothing."""
    dialog = QFileDialog(window, "Open", str(patient))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    in_the_dialog(typed("saved.json"))
    dialog.exec()
    dialog.deleteLater()
    assert SECRET in kept(settings)


def test_all_dialogs_of_the_window_are_made_in_one_place():
    for file in Path(desktop.viewer.__file__).parent.rglob("*.py"):
        assert file.name == "dialogs.py" or "QFileDialog" not in file.read_text(encoding="utf-8"), file


def test_a_dialog_opens_where_the_program_was_started_then_beside_what_was_chosen(
    window, settings, patient, in_the_dialog
):
    seen = []

    def look(dialog):
        seen.append(dialog.directory().absolutePath())
        dialog.reject()

    dialogs = FileDialogs(window)
    in_the_dialog(look)
    dialogs.files("Open files")
    in_the_dialog(typed(str(patient / "CT" / "case1")))
    dialogs.new_reading("Save the reading", "reading.json")
    in_the_dialog(look)
    dialogs.files("Open files")
    assert seen == [str(patient), str(patient / "CT")]


def test_what_is_saved_is_not_saved_on_the_disc_that_was_opened(window, settings, patient, in_the_dialog, monkeypatch):
    seen = []

    def look(dialog):
        seen.append(dialog.directory().absolutePath())
        dialog.reject()

    dialogs = FileDialogs(window)
    monkeypatch.setattr("desktop.viewer.panels.dialogs.QStorageInfo.isReadOnly", lambda disc: True)
    for ask in (dialogs.files, dialogs.report_folder):
        in_the_dialog(look)
        ask("Where")
    assert seen == [str(patient), QDir.homePath()]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("case1", "case1.json"),
        ("case1.json", "case1.json"),
        ("case1.JSON", "case1.JSON"),
        ("case1.", "case1.json"),
        ("case 1.2", "case 1.2.json"),
        ("results.txt", "results.txt.json"),
        ("Fälle", "Fälle.json"),
    ],
)
def test_a_reading_gets_its_suffix(window, settings, tmp_path, name, written, in_the_dialog):
    in_the_dialog(typed(str(tmp_path / name)))
    assert window.dialogs.new_reading("Save the reading", "reading.json") == tmp_path / written


def test_an_older_reading_of_the_completed_name_is_asked_about(window, settings, tmp_path, in_the_dialog):
    (tmp_path / "case1.json").write_text("{}")
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    asked = []
    name = str(tmp_path / "case1")
    in_the_dialog(typed(name), answered(no, asked), typed(name), answered(yes, asked))
    assert window.dialogs.new_reading("Save the reading", "reading.json") == tmp_path / "case1.json"
    assert asked == ["case1.json already exists. Do you want to replace it?"] * 2


def test_a_file_that_will_not_be_written_is_not_asked_about(window, settings, tmp_path, in_the_dialog):
    (tmp_path / "case1").write_text("not a reading")
    in_the_dialog(typed(str(tmp_path / "case1")))
    assert window.dialogs.new_reading("Save the reading", "reading.json") == tmp_path / "case1.json"


SESSION = """
from pathlib import Path
from PySide6.QtCore import QTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from desktop.viewer import app
from desktop.viewer.desk.start import Start

def window():
    return next(w for w in QApplication.topLevelWidgets() if type(w).__name__ == "MainWindow")

def choose():
    line = QApplication.activeModalWidget().findChild(QLineEdit)
    QTest.keyClicks(line, str(Path("CT").absolute()))
    QTest.keyClick(line, Qt.Key.Key_Return)

def ask():
    QTimer.singleShot(300, choose)
    window().actions_by_name["open_folder"].trigger()
    QTimer.singleShot(1000, window().close)

application = QApplication(["clivus"])
QTimer.singleShot(300, ask)
app.run(Start())
"""


def test_a_whole_session_in_a_patients_folder_leaves_its_name_nowhere(small_folder, tmp_path):
    study = tmp_path / SECRET
    study.mkdir()
    small_folder("CT").rename(study / "CT")
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    subprocess.run(
        [sys.executable, "-c", SESSION],
        cwd=study,
        env=clean | {"HOME": str(home), "TMPDIR": str(temporary), "QT_QPA_PLATFORM": "offscreen"},
        check=True,
        timeout=30,
    )
    files = [path for place in (home, temporary) for path in place.rglob("*") if path.is_file()]
    assert any(path.name == SHARED_SETTINGS for path in files)  # else the dialog was not used
    assert not [path for path in files if SECRET in str(path) or SECRET.encode() in path.read_bytes()]
