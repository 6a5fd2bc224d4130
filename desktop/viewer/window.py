"""The one window: five steps, two views, the bars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.imaging.decoding import DecoderPool
from desktop.imaging.volume import Volume
from desktop.reading.draft import Drafts
from desktop.reading.saved import Reading
from desktop.viewer.desk.autosave import Autosave, drafts_folder
from desktop.viewer.desk.background import Jobs
from desktop.viewer.desk.case import Case, Marks
from desktop.viewer.desk.display import Display, Look
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.opening import Opening
from desktop.viewer.desk.presets import PRESETS
from desktop.viewer.desk.saving import Saving
from desktop.viewer.desk.study import READING_SLICES, Opened
from desktop.viewer.keyboard import make_actions, make_menus, show_menu
from desktop.viewer.panels.dialogs import FileDialogs
from desktop.viewer.panels.help import HelpDialog
from desktop.viewer.panels.message_bar import MessageBar
from desktop.viewer.panels.offer_bar import OfferBar
from desktop.viewer.panels.range_step import RangeStep
from desktop.viewer.panels.report_step import ReportStep
from desktop.viewer.panels.result_step import ResultStep
from desktop.viewer.panels.roi_step import RoiStep
from desktop.viewer.panels.series_step import SeriesStep
from desktop.viewer.panels.status import StatusBar
from desktop.viewer.panels.unsaved_work import Leaving
from desktop.viewer.pictures.axial_view import Distance
from desktop.viewer.pictures.canvas import View
from desktop.viewer.pictures.views import Views
from desktop.viewer.pictures.wheel import WheelPasses
from desktop.viewer.theme import STEPS_WIDTH

CINE_MS = 100
"""Ten slices a second, as fast as a reader can follow."""


class MainWindow(QMainWindow):
    """Everything on one desk. `model` is a bundle's folder, the shipped one if None."""

    def __init__(self, model: Path | None = None) -> None:
        super().__init__()
        self.setWindowTitle("Clivus")
        self.setAcceptDrops(True)
        self.case = Case(self)
        self.display = Display(self)
        self.jobs = Jobs(self)
        self.decoders = DecoderPool()
        self.opening = Opening(self.case, self.jobs, self.decoders)
        self.judging = Judging(self.case, self.jobs)
        self.message = MessageBar()
        self.views = Views(self.case, self.display)
        self.axial = self.views.axial
        self.series_step = SeriesStep(self.opening, self.ask_open, self.open_series)
        self.range_step = RangeStep(self.case, self.set_range_high, self.set_range_low)
        self.roi_step = RoiStep(self.case)
        self.result_step = ResultStep(self.case, self.judging, self.judging.analyse)
        self.dialogs = FileDialogs(self)
        self.saving = Saving(self.case, self.jobs, self.message, self.dialogs)
        self.leaving = Leaving(self.case, self.saving, self)
        self.autosave = Autosave(self.case, Drafts(drafts_folder()))
        self.offer = OfferBar(self.autosave.take_over, self.autosave.discard)
        self.opening.may_replace = self.leaving.allowed
        self.report_step = ReportStep(self.case, self.saving.ask_report, self.saving.ask_reading)
        self.status = StatusBar(self.case, self.display)
        self.setStatusBar(self.status)
        self._help: HelpDialog | None = None
        self._looks: tuple[Look, list[View], list[Distance]] = Look(), [], []
        self._cine = QTimer(self)
        self._cine.setInterval(CINE_MS)
        self._cine.timeout.connect(self._next_of_cine)
        self._lay_out()
        self.actions_by_name = make_actions(self, self.views, self._handlers())
        make_menus(self, self.actions_by_name)
        self._connect()
        self._wheel = WheelPasses(self)
        self._wheel.watch(self)
        self._hold_key = Qt.Key.Key_H
        self.judging.open_model(model)

    # Opening

    def open(self, *paths: Path, reading: Reading | None = None) -> None:
        """Open what lies at these paths: folders, files, discs, archives."""
        if self._may_leave():
            self.judging.forget_to_analyse()
            self.message.hide()
            self.opening.open_paths(paths, reading)

    def open_series(self, name: str) -> None:
        """Open another series of the study."""
        if self._may_leave() and name != self.opening.open_name:
            self.opening.open_series(name)

    def _may_leave(self) -> bool:
        """Whether the case may be replaced; a case that was put aside is what this is about."""
        self.opening.stop_loading()
        return self.leaving.allowed()

    def ask_open(self) -> None:
        """Let the reader choose a folder."""
        folder = self.dialogs.folder("Open a folder with head CT")
        if folder is not None:
            self.open(folder)

    def ask_open_files(self) -> None:
        """Let the reader choose files, a disc's DICOMDIR or an archive."""
        files = self.dialogs.files("Open files, a disc (DICOMDIR) or a zip archive")
        if files:
            self.open(*files)

    def ask_open_reading(self) -> None:
        """Let the reader choose a saved reading."""
        path = self.dialogs.reading("Open a saved reading")
        if path is not None:
            self.open_reading(path)

    def open_reading(self, path: Path) -> None:
        """Open a saved reading of a series of the study."""
        if self._may_leave():
            self.opening.open_reading(path)

    def ask_open_model(self) -> None:
        """Let the reader choose a model's folder."""
        folder = self.dialogs.folder("Open the folder of a model")
        if folder is not None:
            self.judging.open_model(folder)

    def _glimpsed(self, volume: Volume | None) -> None:
        """The first slice of a series is there, in place of the case on the desk; or nothing came of it."""
        if volume is not None:
            self._looks = self.display.look, [view.view for view in self.views.canvases], list(self.axial.distances)
            self.views.glimpse.show_slice(volume)
            self.views.show_glimpse()
        elif self.views.glimpsing:
            look, views, self.axial.distances = self._looks
            self.display.look_again(look)
            for canvas, view in zip(self.views.canvases, views, strict=True):
                canvas.view = view
            self.views.show_axial()

    def _progressed(self, text: str, done: int, total: int) -> None:
        if text == READING_SLICES:
            self.views.glimpse.say(f"{text}: {done} of {total}")

    def _opened(self, opened: Opened) -> None:
        volume = opened.volume
        self.message.hide()
        if opened.reading is not None:
            self.message.inform("The reading's ROI and range are marked.")
        if self.opening.patients > 1:
            self.message.warn(
                f"CT of {self.opening.patients} patients lie here: check the name in the corner of the axial view."
            )
        if volume.skipped:
            first = volume.skipped[0]
            self.message.warn(
                f"{len(volume.skipped)} slice(s) could not be read; the first, {first.shown}: {first.reason}"
            )
        self.views.show_axial()

    def _case_opened(self) -> None:
        """Look at the middle of what is to be judged."""
        volume = self.case.volume
        self._cine.stop()
        if volume is None:
            self.display.look_again(Look())
            return
        span = self.case.marks.span
        middle = volume.geometry.nearest((span.low_mm + span.high_mm) / 2) if span else len(volume.hu) // 2
        self.display.open(volume, middle, self._roi_middle(middle))

    def _case_extended(self, before: Volume) -> None:
        """Stay at the same place of a series that has more slices now."""
        volume, look = self.case.volume, self.display.look
        assert volume is not None
        index = volume.geometry.nearest(float(before.geometry.positions_mm[look.index]))
        self.display.look_again(replace(look, count=len(volume.hu), index=index))

    def _roi_middle(self, index: int) -> tuple[float, float]:
        volume = self.case.volume
        assert volume is not None
        stored = self.case.shown_roi(volume).at(float(volume.geometry.positions_mm[index]))
        column, row, width, height = volume.rectangle_to_standard(stored)
        return column + width / 2, row + height / 2

    def _marked(self) -> None:
        """The sagittal view follows the ROI until the crosshair was placed by hand."""
        if self.case.volume is not None and not self.display.cut_by_hand and self.display.count:
            self.display.set_cut(*self._roi_middle(self.display.index), by_hand=False)

    def _judged(self) -> None:
        """A slice with a result, if the one on screen has none."""
        result = self.case.result
        if result is not None and all(answer.index != self.display.index for answer in result.slices):
            self.display.go_to(result.slices[result.strongest].index)

    # What the keys do

    def set_range_low(self) -> None:
        """The lower end of the range is the slice on screen."""
        if self.case.volume is not None:
            position = float(self.case.volume.geometry.positions_mm[self.display.index])
            marks = self.case.marks.with_low(position)
            self._mark_end(marks, "Mark lower end", swapped=marks.low_mm != position)

    def set_range_high(self) -> None:
        """The upper end of the range is the slice on screen."""
        if self.case.volume is not None:
            position = float(self.case.volume.geometry.positions_mm[self.display.index])
            marks = self.case.marks.with_high(position)
            self._mark_end(marks, "Mark upper end", swapped=marks.high_mm != position)

    def _mark_end(self, marks: Marks, what: str, swapped: bool) -> None:
        self.case.mark(marks, what)
        if swapped and self.case.marks == marks:
            self.message.inform("The lower end lay above the upper one: the two have changed places. Ctrl+Z: undo.")

    def reset(self) -> None:
        """Window, zoom, pan and distances as when the series was opened."""
        self.axial.distances.clear()
        self.display.set_window(self.display.own_window)
        self.fit()

    def fit(self) -> None:
        """Fit the images to the views."""
        for view in self.views.canvases:
            view.fit()

    def toggle_cine(self) -> None:
        """Start or stop running through the slices."""
        if self._cine.isActive() or self.case.volume is None:
            self._cine.stop()
        else:
            self._cine.start()

    def _next_of_cine(self) -> None:
        volume = self.case.volume
        assert volume is not None
        span = self.case.marks.span
        judged = () if span is None else span.indices(volume.geometry.positions_mm)
        first, last = (judged[0], judged[-1]) if judged else (0, self.display.count - 1)
        following = self.display.index + 1
        self.display.go_to(following if first <= following <= last else first)

    def toggle_measuring(self) -> None:
        """Measure with the next drag, or stop that."""
        if self.case.volume is not None:
            self.display.set_measuring(not self.display.measuring)

    def turn_drag_round(self) -> None:
        """Let a window drag downwards lower the centre, or raise it again."""
        self.display.drag_turned_round = not self.display.drag_turned_round
        way = "lowers" if self.display.drag_turned_round else "raises"
        self.message.inform(f"Dragging down now {way} the centre of the window.")

    def escape(self) -> None:
        """Cancel the drag; else stop measuring or cine; else close the message."""
        if any(view.cancel_drag() for view in self.views.canvases):
            return
        if self._help is not None and self._help.isVisible():
            self._help.hide()
            return
        if self.display.measuring:
            self.display.set_measuring(False)
        elif self._cine.isActive():
            self._cine.stop()
        else:
            self.message.hide()

    def toggle_full_screen(self) -> None:
        """Full screen, and back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def show_help(self) -> None:
        """The list of keys."""
        if self._help is None:
            self._help = HelpDialog(self)
        self._help.show()
        self._help.raise_()

    # Building

    def _lay_out(self) -> None:
        steps = QWidget()
        column = QVBoxLayout(steps)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        # Series and result share the spare height, so that a longer text in one step moves no other.
        for step, stretch in (
            (self.series_step, 1),
            (self.range_step, 0),
            (self.roi_step, 0),
            (self.result_step, 1),
            (self.report_step, 0),
        ):
            column.addWidget(step, stretch)
        scroll = QScrollArea()
        scroll.setWidget(steps)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(STEPS_WIDTH)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        desk = QHBoxLayout()
        desk.setSpacing(0)
        desk.addWidget(scroll)
        desk.addWidget(self.views, 1)
        whole = QWidget()
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.message)
        outer.addWidget(self.offer)
        outer.addLayout(desk, 1)
        self.setCentralWidget(whole)

    def _handlers(self) -> dict[str, Callable[[], object]]:
        display = self.display
        handlers: dict[str, Callable[[], object]] = {
            "open_folder": self.ask_open,
            "open_files": self.ask_open_files,
            "open_reading": self.ask_open_reading,
            "save_reading": self.saving.ask_reading,
            "save_report": self.saving.ask_report,
            "open_model": self.ask_open_model,
            "shipped_model": lambda: self.judging.open_model(None),
            "quit": self.close,
            "slice_up": lambda: display.step(1),
            "slice_down": lambda: display.step(-1),
            "ten_up": lambda: display.step(10),
            "ten_down": lambda: display.step(-10),
            "first_slice": lambda: display.go_to(0),
            "last_slice": lambda: display.go_to(display.count - 1),
            "cine": self.toggle_cine,
            "preset_0": lambda: display.set_window(display.own_window),
            "turn_drag_round": self.turn_drag_round,
            "reset": self.reset,
            "fit": self.fit,
            "toggle_text": display.toggle_text,
            "distance": self.toggle_measuring,
            "full_screen": self.toggle_full_screen,
            "escape": self.escape,
            "range_low": self.set_range_low,
            "range_high": self.set_range_high,
            "analyse": self.judging.analyse,
            "undo": self.case.undo,
            "redo": self.case.redo,
            "help": self.show_help,
        }
        for preset in PRESETS:
            handlers[f"preset_{preset.key}"] = lambda window=preset.window: display.set_window(window)  # type: ignore[misc]
        return handlers

    def _connect(self) -> None:
        self.case.opened.connect(self._case_opened)
        self.autosave.offered.connect(self.offer.show_offer)
        # Queued, since an opening that has come to its end takes away older messages.
        self.autosave.troubled.connect(self.message.warn, Qt.ConnectionType.QueuedConnection)
        self.case.extended.connect(self._case_extended)
        self.case.marked.connect(self._marked)
        self.opening.opened.connect(self._opened)
        self.opening.glimpsed.connect(self._glimpsed)
        self.opening.progressed.connect(self._progressed)
        self.opening.told.connect(self.message.inform)
        self.opening.failed.connect(self.message.warn)
        self.opening.failed.connect(self.judging.forget_to_analyse)
        self.judging.failed.connect(self.message.warn)
        self.judging.told.connect(self.message.inform)
        self.judging.changed.connect(self._model_changed)
        self.case.judged.connect(self._judged)
        self.actions_by_name["turn_drag_round"].setCheckable(True)
        history, actions = self.case.history, self.actions_by_name
        for can, name in ((history.canUndoChanged, "undo"), (history.canRedoChanged, "redo")):
            actions[name].setEnabled(False)
            can.connect(actions[name].setEnabled)
        for view in self.views.canvases:
            view.enlarge_asked.connect(lambda view=view: self.views.enlarge(view))
            view.menu_asked.connect(lambda where: show_menu(self, self.actions_by_name, where))

    def _model_changed(self) -> None:
        network = self.judging.network
        if network is not None:
            self.status.say_model(network.manifest, network.used)

    # Events

    def showEvent(self, event: QShowEvent) -> None:
        if not event.spontaneous():
            # Only now are there sizes to share out; before, the splitters go by what their parts would like.
            self.views.share_out()
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == self._hold_key and not event.isAutoRepeat():
            self.display.hold_back_heat(True)
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == self._hold_key and not event.isAutoRepeat():
            self.display.hold_back_heat(False)
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            # The release of a held key goes to the other window.
            self.display.hold_back_heat(False)
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open(*(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_leave():
            event.ignore()
            return
        self.autosave.forget()  # the reader has saved it or given it up
        self.end()
        super().closeEvent(event)

    def end(self) -> None:
        """Stop everything and give everything back; asks nothing, and keeps what is unsaved."""
        self._cine.stop()
        self.autosave.close()
        self.jobs.cancel_all()
        self.decoders.close()  # what is being decoded is not waited for
        self.jobs.close()
        self.opening.close()
