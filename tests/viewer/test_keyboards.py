"""Keys as other keyboards send them: what X11, Windows and macOS say of a key at a place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.viewer.panels.keyboards import key_by_place

NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
ALT_GR = Qt.KeyboardModifier.GroupSwitchModifier

# Keycodes of X11 by place: evdev's and 8.
ONE, SIX, EIGHT, ZERO, Q, R, P, BRACKET, A, S, H = 10, 15, 17, 19, 24, 27, 33, 34, 38, 39, 43


def event(text: str, scan: int, modifiers=NONE, virtual: int = 0, kind=QEvent.Type.ShortcutOverride) -> QKeyEvent:
    """As the layout that has `text` at this place sends it."""
    return QKeyEvent(kind, ord(text.upper()), modifiers, scan, virtual, 0, text)


def press(window, *key) -> bool:
    """Press a key where the keyboard is, as Qt does: is it taken before Qt looks for a shortcut?"""
    override = event(*key)
    override.ignore()
    QApplication.sendEvent(QApplication.focusWidget() or window, override)
    return override.isAccepted()


@pytest.mark.parametrize(
    ("layout", "key", "meant"),
    [
        ("ru", ("к", R), "R"),
        ("ru", ("ф", A), "A"),
        ("ru", ("х", BRACKET), "["),
        ("ru", ("З", P, SHIFT), "P"),
        ("ru", ("ы", S, CTRL), "S"),
        ("jp, kana", ("ス", R), "R"),
        ("gr", ("ρ", R), "R"),
        ("fr", ("&", ONE), "1"),
        ("fr", ("-", SIX), "6"),
        ("fr", ("à", ZERO), "0"),
        ("fr", ("&", ONE, CTRL), "1"),
        ("fr", ("1", ONE, SHIFT), None),
        ("fr", ("q", A), None),
        ("fr", ("\\", EIGHT, ALT_GR), None),
        ("de", ("ü", BRACKET), None),
        ("de", ("[", EIGHT, ALT_GR), None),
        ("us", ("1", ONE), None),
        ("us", ("!", ONE, SHIFT), None),
        ("us", ("r", R), None),
        ("us, a dead key of the number pad", ("&", 87), None),
        ("dvorak", ("'", Q), None),
    ],
)
def test_what_a_key_is_by_its_place(layout, key, meant):
    for platform, scan in (("xcb", key[1]), ("wayland", key[1]), ("windows", key[1] - 8)):
        found = key_by_place(event(key[0], scan, *key[2:]), platform)
        assert found == (None if meant is None else Qt.Key(ord(meant))), platform


def test_what_a_key_is_by_its_place_on_a_mac():
    assert key_by_place(event("к", 1, virtual=15), "cocoa") == Qt.Key.Key_R
    assert key_by_place(event("&", 1, virtual=18), "cocoa") == Qt.Key.Key_1
    assert key_by_place(event("&", 1, virtual=99), "cocoa") is None
    arrow = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Up, NONE, 111, 0, 0, "")
    assert key_by_place(arrow, "xcb") is None


def test_a_russian_and_a_french_keyboard_work_the_window(desk):
    assert press(desk, "ш", 31)  # I
    assert not desk.display.text_shown
    assert press(desk, "&", ONE)
    assert desk.display.window.width == 2000
    assert press(desk, "х", BRACKET)
    assert desk.case.marks.low_mm is not None
    assert press(desk, "з", P)
    assert len(desk.case.done.labels) == 1
    assert press(desk, "я", 52, CTRL)  # Ctrl+Z
    assert not desk.case.done.labels
    assert not press(desk, "ж", 47), "no shortcut is there"


def test_a_list_that_searches_by_letters_leaves_the_keys_to_the_window(desk):
    desk.series_step.list.setFocus()
    assert press(desk, "ш", 31)
    assert not desk.display.text_shown
    QTest.keyPress(desk.series_step.list, Qt.Key.Key_H)
    assert desk.display.heat_hidden
    QTest.keyRelease(desk.series_step.list, Qt.Key.Key_H)
    assert not desk.display.heat_hidden


def test_h_is_held_on_a_russian_keyboard(desk):
    press(desk, "р", H)
    assert desk.display.heat_hidden
    released = event("р", H, kind=QEvent.Type.KeyRelease)
    QApplication.sendEvent(QApplication.focusWidget(), released)
    assert not desk.display.heat_hidden
