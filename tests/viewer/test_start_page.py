"""While nothing is open: how to begin."""

from __future__ import annotations

import re
import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.reading.roi import PositionRange, Roi
from desktop.unwritten import NotWritten
from desktop.viewer.desk.case import Marks
from desktop.viewer.desk.judging import Judging
from desktop.viewer.panels.dialogs import FileDialogs
from desktop.viewer.window import MainWindow


@pytest.fixture
def trying(qtbot, network, study, monkeypatch):
    """A function that shows a window with a synthetic head to try; `draw` writes it."""
    monkeypatch.setattr(Judging, "open_model", lambda self, folder: self._model_opened(network))
    windows = []

    def show(draw):
        window = MainWindow(draw_head=draw)
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        qtbot.waitUntil(lambda: bool(window.views.ct_views))
        return window

    yield show
    for window in windows:
        window.close()


def test_it_goes_when_something_is_opened(window, small, hand):
    page = window.start_page
    assert page.isVisible()
    assert len(page.buttons) == 2, "no head to try without somebody who draws it"
    QApplication.processEvents()
    inside = page.mapToGlobal(page.rect().center()) - window.views.mapToGlobal(window.views.rect().center())
    assert inside.manhattanLength() < 10, "in the middle of the views"
    window.case.open(small)
    assert not page.isVisible()


def test_its_buttons_open(window, study, monkeypatch, qtbot, hand):
    monkeypatch.setattr(FileDialogs, "folder", lambda self, title: study)
    monkeypatch.setattr(FileDialogs, "files", lambda self, title: [])
    hand.click(window.start_page.buttons[1], window.start_page.buttons[1].rect().center())
    assert window.start_page.isVisible(), "nothing was chosen"
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        hand.click(window.start_page.buttons[0], window.start_page.buttons[0].rect().center())
        assert not window.start_page.isVisible(), "while it is read"
    assert not window.start_page.isVisible()


def test_it_comes_back_when_nothing_could_be_opened(window, tmp_path, qtbot):
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(window.opening.failed, timeout=30000):
        window.open(tmp_path / "empty")
    qtbot.waitUntil(lambda: window.start_page.isVisible())


@pytest.fixture
def next_start(window, small_folder, tmp_path, qtbot, monkeypatch):
    """A function that shows another window, as the next start does; its folder dialog gives what holds two series."""
    folder = small_folder("a", "1.2.3")
    for file in small_folder("c", "1.2.9", slices=5).iterdir():
        file.rename(folder / f"c{file.name}")
    monkeypatch.setattr(FileDialogs, "folder", lambda self, title: folder)
    made = []

    def start():
        made.append(MainWindow())
        made[-1].show()
        return made[-1]

    yield start
    for one in made:
        one.close()
        one.deleteLater()


def work_on_the_smaller(window, qtbot):
    """Open the series that is not the first suitable one, and mark it."""
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.start_page.buttons[-2].click()
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=30000)
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.series_step.list.itemClicked.emit(window.series_step.list.item(1))
    window.case.mark(Marks(Roi.everywhere(10, 10, 20, 30), 3.0, 9.0), "Marks")


def go_on(window, qtbot):
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        qtbot.mouseClick(window.start_page.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=30000)


def test_what_was_left_unsaved_is_offered_with_its_series(window, next_start, drafts, tmp_path, qtbot):
    work_on_the_smaller(window, qtbot)
    window.end()  # by the system
    (draft,) = drafts.glob("*.json")
    assert str(tmp_path) not in draft.read_text(), "a folder may be named after a patient"
    again = next_start()
    offered = r"Unsaved marks of \d{4}-\d\d-\d\d, \d\d:\d\d: open their series …"
    assert re.fullmatch(offered, again.start_page.buttons[0].text())
    go_on(again, qtbot)
    assert again.case.volume.series.series_instance_uid == "1.2.9"
    assert again.offer.isVisible()
    again.offer.take.click()
    assert again.case.marks.span == PositionRange(3.0, 9.0)


def test_the_last_reading_is_offered_where_nothing_is_unsaved(window, next_start, readings, tmp_path, qtbot):
    work_on_the_smaller(window, qtbot)
    window.saving.keep_reading()
    (reading,) = readings.glob("*.json")
    assert str(tmp_path) not in reading.read_text()
    again = next_start()
    assert again.start_page.buttons[0].text().startswith("Last: your reading of ")
    go_on(again, qtbot)
    assert again.case.volume.series.series_instance_uid == "1.2.9"
    assert again.case.marks.span == PositionRange(3.0, 9.0)


def test_a_folder_without_the_series_is_told_and_opens_nothing_else(
    window, next_start, small_folder, qtbot, monkeypatch
):
    work_on_the_smaller(window, qtbot)
    window.end()
    again, other = next_start(), small_folder("b", "1.2.77")
    monkeypatch.setattr(FileDialogs, "folder", lambda self, title: other)
    again.start_page.buttons[0].click()
    qtbot.waitUntil(again.message.isVisible, timeout=30000)
    assert "belongs to series 1.2.9, which is not at" in again.message.label.text()
    assert again.case.volume is None
    qtbot.waitUntil(again.start_page.isVisible)


def test_what_another_window_works_on_is_not_offered(window, next_start, drafts, qtbot):
    work_on_the_smaller(window, qtbot)
    qtbot.waitUntil(lambda: any(drafts.glob("*.json")), timeout=5000)
    assert "Open a folder" in next_start().start_page.buttons[0].text()


def test_a_synthetic_head_is_drawn_opened_and_removed_with_the_window(trying, study, qtbot):
    places = []

    def draw(folder):
        places.append(folder)
        return shutil.copytree(study, folder / "study")

    window = trying(draw)
    head = window.start_page.buttons[-1]
    assert head.text() == "Try a synthetic head"
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.start_page.setFocus()
        head.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClick(head, Qt.Key.Key_Space)
        assert not head.isEnabled()
    assert window.case.volume is not None
    assert not window.start_page.isVisible()
    assert places[0].exists()
    window.close()
    assert not places[0].exists()


def test_a_head_that_cannot_be_written_is_told_and_can_be_tried_again(trying, qtbot):
    def draw(folder):
        raise NotWritten(folder, OSError(28, "No space left on device"))

    window = trying(draw)
    head = window.start_page.buttons[-1]
    head.click()
    qtbot.waitUntil(lambda: window.message.isVisible(), timeout=10000)
    assert "the disk is full" in window.message.label.text()
    assert head.isEnabled()
    assert window.start_page.isVisible()
