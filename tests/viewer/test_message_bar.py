"""Messages lie over the views: they come, change and go without moving a picture."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.messages import verbatim

Key = Qt.Key


def places(desk):
    """Where every view is, and what part of its picture it shows."""
    QApplication.processEvents()
    views = desk.views.ct_views
    return [QRect(view.mapTo(desk, view.rect().topLeft()), view.size()) for view in views], desk.views.looked_at


def test_a_message_moves_no_picture_and_goes_with_esc_or_a_click(desk, hand):
    before, size = places(desk), desk.size()
    close = desk.message.findChild(QPushButton)
    long = "Several lines of words that say what went wrong and what can be done. " * 8
    for text, go in (
        ("Short.", lambda: hand.key(desk, Key.Key_Escape)),
        (long, lambda: hand.click(close, close.rect().center())),
    ):
        desk.notices.warned.emit(verbatim(text))
        assert places(desk) == before
        assert desk.message.isVisible()
        assert desk.views.rect().contains(
            QRect(
                desk.message.mapTo(desk.views.parentWidget(), desk.message.rect().topLeft()), desk.message.size()
            ).translated(-desk.views.pos())
        )
        go()
        assert not desk.message.isVisible()
        assert places(desk) == before
    assert desk.size() == size


def test_a_key_that_can_do_nothing_now_says_why(desk, hand):
    hand.key(desk, Key.Key_S)
    assert desk.message.isVisible()
    assert "stability" in desk.message.label.text()
