"""Messages stand beside the views: they come, change and go without covering or moving what a reader needs."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.messages import verbatim

Key = Qt.Key


def place(desk, widget):
    return QRect(widget.mapTo(desk, widget.rect().topLeft()), widget.size())


def places(desk):
    """Where everything is that a reader looks at, and what part of its picture every view shows."""
    QApplication.processEvents()
    looked_at = *desk.views.ct_views, desk.views.heat_bar, desk.views.plots, desk.result_step, desk.report_step
    return [place(desk, widget) for widget in looked_at], desk.views.looked_at


def test_a_message_covers_and_moves_nothing_and_goes_with_esc_or_a_click(desk, hand):
    close = desk.message.findChild(QPushButton)
    long = "Several lines of words that say what went wrong and what can be done. " * 5
    for size in ((1366, 700), (1920, 1000)):
        desk.resize(*size)
        before, had = places(desk), desk.size()
        for text, go in (
            ("Short.", lambda: hand.key(desk, Key.Key_Escape)),
            (long, lambda: hand.click(close, close.rect().center())),
        ):
            desk.notices.warned.emit(verbatim(text))
            assert places(desk) == before
            assert desk.message.isVisible()
            told = place(desk, desk.message)
            assert desk.rect().contains(told)
            assert not any(told.intersects(other) for other in before[0])
            assert desk.message.label.height() >= desk.message.label.heightForWidth(desk.message.label.width())
            go()
            assert not desk.message.isVisible()
            assert places(desk) == before
        assert desk.size() == had


def test_a_key_that_can_do_nothing_now_says_why(desk, hand):
    hand.key(desk, Key.Key_S)
    assert desk.message.isVisible()
    assert "stability" in desk.message.label.text()
