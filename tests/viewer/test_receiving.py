"""A saved reading that is dropped, named at the start or chosen finds its series, wherever that is."""

from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QMessageBox

from desktop.reading.roi import PositionRange, Roi
from desktop.reading.saved import Reading
from desktop.viewer.panels.dialogs import FileDialogs
from desktop.viewer.panels.unsaved_work import UnsavedWork
from tests.viewer.dropping import drop

ROI, SPAN = Roi.everywhere(10, 10, 20, 30), PositionRange(6.0, 12.0)


@pytest.fixture
def reading(tmp_path):
    """A saved reading of the small series, in a folder of its own."""
    path = tmp_path / "readings" / "reading of a.json"
    path.parent.mkdir()
    Reading("1.2.3", ROI, SPAN).save(path)
    return path


def opened(qtbot, window, act):
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        act()
    settle(qtbot, window)


def settle(qtbot, window):
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=30000)


def is_applied(window):
    return (window.case.marks.roi, window.case.marks.span) == (ROI, SPAN)


def test_with_its_series_open_it_is_applied_even_where_the_disc_is_gone(window, small_folder, reading, qtbot):
    folder = small_folder()
    opened(qtbot, window, lambda: drop(window, folder))
    for file in folder.iterdir():
        file.unlink()
    opened(qtbot, window, lambda: drop(window, reading))
    assert is_applied(window)
    assert "of the reading are marked" in window.message.label.text()
    assert not window.waiting.isVisible()


def test_what_is_marked_is_asked_about_before_it_is_replaced(window, small_folder, reading, qtbot, monkeypatch):
    opened(qtbot, window, lambda: drop(window, small_folder()))
    window.case.mark(window.case.marks.with_low(9.0), "Range")
    monkeypatch.setattr(UnsavedWork, "ask", lambda self: QMessageBox.StandardButton.Cancel)
    drop(window, reading)
    settle(qtbot, window)
    assert window.case.marks.low_mm == 9.0
    assert window.case.marks.roi is None
    monkeypatch.setattr(UnsavedWork, "ask", lambda self: QMessageBox.StandardButton.Discard)
    opened(qtbot, window, lambda: drop(window, reading))
    assert is_applied(window)


@pytest.mark.parametrize("inside", [".", "study"])
def test_named_at_the_start_its_series_is_found_beside_it(window, small_folder, tmp_path, qtbot, inside):
    """As `clivus FILE` and a double click do, and beside a demonstration."""
    folder = tmp_path / "case" / inside
    folder.parent.mkdir(exist_ok=True)
    small_folder().rename(folder) if inside != "." else small_folder().rename(tmp_path / "case")
    Reading("1.2.3", ROI, SPAN).save(tmp_path / "case" / "reading.JSON")
    opened(qtbot, window, lambda: window.open(tmp_path / "case" / "reading.JSON"))
    assert is_applied(window)


def test_elsewhere_it_waits_for_its_series_and_is_applied_when_that_is_opened(
    window, small_folder, reading, qtbot, monkeypatch
):
    other, own = small_folder("b", "1.2.77"), small_folder()
    opened(qtbot, window, lambda: drop(window, other))
    drop(window, reading)
    qtbot.waitUntil(window.waiting.isVisible, timeout=30000)
    settle(qtbot, window)
    sentence = f"The reading reading of a.json belongs to series 1.2.3, which is not at {reading.parent}"
    assert sentence in window.waiting.label.text()
    assert not window.message.isVisible()
    assert window.case.volume.series.series_instance_uid == "1.2.77", "what was open stays"
    monkeypatch.setattr(FileDialogs, "folder", lambda self, title: other)
    window.waiting.look.click()
    settle(qtbot, window)
    assert f"is not at {other}" in window.waiting.label.text(), "it is not there either"
    assert window.case.volume.series.series_instance_uid == "1.2.77"
    monkeypatch.setattr(FileDialogs, "folder", lambda self, title: own)
    opened(qtbot, window, window.waiting.look.click)
    assert is_applied(window)
    assert not window.waiting.isVisible()


def test_a_series_opened_in_any_other_way_gets_the_reading_that_waits(window, small_folder, reading, qtbot):
    drop(window, reading)
    qtbot.waitUntil(window.waiting.isVisible, timeout=30000)
    drop(window, small_folder())
    qtbot.waitUntil(lambda: is_applied(window), timeout=30000)
    settle(qtbot, window)
    assert not window.waiting.isVisible()


def test_given_up_it_does_not_come_back(window, small_folder, reading, qtbot):
    drop(window, reading)
    qtbot.waitUntil(window.waiting.isVisible, timeout=30000)
    window.waiting.give_up.click()
    assert not window.waiting.isVisible()
    opened(qtbot, window, lambda: drop(window, small_folder()))
    assert window.case.marks.roi is None


def test_images_and_a_reading_together_open_as_one(window, small_folder, reading, qtbot):
    (reading.parent / "result.json").write_text('{"schema": "clivus-result/1"}')
    opened(qtbot, window, lambda: drop(window, small_folder(), reading, reading.parent / "result.json"))
    assert is_applied(window)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (json.dumps({"schema": "clivus-result/1", "verdict": "positive"}), "is a result"),
        (json.dumps({"patients": [1, 2]}), "is not a saved reading"),
        ("[1, 2]", "must be an object"),
        ("{", "is not JSON"),
    ],
)
def test_any_other_json_is_a_sentence(window, small_folder, tmp_path, qtbot, content, sentence):
    file = tmp_path / "strange.json"
    file.write_text(content)
    drop(window, file)
    qtbot.waitUntil(window.message.isVisible)
    assert sentence in window.message.label.text()
    assert not window.opening.busy
    opened(qtbot, window, lambda: drop(window, small_folder(), file))  # beside images it is a file that was skipped
    assert window.case.volume is not None


def test_two_readings_at_once_are_a_sentence(window, reading, tmp_path, qtbot):
    Reading("1.2.4", ROI, SPAN).save(tmp_path / "another.json")
    drop(window, reading, tmp_path / "another.json")
    qtbot.waitUntil(lambda: "one can be opened at a time" in window.message.label.text())
