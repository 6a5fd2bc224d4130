"""The tool bar: every function at a click, and the icons that stand for them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QToolBar, QToolButton

from desktop.viewer.panels.icons import STROKES, icon
from desktop.viewer.panels.shortcuts import SHORTCUTS, Where


def buttons(window):
    return [button for button in window.findChild(QToolBar).findChildren(QToolButton) if button.defaultAction()]


def test_every_button_is_a_command_with_an_icon_and_its_key(window):
    bar = window.findChild(QToolBar)
    made = {button.defaultAction(): button for button in buttons(window)}
    named = {shortcut.name: shortcut for shortcut in SHORTCUTS if shortcut.name}
    for name in set(STROKES) - {"windowing", "language"}:
        button = made.pop(window.actions_by_name[name])
        assert not button.icon().isNull()
        assert named[name].keys, "a mouse alone finds it, and so does the keyboard"
        assert "(" in button.toolTip()
        assert button.isVisible(), "nothing is hidden behind an arrow on a screen of 1366 pixels"
    assert not made
    assert bar.widgetForAction(window.actions_by_name["undo"]) is not None


def test_nothing_is_hidden_behind_an_arrow_on_a_small_screen_with_large_letters(window):
    """1366 pixels of a screen at 125 %."""
    window.resize(1092, 700)
    QApplication.processEvents()
    bar = window.findChild(QToolBar)
    assert bar.width() == 1092
    assert not bar.findChild(QToolButton, "qt_toolbar_ext_button").isVisible()


def test_a_click_works_and_what_is_switched_on_is_seen(desk, hand):
    bar = desk.findChild(QToolBar)
    for name, state in (("toggle_text", True), ("toggle_landmarks", True), ("distance", False)):
        button = bar.widgetForAction(desk.actions_by_name[name])
        assert button.isChecked() is state
        hand.click(button, button.rect().center())
        assert button.isChecked() is not state
    assert not desk.display.text_shown
    assert desk.display.tool == "distance"
    assert not bar.widgetForAction(desk.actions_by_name["undo"]).isEnabled()


def test_the_windows_are_in_a_menu_of_the_bar(desk):
    menu, _languages = (button.menu() for button in desk.findChild(QToolBar).findChildren(QToolButton) if button.menu())
    assert desk.actions_by_name["preset_1"] in menu.actions()
    desk.actions_by_name["preset_1"].trigger()
    assert desk.display.window.width == 2000


@pytest.mark.parametrize("name", STROKES)
def test_an_icon_fills_its_square_and_looks_like_no_other(name, qapp):
    def picture(of: str, mode=QIcon.Mode.Normal, state=QIcon.State.Off):
        return icon(of).pixmap(QSize(40, 40), mode, state).toImage()

    drawn = picture(name)
    inked = [(x, y) for x in range(40) for y in range(40) if drawn.pixelColor(x, y).alpha() > 128]
    assert len(inked) > 60
    for axis in (0, 1):
        reach = [place[axis] for place in inked]
        assert max(reach) - min(reach) >= 15
        assert min(reach) > 0
        assert max(reach) < 39
    assert all(picture(other) != drawn for other in STROKES if other != name)
    assert picture(name, QIcon.Mode.Disabled) != drawn
    assert picture(name, state=QIcon.State.On) != drawn


def test_the_window_has_an_icon_of_its_own_in_every_size(window):
    icon_of_window = window.windowIcon()
    for size in (16, 32, 256):
        picture = icon_of_window.pixmap(QSize(size, size)).toImage()
        assert picture.width() == size
        colours = {picture.pixelColor(x, y).name() for x in range(size) for y in range(size)}
        assert len(colours) > 2
        assert picture.pixelColor(size // 2, size - 3).alpha() == 255, "on a tile: it is seen on light and on dark"


def test_every_icon_stands_for_a_command():
    names = {shortcut.name for shortcut in SHORTCUTS if shortcut.where in (Where.WINDOW, Where.VIEWS)}
    assert set(STROKES) - names == {"windowing", "language"}
