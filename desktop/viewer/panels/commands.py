"""What each shortcut does, by its name in the table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QWidget

from desktop.messages import message
from desktop.project.answers import CONFIDENCES
from desktop.reading.run import Verdict
from desktop.viewer.desk.answering import Answering
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.cine import Cine
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.guide import Guide
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.key_slices import KeySlices
from desktop.viewer.desk.labelling import Labelling
from desktop.viewer.desk.marking import Marking
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.presets import PRESETS
from desktop.viewer.desk.saving import Saving
from desktop.viewer.desk.suggesting import Suggesting
from desktop.viewer.desk.trail_keeping import TrailKeeping
from desktop.viewer.panels.about import AboutDialog
from desktop.viewer.panels.choosing import Choosing
from desktop.viewer.panels.help import HelpDialog
from desktop.viewer.panels.learning_dialogs import LearningDialogs
from desktop.viewer.panels.models_dialog import ModelsDialog
from desktop.viewer.panels.shortcuts import SHORTCUTS
from desktop.viewer.panels.watching_page import WatchingPage
from desktop.viewer.panels.worklist import Worklist
from desktop.viewer.pictures.views import Layout, Views


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
        labelling: Labelling,
        key_slices: KeySlices,
        suggesting: Suggesting,
        guide: Guide,
        saving: Saving,
        choosing: Choosing,
        worklist: Worklist,
        answering: Answering,
        models: ModelsDialog,
        learn: LearningDialogs,
        watching: WatchingPage,
        trail: TrailKeeping,
        notices: Notices,
    ) -> None:
        self._window, self._case, self._display, self._views = window, case, display, views
        self._cine, self._judging, self._notices = cine, judging, notices
        self._worklist = worklist
        self._outside_views: QWidget | None = None
        """What had the keyboard before the views."""
        self._help: HelpDialog | None = None
        self.pressed: dict[str, Callable[[], object]] = {
            "open_folder": choosing.open_folder,
            "open_files": choosing.open_files,
            "open_reading": choosing.open_reading,
            "save_reading": saving.keep_reading,
            "save_reading_as": choosing.save_reading_as,
            "save_report": choosing.save_report,
            "open_model": choosing.open_model,
            "use_shipped_model": judging.use_shipped,
            "show_models": models.open_on,
            "learn_model": learn.open_on,
            "watch_model": watching.open_on,
            "toggle_worklist": worklist.toggle,
            "next_case": partial(worklist.next_case, 1),
            "previous_case": partial(worklist.next_case, -1),
            "case_menu": worklist.show_menu,
            "quit": window.close,
            "slice_up": partial(display.step, 1),
            "slice_down": partial(display.step, -1),
            "ten_up": partial(display.step, 10),
            "ten_down": partial(display.step, -10),
            "first_slice": partial(display.go_to, 0),
            "last_slice": lambda: display.go_to(display.count - 1),
            "toggle_cine": cine.toggle,
            "model_window": self.use_model_window,
            "own_window": display.use_own_window,
            "invert_window_drag": self.invert_window_drag,
            "reset": self.reset,
            "toggle_inverted": display.toggle_inverted,
            "copy_view": self.copy_view,
            "fit": views.fit,
            **{f"layout_{layout.value}": partial(views.use_layout, layout) for layout in Layout},
            "toggle_text": display.toggle_text,
            "toggle_patient": display.toggle_patient,
            "toggle_schematic": guide.toggle,
            "toggle_paper_map": display.toggle_paper_map,
            "toggle_landmarks": display.toggle_landmarks,
            "toggle_moves": self.toggle_moves,
            "toggle_cautions": display.toggle_cautions,
            **{tool.name: partial(display.use_tool, tool.name) for tool in SHORTCUTS if tool.is_tool},
            "focus_views": self.change_focus,
            "toggle_full_screen": self.toggle_full_screen,
            "escape": self.escape,
            "set_range_low": marking.set_range_low,
            "set_range_high": marking.set_range_high,
            "roi_left": partial(marking.move_roi, -1, 0),
            "roi_right": partial(marking.move_roi, 1, 0),
            "roi_front": partial(marking.move_roi, 0, -1),
            "roi_back": partial(marking.move_roi, 0, 1),
            "roi_wider": partial(marking.size_roi, 1, 0),
            "roi_narrower": partial(marking.size_roi, -1, 0),
            "roi_longer": partial(marking.size_roi, 0, 1),
            "roi_shorter": partial(marking.size_roi, 0, -1),
            "accept_suggestion": suggesting.accept,
            "toggle_key_rectangle": marking.toggle_key_rectangle,
            "label_positive": partial(labelling.label, True),
            "label_negative": partial(labelling.label, False),
            "label_all_positive": partial(labelling.label_range, True),
            "label_all_negative": partial(labelling.label_range, False),
            "toggle_key_slice": key_slices.toggle,
            **{f"verdict_{verdict.value}": partial(labelling.answer, verdict) for verdict in Verdict},
            "delete_chosen": marking.delete_chosen,
            "analyse": self.analyse,
            "answer_positive": partial(answering.set_verdict, Verdict.POSITIVE),
            "answer_negative": partial(answering.set_verdict, Verdict.NEGATIVE),
            **{f"confidence_{one}": partial(answering.set_confidence, one) for one in CONFIDENCES},
            "certainty_more": partial(answering.step_certainty, 1),
            "certainty_less": partial(answering.step_certainty, -1),
            "give_answer": answering.give,
            "undo": case.undo,
            "redo": case.redo,
            "show_help": self.show_help,
            "look_at_trail": trail.look,
            "save_diagnostics": choosing.save_diagnostics,
            "show_about": lambda: AboutDialog(judging.network, window).show(),
            "hide_heat": lambda: display.hide_heat(not display.heat_hidden),
            **{f"preset_{preset.key}": partial(display.set_window, preset.window) for preset in PRESETS},
        }
        self.held: dict[str, Callable[[bool], object]] = {"hide_heat": display.hide_heat}

    def analyse(self) -> None:
        """Analyse, or say why that is not possible now: a key has an answer too."""
        blocker = self._judging.blocker()
        if blocker is None:
            self._judging.analyse()
        else:
            self._notices.informed.emit(blocker)

    def change_focus(self) -> None:
        """The keyboard goes to the axial view, and from the views back to where it came from, or to the next thing."""
        now = self._window.focusWidget()
        if now is None or not self._views.isAncestorOf(now):
            self._outside_views = now
            self._views.axial.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        back: QWidget | None = self._outside_views
        if back is None or not _takes_keys(back):
            back = self._window.nextInFocusChain()
        while back not in (None, self._window) and (self._views.isAncestorOf(back) or not _takes_keys(back)):
            back = back.nextInFocusChain()
        if back is not None:
            back.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def reset(self) -> None:
        """Window, zoom and pan as when the series was opened."""
        self._display.use_own_window()
        self._views.fit()

    def copy_view(self) -> None:
        """Put the view with the focus, or the axial one, on the clipboard; its texts, which name the patient, stay."""
        view = next((view for view in self._views.ct_views if view.hasFocus()), self._views.axial)
        shown = self._display.text_shown
        if shown:
            self._display.toggle_text()
        picture = view.grab()
        if shown:
            self._display.toggle_text()
        QGuiApplication.clipboard().setPixmap(picture)
        self._notices.informed.emit(message("The view was copied to the clipboard, without the texts in its corners."))

    def use_model_window(self) -> None:
        """The window that the model in use sees the CT in."""
        window = self._case.model_window
        if window is None:
            self._notices.informed.emit(message("No model is in use yet."))
        else:
            self._display.set_window(window)

    def invert_window_drag(self) -> None:
        """Whether dragging down raises or lowers the level."""
        self._display.invert_drag()
        lowers = message("Dragging down now lowers the level of the window.")
        raises = message("Dragging down now raises the level of the window.")
        self._notices.informed.emit(lowers if self._display.drag_inverted else raises)

    def toggle_moves(self) -> None:
        """The ROI as a second reader might place it, once the verdict's stability is known."""
        if self._case.stability is None:
            self._notices.informed.emit(message("The stability of a verdict is not known yet."))
        else:
            self._display.toggle_moves()

    def escape(self) -> None:
        """Cancel the drag; else close help or worklist, put the tool away or stop cine; else close the message."""
        if self._views.cancel_drag():
            return
        if self._help is not None and self._help.isVisible():
            self._help.hide()
        elif self._worklist.isVisible():
            self._worklist.hide()
        elif self._display.tool:
            self._display.use_tool("")
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


def _takes_keys(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
