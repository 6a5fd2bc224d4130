"""From the table of shortcuts to the window's actions, menus and held keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence, QUndoStack
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from desktop.messages import Message, shown, tr
from desktop.viewer.desk.display import Display
from desktop.viewer.panels.keyboards import key_by_place
from desktop.viewer.panels.shortcuts import MENUS, SHORTCUTS, VIEW, WINDOWING, Where


def make_actions(
    window: QMainWindow, views: QWidget, cases: QWidget, commands: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """An action for every key of the table, by name; each calls its command.

    What a key does while it is held, its action in the menu switches on and off.
    """
    made = {}
    for shortcut in SHORTCUTS:
        if shortcut.where is Where.MOUSE:
            continue
        action = QAction(shown(shortcut.text), window)
        action.setShortcuts([QKeySequence(key) for key in shortcut.keys])
        action.triggered.connect(lambda _, command=commands[shortcut.name]: command())
        if shortcut.where is Where.VIEWS:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            views.addAction(action)
        elif shortcut.where is Where.LIST:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            cases.addAction(action)
        elif shortcut.where is Where.HELD:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # to be read in the menu: WindowKeys takes it
        else:
            window.addAction(action)
        action.setCheckable(shortcut.name in _SHOWN)
        made[shortcut.name] = action
    return made


def follow_history(actions: Mapping[str, QAction], history: QUndoStack) -> None:
    """Undo and redo are offered only where there is something to take back, and say what."""
    undo, redo = actions["undo"], actions["redo"]
    undo.setEnabled(False)
    redo.setEnabled(False)
    history.canUndoChanged.connect(undo.setEnabled)
    history.canRedoChanged.connect(redo.setEnabled)
    history.undoTextChanged.connect(lambda step: undo.setText(tr("Undo: {step}", step=step) if step else tr("Undo")))
    history.redoTextChanged.connect(lambda step: redo.setText(tr("Redo: {step}", step=step) if step else tr("Redo")))


def _in_hand(tool: str, display: Display) -> bool:
    return display.tool == tool


_SHOWN: dict[str, Callable[[Display], bool]] = {
    "hide_heat": lambda display: display.heat_hidden,
    "toggle_paper_map": lambda display: display.paper_map,
    "toggle_text": lambda display: display.text_shown,
    "toggle_patient": lambda display: display.patient_shown,
    "toggle_moves": lambda display: display.moves_shown,
    "toggle_cautions": lambda display: display.cautions_shown,
    "toggle_landmarks": lambda display: display.landmarks_shown,
    "toggle_inverted": lambda display: display.inverted,
    "invert_window_drag": lambda display: display.drag_inverted,
    **{tool.name: partial(_in_hand, tool.name) for tool in SHORTCUTS if tool.is_tool},
}
"""Whether what a command switches is switched on."""


def follow_display(actions: Mapping[str, QAction], display: Display) -> None:
    """Menus and tool bar show what is switched on, also when something else switched it."""

    def refresh() -> None:
        for name, is_on in _SHOWN.items():
            actions[name].setChecked(is_on(display))

    display.changed.connect(refresh)
    refresh()


def make_menus(window: QMainWindow, actions: Mapping[str, QAction]) -> None:
    """The menu bar: one menu for each group of the table."""
    for group in MENUS:
        fill(window.menuBar().addMenu(shown(group)), group, actions)


_AT_HAND = ("reset", "fit", "copy_view")
"""What a right click offers of the menu View at once; the rest is one menu deeper, so that all fits a small screen."""


def show_context_menu(window: QMainWindow, actions: Mapping[str, QAction], where: QPoint) -> None:
    """The menu of a right click."""
    menu = QMenu(window)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    fill(menu, WINDOWING, actions)
    menu.addSeparator()
    for name in _AT_HAND:
        menu.addAction(actions[name])
    menu.addSeparator()
    fill(menu.addMenu(shown(VIEW)), VIEW, actions)
    menu.popup(where)


def fill(menu: QMenu, group: Message, actions: Mapping[str, QAction]) -> None:
    """All commands of a group."""
    for shortcut in SHORTCUTS:
        if shortcut.group == group and shortcut.name in actions:
            menu.addAction(actions[shortcut.name])


class WindowKeys(QObject):
    """Keys that no QAction takes: those that are held, and those that this keyboard lacks (`keyboards`).

    It looks before Qt looks for a shortcut, when lists and boxes have not taken the key for a letter to search by. A
    held key also goes up when the window loses the keyboard.
    """

    def __init__(
        self, window: QWidget, actions: Mapping[str, QAction], held: Mapping[str, Callable[[bool], object]]
    ) -> None:
        super().__init__(window)
        self._held = {
            key: held[shortcut.name] for shortcut in SHORTCUTS if shortcut.where is Where.HELD for key in shortcut.keys
        }
        self._actions = {
            (QKeySequence(key).toString(), shortcut.where): actions[shortcut.name]
            for shortcut in SHORTCUTS
            if shortcut.where in (Where.WINDOW, Where.STUDY)
            for key in shortcut.keys
        }
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyRelease):
            self._look_at(event, event.type() is QEvent.Type.ShortcutOverride)
        elif event.type() is QEvent.Type.WindowDeactivate:  # the release goes to the other window
            for command in self._held.values():
                command(False)
        return False

    def _look_at(self, event: QKeyEvent, pressed: bool) -> None:
        by_place = key_by_place(event, QGuiApplication.platformName())
        key = Qt.Key(event.key()) if by_place is None else by_place
        command = self._held.get(QKeySequence(key).toString())
        if command is not None:
            event.accept()
            if not event.isAutoRepeat():
                command(pressed)
        elif pressed and by_place is not None:
            keys = QKeySequence(QKeyCombination(event.modifiers(), key)).toString()
            for where in (Where.STUDY, Where.WINDOW):
                action = self._actions.get((keys, where))
                if action is not None and action.isEnabled():
                    event.accept()  # Qt need not look for another shortcut
                    action.trigger()
                    return
