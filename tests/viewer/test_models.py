"""Another model: from the menu or by key, never with the former one's answers, and none of the reader's work lost."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMessageBox

from desktop.inference.bundle import Bundle
from desktop.models.default_network import opened
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.viewer.desk import judging as judging_module
from desktop.viewer.desk.case import ResultState
from desktop.viewer.desk.judging import MODEL, Judging
from desktop.viewer.early_model import EarlyModel
from desktop.viewer.panels.dialogs import ReportFolder
from desktop.viewer.panels.unsaved_work import UnsavedWork
from desktop.viewer.theme import STEPS_WIDTH
from desktop.viewer.window import MainWindow

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
OPEN_MODEL = Judging.open_model

SHIPPED, OTHER = "phantom-resnet50 0.4.0", "site-7 2.3"
CUTOFF_SLICES = 30
"""More than the range holds: the other model calls every case negative."""


@pytest.fixture(scope="module")
def other(bundle):
    """A site's own model: another name, for research, with another cut-off."""
    return bundle("another cut-off", id="site-7", version="2.3", intended_use="research", cutoff_slices=CUTOFF_SLICES)


@pytest.fixture
def read(window, volume, marks, headless, monkeypatch):
    """The phantom, marked, judged by the shipped model, with the reader's own verdict; models open as they do."""
    monkeypatch.setattr(Judging, "open_model", OPEN_MODEL)
    window.case.open(volume)
    window.case.mark(marks, "Marks of the truth")
    window.case.answer(Verdict.POSITIVE)
    window.case.accept(headless)
    return window


@pytest.fixture
def choose(hand, monkeypatch):
    """A function that presses Ctrl+M and chooses a folder, None for none."""

    def press(window, folder):
        monkeypatch.setattr(window.dialogs, "folder", lambda title: folder)
        hand.key(window, Key.Key_M, CTRL)

    return press


def settle(qtbot, window):
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=30000)


def test_a_folder_chosen_from_the_menu_with_the_keyboard(read, other, qtbot):
    """Alt+F, down to the entry, Enter; then the folder's path typed into the dialog."""

    def choose():
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        QTest.keyClicks(dialog.findChild(QLineEdit), str(other))
        QTest.keyClick(dialog.findChild(QLineEdit), Key.Key_Return)
        if dialog.isVisible():
            dialog.done(QDialog.DialogCode.Rejected)

    QTest.keyClick(read, Key.Key_F, Qt.KeyboardModifier.AltModifier)
    menu = QApplication.activePopupWidget()
    for _ in range(menu.actions().index(read.actions_by_name["open_model"]) + (menu.activeAction() is None)):
        QTest.keyClick(menu, Key.Key_Down)
    QTimer.singleShot(200, choose)
    QTest.keyClick(menu, Key.Key_Return)
    settle(qtbot, read)
    assert read.judging.network.folder == other
    assert OTHER in read.message.label.text()


def test_name_version_and_use_of_the_model_in_use_are_in_sight(read, other, choose, qtbot):
    assert SHIPPED in read.status.model.text()
    assert "Demonstration, not for clinical use." in read.status.model.text()
    choose(read, other)
    settle(qtbot, read)
    assert OTHER in read.status.model.text()
    assert "Research use only, not for clinical use." in read.status.model.text()
    assert SHIPPED not in read.status.model.text()


def test_a_long_name_pushes_nothing_out_of_the_window(read, bundle, choose, hand, qtbot):
    """The use at the right of the status bar, the buttons at the right of the steps."""
    choose(read, bundle("long", id="n" * 64))
    settle(qtbot, read)
    with qtbot.waitSignal(read.case.judged, timeout=30000):
        hand.key(read, Key.Key_Return, CTRL)
    settle(qtbot, read)
    assert read.width() == 1366
    assert read.roi_step.width() <= STEPS_WIDTH
    assert read.result_step.banner.details.text().count("n" * 64) == 1
    assert "…" in read.status.model.text()
    assert read.status.model.text().endswith("not for clinical use.")
    assert read.status.model.toolTip().startswith("n" * 64)


def test_the_former_models_result_leaves_the_screen_and_the_readers_work_stays(
    read, marks, other, choose, qtbot, monkeypatch
):
    index = read.display.index
    choose(read, other)
    settle(qtbot, read)
    assert read.case.result_state is ResultState.OUTDATED
    banner = read.result_step.banner
    assert banner.word.text() == "OUT OF DATE"
    assert "model changed" in banner.sentence.text()
    assert not read.report_step.report.isEnabled()
    assert not read.views.heat_bar.opacity.isEnabled()
    assert (read.case.marks, read.case.own_verdict, read.display.index) == (marks, Verdict.POSITIVE, index)
    assert read.case.history.canUndo()
    assert read.case.unsaved
    monkeypatch.setattr(UnsavedWork, "ask", lambda self: QMessageBox.StandardButton.Cancel)
    assert not read.close()
    monkeypatch.setattr(UnsavedWork, "ask", lambda self: QMessageBox.StandardButton.Discard)


def test_it_comes_back_with_its_model(read, headless, other, choose, hand, qtbot):
    choose(read, other)
    settle(qtbot, read)
    assert read.case.result is None
    hand.key(read, Key.Key_M, CTRL | SHIFT)
    settle(qtbot, read)
    assert read.judging.network.folder == Bundle.shipped().folder
    assert read.case.result is headless
    assert SHIPPED in read.message.label.text()


def test_the_next_analysis_and_its_report_are_the_new_models(read, other, choose, hand, tmp_path, qtbot, monkeypatch):
    assert read.case.result.verdict is not Verdict.NEGATIVE
    choose(read, other)
    settle(qtbot, read)
    with qtbot.waitSignal(read.case.judged, timeout=30000):
        hand.key(read, Key.Key_Return, CTRL)
    settle(qtbot, read)
    assert read.case.result.verdict is Verdict.NEGATIVE
    assert read.case.result.cutoff.slices == CUTOFF_SLICES
    banner = read.result_step.banner
    assert f"Model {OTHER}" in banner.details.text()
    assert banner.use.text() == "Research use only, not for clinical use."
    monkeypatch.setattr(read.dialogs, "report_folder", lambda title: ReportFolder(tmp_path / "report", False))
    hand.key(read, Key.Key_S, CTRL | SHIFT)
    settle(qtbot, read)
    model = json.loads((tmp_path / "report" / "result.json").read_text())["model"]
    assert (model["id"], model["version"], model["intended_use"]) == ("site-7", "2.3", "research")


def test_another_model_of_the_same_name_is_another_model(read, headless, bundle, choose, qtbot):
    choose(read, bundle("the same elsewhere"))
    settle(qtbot, read)
    assert read.case.result is headless
    choose(read, bundle("another threshold", threshold=0.7))
    settle(qtbot, read)
    assert read.case.result_state is ResultState.OUTDATED


@pytest.mark.parametrize(
    "changes", [None, {"schema": "x"}, {"sha256": "0" * 64}], ids=["no bundle", "another schema", "a changed model"]
)
def test_an_unsound_bundle_is_refused_and_the_former_model_goes_on(
    read, headless, marks, bundle, tmp_path, choose, qtbot, changes
):
    bad = tmp_path if changes is None else bundle("bad " + "".join(changes), **changes)
    before = read.judging.network
    choose(read, bad)
    settle(qtbot, read)
    said = read.message.label.text()
    assert str(bad) in said
    assert said.endswith("The previous model stays in use.")
    assert (read.judging.network, read.case.result, read.case.marks) == (before, headless, marks)
    assert SHIPPED in read.status.model.text()
    assert read.result_step.banner.word.text().endswith(headless.verdict.upper())
    assert read.result_step.analyse.isEnabled()
    assert not read.result_step.reason.isVisible()


def test_nothing_chosen_changes_nothing(read, headless, choose):
    choose(read, None)
    assert not read.jobs.busy(MODEL)
    assert read.case.result is headless


def test_while_a_model_is_opened_the_window_answers_and_the_former_is_not_asked(
    read, headless, other, choose, hand, qtbot, monkeypatch
):
    release = threading.Event()
    monkeypatch.setattr(judging_module, "opened", lambda folder: (release.wait(10), opened(folder))[1])
    choose(read, other)
    assert read.case.result is headless
    assert read.result_step.reason.text() == "The model is being opened."
    assert not read.result_step.analyse.isEnabled()
    hand.key(read, Key.Key_Return, CTRL)
    assert not read.judging.busy
    index = read.display.index
    hand.key(read, Key.Key_Up)
    assert read.display.index == index + 1
    release.set()
    settle(qtbot, read)
    assert read.result_step.analyse.isEnabled()


def test_an_analysis_under_way_ends_with_its_model(read, headless, other, choose, qtbot, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(judging_module, "analyse", lambda *arguments: (release.wait(10), replace(headless))[1])
    read.judging.analyse()
    choose(read, other)
    qtbot.waitUntil(lambda: OTHER in read.status.model.text(), timeout=30000)
    assert not read.judging.busy
    assert read.result_step.analyse.isVisible()
    release.set()
    settle(qtbot, read)
    assert read.case.result is None


def test_a_result_that_goes_while_the_folder_is_chosen_is_not_saved_in_silence(read, other, qtbot, hand, monkeypatch):
    def choose_slowly(title):
        read.judging.open_model(other)
        qtbot.waitUntil(lambda: read.case.result is None, timeout=30000)
        return ReportFolder(other.parent / "report", False)

    monkeypatch.setattr(read.dialogs, "report_folder", choose_slowly)
    hand.key(read, Key.Key_S, CTRL | SHIFT)
    assert "no valid result" in read.message.label.text()
    assert not (other.parent / "report").exists()


def test_a_saved_result_stays_in_its_reading_under_its_own_models_name(read, other, choose, tmp_path, qtbot):
    """Saving again after a change of the model must not take the answer out of the file."""
    read.saving.save_reading(tmp_path / "reading.json")
    choose(read, other)
    settle(qtbot, read)
    assert not read.case.unsaved
    read.saving.save_reading(tmp_path / "reading.json")
    assert Reading.load(tmp_path / "reading.json").result["model"]["id"] == "phantom-resnet50"


def test_a_sound_model_mends_a_start_without_one(window_without_model, volume, hand, qtbot):
    window = window_without_model
    qtbot.waitUntil(window.message.isVisible)
    window.case.open(volume)
    assert "There is no model at" in window.result_step.reason.text()
    hand.key(window, Key.Key_M, CTRL | SHIFT)
    settle(qtbot, window)
    assert window.message.label.text() == f"The model {SHIPPED} is in use now."
    qtbot.waitUntil(lambda: window.case.suggestion is not None, timeout=20000)
    assert "Accept what is suggested" in window.result_step.reason.text()


def test_a_model_that_is_opened_before_the_window_is_used_or_refused_as_any_other(qtbot, tmp_path, settings, drafts):
    for folder, known in ((tmp_path / "no bundle", False), (None, True)):
        window = MainWindow(EarlyModel(folder))
        window.show()
        qtbot.waitUntil(lambda own=window: own.judging.network is not None or own.message.isVisible(), timeout=20000)
        assert (window.judging.network is not None) is known
        assert ("There is no model" in window.message.label.text()) is not known
        window.close()
        window.deleteLater()
