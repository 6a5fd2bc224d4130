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
    wanted = {entry.name: entry for entry in SHORTCUTS if entry.where in (Where.WINDOW, Where.VIEWS)}
    assert window.actions_by_name.keys() == wanted.keys()
    for name, action in window.actions_by_name.items():
        assert len(action.shortcuts()) == len(wanted[name].keys)
        assert all(not shortcut.isEmpty() for shortcut in action.shortcuts())


def test_no_key_is_given_twice():
    keys = Counter(key for entry in SHORTCUTS if entry.where is not Where.MOUSE for key in entry.keys)
    assert not [key for key, count in keys.items() if count > 1]


def test_what_is_worked_by_hand_has_a_name_for_screen_readers(window):
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QListWidget, QProgressBar, QSlider

    nameless = [
        widget
        for kind in (QAbstractButton, QComboBox, QListWidget, QProgressBar, QSlider)
        for widget in window.findChildren(kind)
        if not widget.accessibleName() and not widget.objectName().startswith("qt_")
    ]
    assert not nameless
    for view in (window.views.axial, window.views.sagittal, window.views.plots.bars, window.result_step.banner):
        assert view.accessibleName()
