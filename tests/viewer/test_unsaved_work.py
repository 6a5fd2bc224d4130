"""Nothing marked is lost unasked: closing the window, another series, another study, a reading."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.viewer.panels.unsaved_work import UnsavedWork

Button = QMessageBox.StandardButton
ASK = UnsavedWork.ask


@pytest.fixture
def answer(monkeypatch):
    """A function that presses a button of the next question; gives the list of questions."""
    asked = []
    monkeypatch.setattr(UnsavedWork, "ask", ASK)

    def give(button):
        def press():
            box = QApplication.activeModalWidget()
            if box is None:  # not asked yet
                QTimer.singleShot(50, press)
                return
            assert isinstance(box, QMessageBox)
            asked.append(box.informativeText())
            offered = box.button(button)
            if offered is None:
                asked.append("not offered")
                box.button(Button.Cancel).click()
            else:
                offered.click()

        QTimer.singleShot(50, press)

    give.asked = asked
    yield give
    monkeypatch.setattr(UnsavedWork, "ask", lambda self: Button.Discard)  # for the window's own end


@pytest.fixture
def opened(window, small_folder, qtbot):
    with qtbot.waitSignal(window.opening.opened):
        window.open(small_folder())
    settle(qtbot, window)
    return window


def settle(qtbot, window):
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=30000)


def mark(window):
    window.case.mark(window.case.marks.with_roi(Roi.everywhere(10, 10, 20, 30)).with_low(6.0).with_high(12.0), "Marks")


def test_nothing_marked_nothing_asked(opened, answer, small_folder, qtbot):
    mark(opened)
    opened.case.undo()
    with qtbot.waitSignal(opened.opening.opened):
        opened.open(small_folder("b", "1.2.77"))
    assert opened.close()
    assert not answer.asked


def test_the_window_stays_open_until_the_reader_has_decided(opened, answer, readings):
    mark(opened)
    answer(Button.Cancel)
    assert not opened.close()
    assert opened.isVisible()
    readings.write_text("in the way")
    answer(Button.Save)
    assert not opened.close()  # it could not be written
    readings.unlink()
    answer(Button.Save)
    assert opened.close()
    (path,) = readings.glob("*.json")
    assert Reading.load(path).roi == Roi.everywhere(10, 10, 20, 30)
    assert len(answer.asked) == 3


def test_another_study_asks_once_and_a_failed_opening_loses_nothing(opened, answer, small_folder, tmp_path, qtbot):
    mark(opened)
    marks = opened.case.marks
    answer(Button.Cancel)
    opened.open(small_folder("b", "1.2.77"))
    assert not opened.opening.busy
    answer(Button.Discard)
    opened.open(tmp_path / "nothing")
    qtbot.waitUntil(opened.message.isVisible)
    assert opened.case.marks == marks
    with qtbot.waitSignal(opened.opening.opened):
        opened.open(tmp_path / "b")
    assert len(answer.asked) == 2
    assert opened.case.marks.roi is None


def test_what_is_marked_while_another_study_is_looked_for_is_asked_for_too(opened, answer, small_folder, qtbot):
    b = small_folder("b", "1.2.77")
    opened.open(b)
    mark(opened)
    answer(Button.Cancel)
    qtbot.waitUntil(lambda: bool(answer.asked))
    settle(qtbot, opened)
    assert opened.case.volume.series.description == "series a"
    assert opened.case.marks.roi is not None
    assert opened.series_step.list.count() == 1


def test_another_series_asks_and_half_a_reading_cannot_be_saved(window, answer, small_folder, tmp_path, qtbot):
    folder = small_folder("a", "1.2.3")
    for file in small_folder("c", "1.2.9", slices=5).iterdir():
        file.rename(folder / f"c{file.name}")
    with qtbot.waitSignal(window.opening.opened):
        window.open(folder)
    settle(qtbot, window)
    window.case.mark(window.case.marks.with_low(6.0), "Mark")
    answer(Button.Save)
    window.series_step.list.itemClicked.emit(window.series_step.list.item(1))
    assert answer.asked[1] == "not offered"
    assert "cannot be saved yet" in answer.asked[0]
    assert window.series_step.list.currentRow() == 0
    answer(Button.Discard)
    with qtbot.waitSignal(window.opening.opened):
        window.series_step.list.itemClicked.emit(window.series_step.list.item(1))
    assert len(window.case.volume.hu) == 5


def test_a_saved_reading_is_not_asked_for_and_a_changed_one_is(opened, answer, tmp_path):
    mark(opened)
    opened.saving.save_reading(tmp_path / "reading.json")
    assert opened.unsaved_work.may_go()
    opened.case.answer(Verdict.NEGATIVE)
    answer(Button.Cancel)
    assert not opened.unsaved_work.may_go()


def test_a_reopened_reading_keeps_its_result_while_the_marks_are_its_own(opened, tmp_path, qtbot):
    result = {"verdict": "positive", "score": 0.9}
    uid = opened.case.volume.series.slices[0].sop_instance_uid
    marks = Roi.everywhere(10, 10, 20, 30), PositionRange(6.0, 12.0)
    Reading("1.2.3", *marks, {(uid, 0): True}, None, result, uid).save(tmp_path / "old.json")
    with qtbot.waitSignal(opened.opening.opened):
        opened.open(tmp_path / "old.json")
    opened.case.answer(Verdict.NEGATIVE)
    opened.saving.save_reading(tmp_path / "new.json")
    saved = Reading.load(tmp_path / "new.json")
    assert (saved.result, saved.verdict, saved.slice_labels) == (result, Verdict.NEGATIVE, {(uid, 0): True})
    opened.case.mark(opened.case.marks.with_high(15.0), "Range")
    opened.saving.save_reading(tmp_path / "changed.json")
    assert Reading.load(tmp_path / "changed.json").result is None
    opened.case.undo()
    opened.saving.save_reading(tmp_path / "back.json")
    assert Reading.load(tmp_path / "back.json").result == result
