"""One table holds every key; actions, menus and help come from it."""

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.viewer.panels.help import HelpDialog, key_text
from desktop.viewer.panels.shortcuts import SHORTCUTS, Where


def test_help_lists_every_entry_of_the_table(window, hand):
    hand.key(window, Qt.Key.Key_F1)
    dialog = window.findChild(HelpDialog)
    assert dialog.isVisible()
    texts = Counter(label.text() for label in dialog.findChildren(QLabel))
    for entry in SHORTCUTS:
        assert texts[key_text(entry)] >= 1, entry
        assert texts[str(entry.text)] == 1, entry
    assert dialog.height() <= 700
    assert dialog.width() <= 1300
    hand.key(window, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_every_shortcut_of_the_window_is_in_the_table(window):
    wanted = {entry.name: entry for entry in SHORTCUTS if entry.where is not Where.MOUSE}
    assert window.actions_by_name.keys() == wanted.keys()
    for name, action in window.actions_by_name.items():
        assert len(action.shortcuts()) == len(wanted[name].keys)
        assert all(not shortcut.isEmpty() for shortcut in action.shortcuts())


def test_every_key_is_in_a_menu(window):
    menus = [action.menu() for action in window.menuBar().actions()]
    found = {action: menu for menu in menus for action in menu.actions()}
    for entry in SHORTCUTS:
        if entry.where is not Where.MOUSE:
            action = window.actions_by_name[entry.name]
            assert found[action].title() == str(entry.group)
            assert action.shortcut().toString() == entry.keys[0]


def test_what_is_held_is_switched_in_the_menu(desk):
    action = desk.actions_by_name["hide_heat"]
    action.trigger()
    assert desk.display.heat_hidden
    assert action.isChecked()
    action.trigger()
    assert not desk.display.heat_hidden


def test_no_key_is_given_twice():
    keys = Counter(
        (key, entry.where is Where.STUDY) for entry in SHORTCUTS if entry.where is not Where.MOUSE for key in entry.keys
    )
    assert not [key for key, count in keys.items() if count > 1]
