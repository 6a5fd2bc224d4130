"""What each shortcut does, by its name in the table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from desktop.messages import message
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.cine import Cine
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.marking import Marking
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.presets import PRESETS
from desktop.viewer.panels.choosing import Choosing
from desktop.viewer.panels.help import HelpDialog
from desktop.viewer.pictures.views import Views


class Commands:
    """The commands of one window.

    Attributes:
        pressed: what a key or a menu entry does.
        held: what a key does as long as it is held; called with True and then False.
    """

    def __init__(
        self,
        window: QMainWindow,
        case: Case,
        display: Display,
        views: Views,
        cine: Cine,
        judging: Judging,
        marking: Marking,
        choosing: Choosing,
        notices: Notices,
    ) -> None:
        self._window, self._case, self._display, self._views = window, case, display, views
        self._cine, self._notices = cine, notices
        self._help: HelpDialog | None = None
        self.pressed: dict[str, Callable[[], object]] = {
            "open_folder": choosing.open_folder,
            "open_files": choosing.open_files,
            "open_reading": choosing.open_reading,
            "save_reading": choosing.save_reading,
            "save_report": choosing.save_report,
            "open_model": choosing.open_model,
            "use_shipped_model": partial(judging.open_model, None),
            "quit": window.close,
            "slice_up": partial(display.step, 1),
            "slice_down": partial(display.step, -1),
            "ten_up": partial(display.step, 10),
            "ten_down": partial(display.step, -10),
            "first_slice": partial(display.go_to, 0),
            "last_slice": lambda: display.go_to(display.count - 1),
            "toggle_cine": cine.toggle,
            "own_window": lambda: display.set_window(display.own_window),
            "invert_window_drag": self.invert_window_drag,
            "reset": self.reset,
            "fit": self.fit,
            "toggle_text": display.toggle_text,
            "toggle_measuring": self.toggle_measuring,
            "toggle_full_screen": self.toggle_full_screen,
            "escape": self.escape,
            "set_range_low": marking.set_range_low,
            "set_range_high": marking.set_range_high,
            "analyse": judging.analyse,
            "undo": case.undo,
            "redo": case.redo,
            "show_help": self.show_help,
            **{f"preset_{preset.key}": partial(display.set_window, preset.window) for preset in PRESETS},
        }
        self.held: dict[str, Callable[[bool], object]] = {"hide_heat": display.hold_back_heat}

    def reset(self) -> None:
        """Window, zoom, pan and distances as when the series was opened."""
        self._views.axial.distances.clear()
        self._display.set_window(self._display.own_window)
        self.fit()

    def fit(self) -> None:
        """Fit the images to the views."""
        for view in self._views.canvases:
            view.fit()

    def toggle_measuring(self) -> None:
        """Measure with the next drag, or stop that."""
        if self._case.volume is not None:
            self._display.set_measuring(not self._display.measuring)

    def invert_window_drag(self) -> None:
        """Whether dragging down raises or lowers the level."""
        self._display.drag_turned_round = not self._display.drag_turned_round
        lowers = message("Dragging down now lowers the level of the window.")
        raises = message("Dragging down now raises the level of the window.")
        self._notices.informed.emit(lowers if self._display.drag_turned_round else raises)

    def escape(self) -> None:
        """Cancel the drag; else close the help, stop measuring or cine; else close the message."""
        if any(view.cancel_drag() for view in self._views.canvases):
            return
        if self._help is not None and self._help.isVisible():
            self._help.hide()
        elif self._display.measuring:
            self._display.set_measuring(False)
        elif self._cine.running:
            self._cine.stop()
        else:
            self._notices.outdated.emit()

    def toggle_full_screen(self) -> None:
        """Full screen, and back."""
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def show_help(self) -> None:
        """The list of shortcuts."""
        if self._help is None:
            self._help = HelpDialog(self._window)
        self._help.show()
        self._help.raise_()
