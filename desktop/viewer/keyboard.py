"""From the table of keys to the window's actions and menus."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from desktop.viewer.actions import GREYS, HANDS, MENUS, VIEW, Hand, Where

_NOT_IN_MENUS = ("escape",)


def make_actions(
    window: QMainWindow, views: QWidget, handlers: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """An action for every key of the table, by name; each calls its handler.

    Those that work in the views only belong to `views`, so that the arrows of a list reached by Tab remain its own.
    """
    made = {}
    for hand in HANDS:
        if hand.where in (Where.MOUSE, Where.HELD):
            continue
        action = _action(hand, window, handlers[hand.name])
        if hand.where is Where.VIEWS:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            views.addAction(action)
        else:
            window.addAction(action)
        made[hand.name] = action
    return made


def _action(hand: Hand, window: QMainWindow, handler: Callable[[], object]) -> QAction:
    action = QAction(hand.text, window)
    action.setShortcuts([QKeySequence(key) for key in hand.keys])
    action.triggered.connect(lambda: handler())
    return action


def make_menus(window: QMainWindow, actions: Mapping[str, QAction]) -> None:
    """The menu bar, one menu for a group of the table; Alt and its first letter open it."""
    for group in MENUS:
        _fill(window.menuBar().addMenu(f"&{group}"), group, actions)


def show_menu(window: QMainWindow, actions: Mapping[str, QAction], where: QPoint) -> None:
    """The menu of a right click."""
    menu = QMenu(window)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    _fill(menu, GREYS, actions)
    menu.addSeparator()
    _fill(menu, VIEW, actions)
    menu.popup(where)


def _fill(menu: QMenu, group: str, actions: Mapping[str, QAction]) -> None:
    for hand in HANDS:
        if hand.group == group and hand.name in actions and hand.name not in _NOT_IN_MENUS:
            menu.addAction(actions[hand.name])
