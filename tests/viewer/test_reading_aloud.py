"""A screen reader learns all that is shown, in every state of the window and in every dialog."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from desktop.messages import message
from desktop.reading.run import Verdict
from tests.viewer.reading_aloud import require_all_is_said


@pytest.fixture
def drawn_in(drawn):
    """A function that paints a widget and tells the texts that it paints over its picture."""

    def paint(widget):
        drawn.clear()
        widget.grab()
        return list(drawn)

    return paint


def test_start(window, drawn_in):
    require_all_is_said(window, drawn_in)


def test_opened(desk, drawn_in):
    desk.message.warn(message("Open a folder with a head CT first."))
    require_all_is_said(desk, drawn_in)


def test_analysed(marked, headless, drawn_in):
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
