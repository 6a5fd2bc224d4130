"""The worklist: a project's cases over the views, to choose the next one from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.messages import Message, message, shown, tr
from desktop.project import states
from desktop.viewer.desk.answering import Answering
from desktop.viewer.desk.background import progress_text
from desktop.viewer.desk.case_notes import CaseNotes
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.reading_all import ReadingAll
from desktop.viewer.panels.begin_study import BeginStudy
from desktop.viewer.panels.case_menu import CaseMenu
from desktop.viewer.panels.dialogs import FileDialogs
from desktop.viewer.panels.row_table import RowView
from desktop.viewer.panels.step import button
from desktop.viewer.panels.study_page import StudyChooser, StudyPage
from desktop.viewer.panels.worklist_table import STATES, WorklistTable
from desktop.viewer.theme import LINE, PANEL

NEW_NAME = "department.clivus"


class Worklist(QFrame):
    """A page over the views, which a key shows and hides."""

    learn = Signal()
    """A model is to be learned from the cases."""

    def __init__(
        self,
        department: Department,
        answering: Answering,
        judging: Judging,
        reading_all: ReadingAll,
        notes: CaseNotes,
        dialogs: FileDialogs,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._department, self._answering, self._judging = department, answering, judging
        self._dialogs, self._window = dialogs, window
        self._menu = CaseMenu(notes, self.open_case, window)
        self._reading_all = reading_all
        self.setObjectName("worklist")
        self.setAccessibleName(tr("Worklist"))
        self.setStyleSheet(f"QFrame#worklist {{ background: {PANEL}; border-left: 1px solid {LINE}; }}")
        self.heading, self.progress = QLabel(), QLabel()
        self.heading.setProperty("role", "heading")
        self.progress.setProperty("role", "quiet")
        self.filter, self.search = QComboBox(), QLineEdit()
        self.filter.setAccessibleName(tr("Cases in this state"))
        self.filter.addItem(tr("all"))
        for state, text in STATES.items():
            self.filter.addItem(shown(text), state)
        self.search.setPlaceholderText(tr("find …"))
        self.search.setAccessibleName(tr("Find cases with this text"))
        self.search.setClearButtonEnabled(True)
        self.table = WorklistTable(department.differences, reading_all.answers)
        self.view = RowView(self.table, tr("Cases"))
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.open_project = button(tr("Open a project …"), tr("Open a project"), self._open)
        self.new_project = button(tr("Begin a project …"), tr("Begin a project"), self._begin)
        self.add_cases = button(tr("Add cases …"), tr("Add the CTs of a folder or a disc"), self._add)
        self.stop = button(tr("Stop"), tr("Stop adding cases"), department.stop_adding)
        self.read_all = button(
            tr("Read all cases"), tr("Let the model read all cases in the background, over night"), reading_all.start
        )
        self.stop_reading = button(tr("Stop reading"), tr("Stop; what was read is kept"), reading_all.stop)
        self.go_on = button(tr("Next open case"), tr("Open the next case without an answer"), lambda: self.next_case(1))
        self.settle = QCheckBox(tr("Settle differences"))
        self.settle.setToolTip(tr("Shows what two readers did and makes the third entry, which a cohort takes"))
        self.settle.toggled.connect(department.settle_differences)
        self.as_shown = button(
            tr("Settled as shown"), tr("What is on screen is what the readers agree on"), department.settle_as_shown
        )
        self.studies, self.study = StudyChooser(answering), StudyPage(answering)
        self.begin_study = button(tr("Begin a study …"), tr("Begin a reader study"), self._begin_study)
        self.learn_model = button(
            tr("Learn a model …"), tr("Learn a model of your own from the settled cases"), self.learn.emit
        )
        self._ordinary: list[QWidget] = [
            *(self.go_on, self.settle, self.filter, self.search, self.view, self.begin_study, self.learn_model)
        ]
        buttons, top = QHBoxLayout(), QHBoxLayout()
        for widget in (
            self.open_project,
            self.new_project,
            self.add_cases,
            self.stop,
            self.read_all,
            self.stop_reading,
            self.begin_study,
            self.learn_model,
        ):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        top.addWidget(self.heading)
        top.addWidget(self.studies)
        top.addStretch(1)
        top.addWidget(self.progress)
        find = QHBoxLayout()
        find.addWidget(self.filter)
        find.addWidget(self.search, 1)
        for part in (self.settle, self.as_shown, self.go_on):
            find.addWidget(part)
        column = QVBoxLayout(self)
        for row in (top, buttons, find):  # messages lie over the lower end
            column.addLayout(row)
        column.addWidget(self.view, 1)
        column.addWidget(self.study, 1)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._show_menu_at)
        self.view.activated.connect(lambda index: self._open_row(index.row()))
        self.filter.currentIndexChanged.connect(self._list)
        self.search.textChanged.connect(self._list)
        department.changed.connect(self._refresh)
        answering.changed.connect(self._refresh)
        answering.rested.connect(self.show)
        answering.went_on.connect(self.hide)
        department.progressed.connect(self._progressed)
        reading_all.changed.connect(self._refresh)
        reading_all.progressed.connect(self._some_read)
        self.hide()
        self._refresh()

    def toggle(self) -> None:
        """Show the list, or the views again."""
        self.setVisible(self.isHidden())

    def next_case(self, step: int) -> None:
        """Open the next case, or the one before, that the reader has not answered."""
        if self._answering.study is not None:
            self._answering.go_on(step)
            return
        own = self._department.next_case(step)
        if own is not None:
            self.open_case(own)

    def show_menu(self) -> None:
        """Show the menu of the case that is chosen in the list, by a key."""
        index = self.view.currentIndex()
        if index.isValid():
            below = self.view.visualRect(index).bottomLeft() + QPoint(24, 0)
            self._menu.show(self.table.rows[index.row()].id, self.view.viewport().mapToGlobal(below))

    def _show_menu_at(self, where: QPoint) -> None:
        index = self.view.indexAt(where)
        if index.isValid():
            self._menu.show(self.table.rows[index.row()].id, self.view.viewport().mapToGlobal(where))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()
        if self._answering.study is None:
            (self.view if self.table.rows else self.open_project).setFocus()
        else:
            self.study.view.setFocus()

    def _refresh(self) -> None:
        project = self._department.project
        there = project is not None
        for widget in (self.filter, self.search, self.view, self.add_cases, self.settle, self.go_on):
            widget.setEnabled(there)
        self.settle.setChecked(self._department.settling)
        ordinary = self._answering.study is None
        for part in self._ordinary:
            part.setVisible(ordinary)
        self.study.setVisible(not ordinary)
        for part in (self.begin_study, self.learn_model):
            part.setEnabled(there)
        self.as_shown.setVisible(ordinary and self._department.settling)
        self.as_shown.setEnabled(self._department.current is not None)
        self.add_cases.setVisible(ordinary and not self._department.adding)
        self.stop.setVisible(ordinary and self._department.adding)
        self.read_all.setEnabled(self._reading_all.blocker is None)
        self.read_all.setVisible(ordinary and not self._reading_all.busy)
        self.stop_reading.setVisible(ordinary and self._reading_all.busy)
        if project is None:
            self.heading.setText(tr("No project is open"))
        else:
            name, reader = project.path.stem, self._department.reader
            self.heading.setText(tr("{project}: reader {reader}", project=name, reader=reader))
        if self.isVisible():
            self.studies.refresh()
            self._list()

    def _list(self) -> None:
        if self._answering.study is not None:
            self.study.refresh()
            self.progress.setText(self.study.progress)
            return
        rows = self._department.rows()
        done, count = states.progress(rows)
        self.progress.setText(tr("{done} of {count} answered", done=done, count=count) if rows else "")
        state = self.filter.currentData()
        own = None if self._department.current is None else self._department.current.id
        # By the own state alone: a filter of the other reader's would tell what that one did.
        settling = self._department.settling
        found = [
            row
            for row in states.filtered(rows, text=self.search.text())
            if state in (None, row.whole if settling else row.own)
        ]
        self.table.show_rows(found, settling, self._department.doubled())
        self.view.resizeColumnsToContents()
        place = next((number for number, row in enumerate(self.table.rows) if row.id == own), 0)
        self.view.choose(place)

    def _progressed(self, stage: Message, done: int, total: int) -> None:
        self.progress.setText(shown(progress_text(stage, done, total)))

    def _some_read(self, pace: Message) -> None:
        self.progress.setText(shown(message("Cases: {pace}", pace=pace)))

    def _open_row(self, row: int) -> None:
        self.open_case(self.table.rows[row].id)

    def open_case(self, own: str) -> None:
        """Put a case on the desk, by its id; its folder is asked for where its series is not found."""
        if not self._department.open_case(own):
            folder = self._dialogs.folder(tr("The series of this case is not where it was: open its folder"))
            if folder is None:
                return
            self._department.look_in(own, folder)
        self.hide()

    def open_at(self, path: Path) -> None:
        """Open a project for the reader who gives a code, and show its list."""
        reader = self._code()
        if reader is not None and self._department.open(path, reader):
            self.show()

    def _open(self) -> None:
        path = self._dialogs.project(tr("Open a project"))
        if path is not None:
            self.open_at(path)

    def _begin(self) -> None:
        path = self._dialogs.new_project(tr("Begin a project"), NEW_NAME)
        reader = None if path is None else self._code()
        if path is not None and reader is not None:
            self._department.open(path, reader, new=True)

    def _code(self) -> str | None:
        code, given = QInputDialog.getText(
            self._window, tr("Reader"), tr("Your code as a reader, such as A; not your name:")
        )
        return code.strip() if given and code.strip() else None

    def _begin_study(self) -> None:
        project = self._department.project
        if project is not None:
            dialog = BeginStudy(self._answering, self._judging, project, self._window)
            dialog.exec()
            dialog.deleteLater()

    def _add(self) -> None:
        folder = self._dialogs.folder(tr("Add the CTs of a folder or a disc"))
        if folder is not None:
            self._department.add([folder])
