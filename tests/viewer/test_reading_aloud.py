"""A screen reader learns all that is shown, in every state of the window and in every dialog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.inference.stability import SECOND_READER, changes_of, measure
from desktop.messages import choose, message
from desktop.reading.run import Verdict
from desktop.viewer.panels.about import AboutDialog
from desktop.viewer.panels.begin_study import BeginStudy
from desktop.viewer.panels.help import HelpDialog
from desktop.viewer.panels.skipped import SkippedDialog
from desktop.viewer.panels.strata_dialog import StrataDialog
from desktop.viewer.panels.unsaved_work import UnsavedWork
from tests.viewer.reading_aloud import Text, nodes, require_all_is_said

ASK = UnsavedWork.ask
"""Not the one that asks nothing, as in other tests."""


LANGUAGES = ("en", "ja", "zh_CN")
"""Catalogues in which what is said is compared with what is shown."""


@pytest.fixture(params=LANGUAGES)
def language(request) -> Iterator[None]:
    assert choose({"CLIVUS_LANGUAGE": request.param}) is None
    yield
    choose({"CLIVUS_LANGUAGE": "en"})


@pytest.fixture
def drawn_in(drawn):
    """A function that paints a widget and tells the texts that it paints over its picture."""

    def paint(widget):
        drawn.clear()
        widget.grab()
        return list(drawn)

    return paint


def test_start_page_and_its_dialogs(language, window, drawn_in):
    require_all_is_said(window, drawn_in)
    for name, kind in (("show_help", HelpDialog), ("show_about", AboutDialog)):
        window.actions_by_name[name].trigger()
        dialog = window.findChild(kind)
        require_all_is_said(dialog, drawn_in)
        dialog.close()


def test_menus(window, drawn_in, hand):
    for entry in window.menuBar().actions():
        menu = entry.menu()
        menu.popup(QPoint())
        require_all_is_said(menu, drawn_in)
        told = [node.text(Text.Name) for node in nodes(menu)]
        for action in menu.actions():
            assert action.isSeparator() or action.text().replace("&", "") in told
        menu.close()


def test_skipped_files(window, small_folder, drawn_in, qtbot):
    folder = small_folder()
    (folder / "letter.txt").write_text("not an image")
    with qtbot.waitSignal(window.opening.opened, timeout=60000):
        window.open(folder)
    window.series_step._show_skipped.click()
    dialog = window.findChild(SkippedDialog)
    require_all_is_said(dialog, drawn_in)
    dialog.close()
    require_all_is_said(window, drawn_in)


def test_questions_and_file_dialogs(desk, marks, drawn_in, monkeypatch):
    told = []

    def listen() -> None:
        dialog = QApplication.activeModalWidget()
        try:
            require_all_is_said(dialog, drawn_in)
        except AssertionError as error:
            told.append(str(error))
        dialog.reject()

    monkeypatch.setattr(UnsavedWork, "ask", ASK)
    desk.case.answer(Verdict.NEGATIVE)
    QTimer.singleShot(50, listen)
    assert not desk.unsaved_work.may_go()
    for name in ("open_folder", "open_files"):
        QTimer.singleShot(300, listen)
        desk.actions_by_name[name].trigger()
    monkeypatch.setattr(UnsavedWork, "ask", lambda self: QMessageBox.StandardButton.Discard)
    assert not told, "\n".join(told)


def test_first_slice_while_the_others_are_read(window, small, drawn_in):
    window.views.preview.show_slice(small)
    window.views.preview.say("Reading slices: 1 of 12")
    window.views.show_preview()
    require_all_is_said(window, drawn_in)
    assert "Reading slices: 1 of 12" in window.views.preview.accessibleDescription()


def test_opened(desk, drawn_in):
    desk.message.warn(message("Open a folder with a head CT first."))
    require_all_is_said(desk, drawn_in)


def test_analysed(language, marked, headless, drawn_in):
    marked.case.accept(headless)
    marked.case.answer(Verdict.NEGATIVE)
    marked.display.toggle_cautions()
    marked.display.use_tool("measure")
    QApplication.processEvents()
    require_all_is_said(marked, drawn_in)
    for row in range(marked.views.plots.count()):
        marked.views.plots.setCurrentIndex(row)
        QApplication.processEvents()
        require_all_is_said(marked, drawn_in)


def test_stability_in_detail(language, marked, headless, network, volume, drawn_in):
    marked.case.accept(headless)
    few = replace(SECOND_READER, draws=2)
    marked.case.accept_stability(measure(headless, network, few, changes_of(volume.series, few)))
    marked.display.toggle_moves()
    require_all_is_said(marked, drawn_in)


@pytest.mark.usefixtures("shelf")
def test_worklist_and_the_dialogs_of_a_department(language, opened, case, drawn_in, qtbot):
    window = opened()
    window.worklist.toggle()
    require_all_is_said(window, drawn_in)
    window.models_dialog.open_on()
    window.watching.open_on()
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=60000)
    for dialog in (
        window.models_dialog,
        window.watching,
        StrataDialog(window, case.key, ["T stage"], {"T stage": "T3"}),
        BeginStudy(window.answering, window.judging, window.department.project, window),
    ):
        dialog.show()
        require_all_is_said(dialog, drawn_in)
        dialog.close()
