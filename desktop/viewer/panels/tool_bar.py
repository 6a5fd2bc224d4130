"""The tool bar: every command that has an icon, in the order of the menus; windows and languages in their own menus."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton

from desktop.messages import shown, tr
from desktop.viewer.panels.icons import STROKES, icon
from desktop.viewer.panels.languages import NAME as LANGUAGES
from desktop.viewer.panels.menus import fill
from desktop.viewer.panels.shortcuts import MENUS, SHORTCUTS, WINDOWING, key_text, without_mnemonic

_ICON_PX = 20


class ToolBar(QToolBar):
    """Buttons of the window's own actions: what a menu shows as switched off or on, they show too."""

    def __init__(self, actions: Mapping[str, QAction], languages: QMenu) -> None:
        super().__init__(tr("Tool bar"))
        self.setAccessibleName(tr("Tool bar"))
        self.setMovable(False)
        self.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)  # it cannot be hidden by chance
        for group in MENUS:
            shortcuts = [one for one in SHORTCUTS if one.group == group and one.name in STROKES]
            for shortcut in shortcuts:
                action = actions[shortcut.name]
                action.setIcon(icon(shortcut.name))
                action.setIconVisibleInMenu(False)
                action.setToolTip(tr("{what}  ({key})", what=shortcut.text, key=key_text(shortcut)))
                self.addAction(action)
            if group == WINDOWING:
                windows = QMenu(self)
                fill(windows, WINDOWING, actions)
                self.addWidget(_menu_button("windowing", without_mnemonic(shown(WINDOWING)), windows))
            if shortcuts and group is not MENUS[-1]:
                self.addSeparator()
        self.addWidget(_menu_button("language", LANGUAGES, languages))


def _menu_button(icon_name: str, name: str, menu: QMenu) -> QToolButton:
    menu_button = QToolButton()
    menu_button.setIcon(icon(icon_name))
    menu_button.setToolTip(name)
    menu_button.setAccessibleName(name)
    menu_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # as the bar's other buttons: keys have the menus
    menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu_button.setMenu(menu)
    return menu_button
