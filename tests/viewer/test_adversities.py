"""What goes wrong around the window: discs pulled, folders that vanish, keys pressed twice. Nothing is lost."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import Qt

from desktop.reading.saved import Reading
from desktop.viewer.desk import study as study_module
from desktop.viewer.desk.judging import ANALYSIS
from desktop.viewer.panels.dialogs import FileDialogs, ReportFolder

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def settle(qtbot, window):
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=60000)


@pytest.fixture
def two_series(window, small_folder, tmp_path, qtbot):
    """A folder with two series, the first of them open; files that are not there any more fail when they are read."""
    folder = small_folder("a", "1.2.3")
    for file in small_folder("c", "1.2.9", slices=5).iterdir():
        file.rename(folder / f"c{file.name}")
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.open(folder)
    settle(qtbot, window)
    return folder


def test_a_series_whose_disc_was_pulled_stays_with_its_marks_and_can_be_saved(
    window, two_series, hand, qtbot, readings
):
    hand.key(window, Qt.Key.Key_BracketLeft)
    hand.key(window, Qt.Key.Key_Right, CTRL)
    hand.key(window, Qt.Key.Key_End)
    hand.key(window, Qt.Key.Key_BracketRight)
    marks = window.case.marks
    shutil.rmtree(two_series)
    window.series_step.list.itemClicked.emit(window.series_step.list.item(1))
    qtbot.waitUntil(window.message.isVisible)
    settle(qtbot, window)
    assert "None of the 5 slices of the series can be read" in window.message.label.text()
    window.case.mark(marks, "Again")  # "discard" was answered, yet a failed opening gives back what was there
    assert window.case.volume.series.series_instance_uid == "1.2.3"
    hand.key(window, Qt.Key.Key_S, CTRL)
    (file,) = readings.glob("*.json")
    assert Reading.load(file).roi == marks.roi


@pytest.mark.parametrize(("first_lost", "sentence"), [(0, "None of the 12 slices"), (7, "5 slices could not be read")])
def test_a_disc_that_is_pulled_while_it_is_read_is_told(window, small_folder, qtbot, monkeypatch, first_lost, sentence):
    folder = small_folder()
    load = study_module.load

    def pulled(*arguments):
        for number in range(first_lost, 12):
            (folder / f"{number}").unlink()
        return load(*arguments)

    monkeypatch.setattr(study_module, "load", pulled)
    window.open(folder)
    qtbot.waitUntil(window.message.isVisible, timeout=30000)
    settle(qtbot, window)
    assert sentence in window.message.label.text()
    assert (window.case.volume is None) == (first_lost == 0)


def test_analyse_pressed_twice_is_one_analysis(marked, hand, qtbot, monkeypatch):
    started = []
    start = marked.jobs.start
    monkeypatch.setattr(marked.jobs, "start", lambda kind, *rest: (started.append(kind), start(kind, *rest)))
    with qtbot.waitSignal(marked.case.judged, timeout=60000):
        hand.key(marked, Qt.Key.Key_Return, CTRL)
        hand.key(marked, Qt.Key.Key_Return, CTRL)
    settle(qtbot, marked)
    assert started.count(ANALYSIS) == 1
    assert marked.case.result is not None


def test_a_window_closed_while_it_analyses_ends(marked, hand):
    hand.key(marked, Qt.Key.Key_Return, CTRL)
    assert marked.judging.busy
    assert marked.close()  # that its thread has ended is seen to after every test
    assert marked.case.result is None


def test_what_is_saved_into_a_folder_that_vanished_is_told_or_makes_it_again(
    marked, hand, qtbot, tmp_path, monkeypatch
):
    gone = tmp_path / "stick" / "results"
    gone.mkdir(parents=True)
    with qtbot.waitSignal(marked.case.judged, timeout=60000):
        marked.judging.analyse()
    settle(qtbot, marked)

    def chosen(*asked):
        shutil.rmtree(gone.parent, ignore_errors=True)
        return gone

    monkeypatch.setattr(FileDialogs, "report_folder", lambda *asked: ReportFolder(chosen(), False))
    monkeypatch.setattr(FileDialogs, "new_reading", lambda *asked: chosen() / "reading.json")
    hand.key(marked, Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.AltModifier)
    assert "the folder is gone" in marked.message.label.text()
    assert marked.case.unsaved
    marked.message.hide()
    hand.key(marked, Qt.Key.Key_S, CTRL | SHIFT)
    qtbot.waitUntil(marked.message.isVisible, timeout=30000)
    settle(qtbot, marked)
    assert "Report saved in" in marked.message.label.text()
    assert (gone / "result.json").exists()
