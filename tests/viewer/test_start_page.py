"""While nothing is open: how to begin."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.unwritten import NotWritten
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
