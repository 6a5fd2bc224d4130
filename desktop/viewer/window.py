"""The one window: everything on the desk, the views and the panels, put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMainWindow, QWidget

from desktop.imaging.decoding import DecoderPool
from desktop.messages import message
from desktop.models.shelf import Shelf
from desktop.project.places import FILE as PLACES_FILE
from desktop.reading.draft import Drafts
from desktop.reading.kept import KeptReadings
from desktop.reading.saved import Reading
from desktop.settings_file import local_data_folder, settings_file
from desktop.trail.trail_file import TrailPlace
from desktop.viewer.desk.answering import Answering
from desktop.viewer.desk.autosave import Autosave, drafts_folder
from desktop.viewer.desk.background import Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.case_notes import CaseNotes
from desktop.viewer.desk.cine import Cine
from desktop.viewer.desk.confirming import Confirming
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.edits import Edits
from desktop.viewer.desk.following import Following
from desktop.viewer.desk.guide import Guide
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.key_slices import KeySlices
from desktop.viewer.desk.labelling import Labelling
from desktop.viewer.desk.last_work import last_work
from desktop.viewer.desk.left_behind import LeftBehind
from desktop.viewer.desk.marking import Marking
from desktop.viewer.desk.model_shelf import ModelShelf
from desktop.viewer.desk.model_watch import ModelWatch
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.opening import Opening
from desktop.viewer.desk.own_reports import OwnReports
from desktop.viewer.desk.pixels_check import PixelsCheck
from desktop.viewer.desk.reading_all import ReadingAll
from desktop.viewer.desk.receiving import Receiving
from desktop.viewer.desk.saving import Operation, Saving, readings_folder
from desktop.viewer.desk.second_reader import SecondReader
from desktop.viewer.desk.start import Start
from desktop.viewer.desk.stored_result import StoredResult
from desktop.viewer.desk.suggesting import Suggesting
from desktop.viewer.desk.trail_keeping import TrailKeeping
from desktop.viewer.desk.trying import Trying
from desktop.viewer.desk.vetting import Vetting
from desktop.viewer.early_model import EarlyModel
from desktop.viewer.panels.allowed import follow_study
from desktop.viewer.panels.answer_step import AnswerStep
from desktop.viewer.panels.choosing import Choosing
from desktop.viewer.panels.commands import Commands
from desktop.viewer.panels.dialogs import FileDialogs
from desktop.viewer.panels.entry_bars import EditsBar, ProposalBar, SettlingBar
from desktop.viewer.panels.icons import own_icon
from desktop.viewer.panels.kept_settings import KeptSettings
from desktop.viewer.panels.languages import LanguageChange, LanguageMenu
from desktop.viewer.panels.learning_dialogs import LearningDialogs
from desktop.viewer.panels.looking import Looking
from desktop.viewer.panels.menus import (
    WindowKeys,
    follow_display,
    follow_history,
    make_actions,
    make_menus,
    show_context_menu,
)
from desktop.viewer.panels.message_bar import MessageBar
from desktop.viewer.panels.model_bar import ModelBar
from desktop.viewer.panels.models_dialog import ModelsDialog
from desktop.viewer.panels.offer_bar import OfferBar
from desktop.viewer.panels.range_step import RangeStep
from desktop.viewer.panels.report_step import ReportStep
from desktop.viewer.panels.result_step import ResultStep
from desktop.viewer.panels.roi_step import RoiStep
from desktop.viewer.panels.series_step import SeriesStep
from desktop.viewer.panels.start_page import StartPage
from desktop.viewer.panels.status import StatusBar
from desktop.viewer.panels.steps import Steps
from desktop.viewer.panels.tool_bar import ToolBar
from desktop.viewer.panels.unsaved_work import UnsavedWork
from desktop.viewer.panels.waiting_bar import WaitingBar
from desktop.viewer.panels.watching_page import WatchingPage
from desktop.viewer.panels.worklist import Worklist
from desktop.viewer.pictures.previewing import Previewing
from desktop.viewer.pictures.views import Views
from desktop.viewer.pictures.wheel import WheelPasses


class MainWindow(QMainWindow):
    """Everything on one desk."""

    def __init__(self, model: EarlyModel | Path | None = None, draw_head: Callable[[Path], Path] | None = None) -> None:
        """Build the window.

        Args:
            model: one that is being opened, or a bundle's folder, to be opened once the views are there; the default
                if None.
            draw_head: writes a synthetic head to try (`Trying`); without it none is offered.
        """
        super().__init__()
        self.setWindowTitle("Clivus")
        self.setWindowIcon(own_icon())
        self.setAcceptDrops(True)
        self._put_on_the_desk(draw_head)
        self._put_around_it()
        self._lay_out()
        if isinstance(model, EarlyModel):
            self.judging.await_model(model)
        else:
            self.views.built.connect(lambda: self.judging.open_model(model))

    def _put_on_the_desk(self, draw_head: Callable[[Path], Path] | None) -> None:
        self.notices, self.jobs, self.decoders = Notices(self), Jobs(self), DecoderPool()
        self.case, self.display = Case(self), Display(self)
        self.guide = Guide(self.case)
        self.opening = Opening(self.case, self.jobs, self.decoders, self.notices)
        self.trying = None if draw_head is None else Trying(draw_head, self.opening, self.jobs, self.notices)
        self.judging = Judging(self.case, self.jobs, self.notices)
        StoredResult(self.case, self.judging, self.notices)
        self.models = ModelShelf(Shelf.here(), local_data_folder() / PLACES_FILE, self.judging, self.jobs, self.notices)
        self.vetting = Vetting(self.case, self.judging, self.jobs)
        self.second_reader = SecondReader(self.case, self.judging, self.jobs, self.notices)
        self.receiving = Receiving(self.case, self.opening, self.jobs, self.notices)
        self.receiving.model_came.connect(self.models.offer)
        kept, drafts = KeptReadings(readings_folder()), Drafts(drafts_folder())
        self._last_work = last_work(drafts, kept)
        places = local_data_folder() / PLACES_FILE
        self.department = Department(self.case, self.opening, self.jobs, places, self.notices)
        self.reading_all = ReadingAll(self.department, self.judging, self.jobs, places, self.notices)
        self.opening.kept = lambda series, opened: (
            None if self.department.holds(series) else kept.to_show(series, opened)
        )
        self.answering = Answering(self.case, self.display, self.opening, self.judging, self.department, self.notices)
        self.model_watch = ModelWatch(self.department, self.answering, self.jobs, self.notices)
        self.saving = Saving(self.case, kept, self.jobs, self.notices, lambda: self.department.key)
        self.saving.holding = self._holding
        self.trail = TrailKeeping(self.case, self.saving, self.department, TrailPlace.here(), self.jobs, self.notices)
        self.autosave = Autosave(self.case, drafts, self.notices, lambda: self.department.owner)
        self.edits = Edits(self.department, self.notices)
        self.confirming = Confirming(self.case, self.department, self.notices)
        OwnReports(self.case, self.opening, self.department, self.jobs, self.notices)
        PixelsCheck(self.case, self.department, self.opening, self.jobs, self.notices)
        LeftBehind(self.department, drafts, self.notices)
        self.marking = Marking(self.case, self.display, self.notices)
        self.labelling = Labelling(self.case, self.display, self.notices)
        self.key_slices = KeySlices(self.case, self.display, self.notices)
        self.suggesting = Suggesting(self.case, self.jobs, self.notices)
        self.cine = Cine(self.case, self.display)
        self.opening.began.connect(self.notices.outdated)
        for signal in (self.opening.began, self.opening.failed):
            signal.connect(self.judging.forget_to_analyse)

    def _holding(self, operation: Operation) -> Operation:
        study = self.opening.study
        return operation if study is None else study.held.during(operation)

    def _put_around_it(self) -> None:
        self.views = Views(self.case, self.display)
        Following(self.case, self.display)
        Previewing(self.opening, self.display, self.views)
        self.dialogs = FileDialogs(self)
        choosing = Choosing(
            self.dialogs, self.opening, self.receiving, self.judging, self.saving, self.jobs, self.notices
        )
        self.unsaved_work = UnsavedWork(self.case, self.saving, self)
        self.opening.may_replace = self._may_replace
        self.message, self.offer = MessageBar(self.notices), OfferBar(self.autosave)
        self.edits_bar, self.proposal_bar = EditsBar(self.edits), ProposalBar(self.confirming)
        self.settling_bar = SettlingBar(self.department)
        notes = CaseNotes(self.department, self.notices)
        self.worklist = Worklist(
            self.department, self.answering, self.judging, self.reading_all, notes, self.dialogs, self
        )
        Looking(self, self.worklist, self.answering)
        self.receiving.project_came.connect(self.worklist.open_at)
        self.learning = LearningDialogs(
            self.jobs,
            local_data_folder() / PLACES_FILE,
            self.models,
            self.department,
            self.dialogs,
            self.notices,
            self.worklist.open_case,
            self,
        )
        self.worklist.learn.connect(self.learning.open_on)
        self.models_dialog = ModelsDialog(
            self.models, self.department, self.dialogs, self.notices, self.learning.show_model, self
        )
        self.watching = WatchingPage(self.model_watch, self)
        self.waiting = WaitingBar(self.receiving, choosing)
        self.model_bar = ModelBar(self.models, self.judging, self.models_dialog.open_on)
        self.settings = KeptSettings(settings_file(), self.display, self.guide, self.views, self.notices)
        languages = LanguageMenu(self.settings.language, self)
        self.language = LanguageChange(self.settings, self.case, self.opening, self.autosave, self.notices, self)
        languages.chosen.connect(self.language.choose)
        self.start_page = StartPage(
            self.case,
            self.opening,
            choosing,
            self._last_work,
            self.worklist,
            self.department.last_project(),
            self.trying,
            languages,
        )
        self.series_step = SeriesStep(self.opening, self.display, choosing.open_folder)
        self.range_step = RangeStep(self.case, self.display, self.marking, self.suggesting, self.vetting, self.guide)
        self.roi_step = RoiStep(self.case, self.display, self.vetting, self.guide)
        self.result_step = ResultStep(self.case, self.display, self.judging, self.second_reader)
        self.report_step = ReportStep(self.case, self.display, self.labelling, self.key_slices, self.saving, choosing)
        self.answer_step = AnswerStep(self.case, self.answering)
        self.status = StatusBar(self.case, self.display, self.judging)
        commands = Commands(
            self,
            self.case,
            self.display,
            self.views,
            self.cine,
            self.judging,
            self.marking,
            self.labelling,
            self.key_slices,
            self.suggesting,
            self.guide,
            self.saving,
            choosing,
            self.worklist,
            self.answering,
            self.models_dialog,
            self.learning,
            self.watching,
            self.trail,
            self.notices,
        )
        self.actions_by_name = make_actions(self, self.views, self.worklist.view, commands.pressed)
        make_menus(self, self.actions_by_name)
        self.menuBar().addMenu(languages)
        self.addToolBar(ToolBar(self.actions_by_name, languages))
        follow_history(self.actions_by_name, self.case.history)
        follow_display(self.actions_by_name, self.display)
        follow_study(self.actions_by_name, self.case, self.answering)
        WindowKeys(self, self.actions_by_name, commands.held)
        self.views.menu_asked.connect(lambda where: show_context_menu(self, self.actions_by_name, where))

    def _lay_out(self) -> None:
        steps = Steps(
            self.case,
            self.guide,
            self.answer_step,
            (self.series_step, self.range_step, self.roi_step, self.result_step, self.report_step),
            (
                self.offer,
                self.edits_bar,
                self.proposal_bar,
                self.settling_bar,
                self.model_bar,
                self.waiting,
                self.message,
            ),
        )
        over = QGridLayout()
        over.addWidget(self.views, 0, 0)
        over.addWidget(self.start_page, 0, 0, Qt.AlignmentFlag.AlignCenter)
        over.addWidget(self.worklist, 0, 0)
        whole = QWidget()
        desk = QHBoxLayout(whole)
        desk.setContentsMargins(0, 0, 0, 0)
        desk.setSpacing(0)
        desk.addWidget(steps)
        desk.addLayout(over, 1)
        self.setCentralWidget(whole)
        self.setStatusBar(self.status)
        wheel = WheelPasses(self)
        wheel.watch(self)
        self.views.built.connect(lambda: wheel.watch(self.views))

    def _may_replace(self) -> bool:
        """Whether another case may come. One of a project is kept by itself; what the project cannot take now is
        offered when the case is opened again, and nothing is asked."""
        self.department.keep_now()
        if self.department.current is not None and self.case.unsaved and self.autosave.leave_behind():
            text = message(
                "What you marked last in case {key} is not in the project yet: open the case to restore it.",
                key=self.department.current.key,
            )
            self.notices.warned.emit(text)
            return True
        return self.unsaved_work.may_go()

    def open(self, *paths: Path, reading: Reading | None = None) -> None:
        """Open what lies at these paths: folders, files, discs, archives, saved readings.

        Args:
            reading: to be opened with its series at these paths.
        """
        if reading is None:
            self.receiving.receive(paths)
        else:
            self.opening.open_paths(paths, reading)

    def as_it_is(self) -> Start:
        """What another window needs to show what this one shows; what is unsaved comes back as a draft. A case of a
        study does not come back: its reader opens the project, and goes on where the last answer was given."""
        model, desk = self.judging.network, self.department
        if self.case.terms.in_study:
            return Start(model=None if model is None else model.folder)
        current = desk.current
        return Start(
            paths=self.opening.paths,
            synthetic=self.trying is not None and self.trying.opened,
            model=None if model is None else model.folder,
            reading=None if self.case.unsaved or current is not None else self.case.reading(None),
            analyse=not self.case.unsaved and self.case.result is not None,
            project=None if desk.project is None else desk.project.path,
            reader=desk.reader,
            case="" if current is None else current.id,
        )

    def begin(self, start: Start) -> None:
        """Show what another window showed, or what the command asks for."""
        if start.project is not None:
            self.department.open(start.project, start.reader)
        if not start.case or not self.department.open_case(start.case):
            self._begin_outside(start)
        if start.analyse:
            self.judging.analyse_when_ready()

    def _begin_outside(self, start: Start) -> None:
        """Show what is no case of a project."""
        if start.synthetic and self.trying is not None:
            self.trying.start()
        elif start.paths:
            self.open(*start.paths, reading=start.reading)

    def showEvent(self, event: QShowEvent) -> None:
        if not event.spontaneous():
            # Only now are there sizes to share out; before, the splitters go by what their parts would like.
            self.views.share_out()
        super().showEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open(*(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.learning.may_end() or not self.opening.may_leave():
            event.ignore()
            return
        self.autosave.forget()  # the reader has saved it or given it up
        self.end()
        super().closeEvent(event)

    def end(self) -> None:
        """Stop everything and release everything; asks nothing, and keeps what is unsaved."""
        self.cine.stop()
        self.settings.save()
        self.department.close()
        self.autosave.close()
        self.judging.close()
        self.vetting.close()
        self.jobs.cancel_all()
        self.decoders.close()  # what is being decoded is not waited for
        self.jobs.close()
        self.opening.close()
        if self.trying is not None:
            self.trying.close()
