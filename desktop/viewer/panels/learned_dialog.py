"""The result page of a learned model: may it be used, how good is it, on whom does it fail, what did it learn from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.errors import ClivusError
from desktop.messages import Message, counted, message, shown, tr, verbatim
from desktop.models.shelf import Model
from desktop.report.learned_page import SIDES, LearnedPage, Line
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.failed_cases import Failed, FailedCase
from desktop.viewer.desk.learning import Found, Learning
from desktop.viewer.desk.model_shelf import ModelShelf
from desktop.viewer.desk.notices import Notices
from desktop.viewer.panels.dialogs import FileDialogs
from desktop.viewer.panels.reason_list import ReasonList
from desktop.viewer.panels.row_table import RowTable, RowView
from desktop.viewer.panels.step import button, words
from desktop.viewer.panels.text_page import show_card

_SIZE_PX = (900, 640)
"""Within a screen of 1366 x 768."""

_MOST_ROWS_SEEN = 8
"""Of a list; the others are scrolled to."""

_CALLS = {True: message("invasion"), False: message("no invasion")}


class FailedTable(RowTable[FailedCase]):
    """The cases of patients who were called wrongly."""

    columns = (message("Case"), message("Readers"), message("Model"), message("Judged"))

    def show_rows(self, rows: tuple[FailedCase, ...]) -> None:
        """Show these cases."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def cell(self, number: int, column: int) -> str:
        row = self.rows[number]
        if column == 0:
            return row.key
        if column == 3:
            return shown(SIDES[row.judged])
        return shown(_CALLS[row.positive == (column == 1)])


class LearnedDialog(QDialog):
    """It stays open during the work. Opening a case puts it aside, and `bring_back` shows it again as it was."""

    def __init__(
        self,
        learning: Learning,
        shelf: ModelShelf,
        department: Department,
        dialogs: FileDialogs,
        notices: Notices,
        open_case: Callable[[str], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._learning, self._shelf, self._department = learning, shelf, department
        self._dialogs, self._open_case = dialogs, open_case
        self._page: LearnedPage | None = None
        self._model: Model | None = None
        """None where it was refused."""
        self._aside = False
        self.body = QScrollArea()
        self.body.setWidgetResizable(True)
        self.body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.setAccessibleName(tr("What was learned"))
        self.table = FailedTable()
        self.view: RowView
        self.told: QLabel
        """Both are made anew with each page."""
        self.said = words()
        self.take = button(
            tr("Install and make default"), tr("Install the model, and judge cases with it from now on"), self._take
        )
        self.card = button(tr("Model card"), tr("Read the model's card"), self._card)
        self.look_for = button(
            tr("Find its patients …"),
            tr("Name the learning folder of the model, in which its patients are listed"),
            self._look_for,
        )
        self.close_it = button(tr("Close"), tr("Close"), self.close)
        buttons = QHBoxLayout()
        for widget in (self.take, self.card, self.look_for):
            buttons.addWidget(widget)
        buttons.addWidget(self.said, 1)
        buttons.addWidget(self.close_it)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 12)
        column.addWidget(self.body, 1)
        column.addLayout(buttons)
        self.resize(*_SIZE_PX)
        for own in self.findChildren(QPushButton):
            own.setAutoDefault(False)  # Return in the list would press the first one
        shelf.changed.connect(self._follow)
        department.changed.connect(self._follow)
        for signal in (notices.informed, notices.warned):
            signal.connect(self._say)

    # What is shown

    def show_found(self, found: Found) -> None:
        """Show what a learning has just found."""
        self._show(found.page, found.model)

    def show_model(self, model: Model, beside: Path | None = None) -> None:
        """Show what is known of a model that was learned, now or earlier.

        Args:
            beside: where its learning folder may lie, besides the folder of the open project.
        """
        project = self._department.project
        if beside is None and project is not None:
            beside = project.path.parent
        self._learning.find(model, beside, lambda page: self._show(page, model))

    def bring_back(self) -> bool:
        """Show it again where opening a case has put it aside; whether that was so."""
        was_aside, self._aside = self._aside, False
        if was_aside:
            self._list()
            self._allow()
            self._come_up()
        return was_aside

    def _follow(self) -> None:
        """Another reader, another project, or other models."""
        if self.isVisible():
            self._list()
            self._allow()

    def _show(self, page: LearnedPage, model: Model | None) -> None:
        self._page, self._model, self._aside = page, model, False
        self.setWindowTitle(tr("What {model} has learned", model=page.called))
        self.said.setText("")
        self.body.setWidget(self._laid_out(page))
        self._list()
        self._allow()
        self._come_up()

    def _come_up(self) -> None:
        self.show()
        self.raise_()
        self.activateWindow()
        self.body.setFocus()

    def _laid_out(self, page: LearnedPage) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setSpacing(6)
        _add_heading(column, message("May it be used?"))
        for number, text in enumerate(page.may_be_used):
            _add_words(column, text, "warning" if page.cautioned and number == 0 else "")
        _add_heading(column, message("How good is it?"))
        _add_words(
            column,
            message(
                "In the folds: patients that it learned from, each judged by a layer that had not learned from them. "
                "Left out: patients kept out of everything, judged once by the finished model."
            ),
        )
        column.addLayout(_grid_of(page.figures))
        for sentence in page.not_computed:
            _add_words(column, verbatim(sentence))
        _add_heading(column, message("On whom does it fail?"))
        self.told, self.view = words(), RowView(self.table, tr("Patients called wrongly"))
        self.view.activated.connect(lambda index: self._open_row(index.row()))
        column.addWidget(self.told)
        column.addWidget(self.view)
        _add_heading(column, message("What did it learn from?"))
        for text in page.learned_from:
            _add_words(column, text, "")
        if page.not_used:
            number = len(page.not_used)
            _add_words(column, counted("{number} case was not used:", "{number} cases were not used:", number))
            column.addWidget(ReasonList(tr("Cases not used"), page.not_used.values()))
        column.addStretch(1)
        return whole

    def _list(self) -> None:
        """The patients that were called wrongly, as far as this reader may know them now."""
        page, project = self._page, self._department.project
        if page is None:
            return
        failed, told = Failed(), message("")
        if page.wrong is None:
            told = message(
                "Which patients it calls wrongly stands in its learning folder, which was not found, and not in the "
                "model, which may leave the house."
            )
        elif not page.wrong:
            told = message("It called every patient rightly.")
        else:
            number = len(page.wrong)
            told = counted("{number} patient was called wrongly.", "{number} patients were called wrongly.", number)
            if project is None or project.id != page.project:
                told = message("{told} Open the project that it learned from to see them.", told=told)
            else:
                try:
                    reader, settling = self._department.reader, self._department.settling
                    failed = Failed.among(project, reader, settling, page.wrong)
                except ClivusError as error:
                    told = error.message
                if failed.cases:
                    told = message("{told} Enter or a double click opens the case.", told=told)
                if failed.untold:
                    told = message(
                        "{told} {untold} of them are not listed: you have not answered them yet, a study has them, or "
                        "they are not in the project any more.",
                        told=told,
                        untold=failed.untold,
                    )
        self.told.setText(shown(told))
        self.table.show_rows(failed.cases)
        self.view.setVisible(bool(failed.cases))
        self.view.resizeColumnsToContents()
        self.view.setFixedHeight(_height(self.view, len(failed.cases)))

    def _allow(self) -> None:
        page = self._page
        if page is None:
            return
        there = self._model is not None
        for widget in (self.take, self.card):
            widget.setVisible(there)
        self.card.setEnabled(not self._shelf.busy)
        self.look_for.setVisible(page.wrong is None)
        installed = self._installed()
        self.take.setText(tr("Install and make default") if installed is None else tr("Make default"))
        self.take.setEnabled(not self._shelf.busy and not (installed is not None and self._shelf.is_default(installed)))
        self.take.setProperty("role", "" if page.cautioned else "main")
        self.take.style().polish(self.take)

    def _installed(self) -> Model | None:
        """The model of the page, if it is on the shelf."""
        return next(
            (
                one
                for one in self._shelf.models()
                if isinstance(one, Model) and self._model is not None and one.sha256 == self._model.sha256
            ),
            None,
        )

    def _say(self, text: Message) -> None:
        """What the window says of it lies behind the dialog."""
        if self.isVisible():
            self.said.setText(shown(text))

    # What can be done

    def _take(self) -> None:
        installed = self._installed()
        if installed is not None:
            self._shelf.make_default(installed)
        elif self._model is not None:
            self.said.setText(tr("The model is being checked …"))
            self._shelf.install(self._model.place, as_default=True)

    def _card(self) -> None:
        model = self._model
        if model is not None:
            self._shelf.read_card(model.place, lambda text: show_card(self, model.name, text))

    def _look_for(self) -> None:
        folder = self._dialogs.folder(tr("The learning folder of the model"))
        if folder is not None and self._model is not None:
            self.show_model(self._model, folder)

    def _open_row(self, row: int) -> None:
        self._aside = True
        self.hide()
        self._open_case(self.table.rows[row].id)


def _add_heading(column: QVBoxLayout, text: Message) -> None:
    label = QLabel(shown(text))
    label.setProperty("role", "heading")
    if column.count():
        column.addSpacing(8)
    column.addWidget(label)


def _add_words(column: QVBoxLayout, text: Message, role: str = "quiet") -> None:
    label = _selectable(words(role))
    label.setText(shown(text))
    column.addWidget(label)


def _grid_of(figures: tuple[Line, ...]) -> QGridLayout:
    """A line for each figure, a column for each side; with a gap between patients, series and slices."""
    grid = QGridLayout()
    grid.setContentsMargins(12, 2, 0, 2)
    grid.setHorizontalSpacing(22)
    for place, stretch in enumerate((4, 3, 3)):  # what, and how many of how many on two sides
        grid.setColumnStretch(place, stretch)
    for place, side in enumerate(SIDES.values(), start=1):
        grid.addWidget(QLabel(shown(side)), 0, place)
    for row, line in enumerate(figures, start=1):
        texts = [line.what, *(line.found.get(side, message("not computed")) for side in SIDES)]
        for place, text in enumerate(texts):
            label = _selectable(words("" if place else "quiet"))
            label.setText(shown(text))
            grid.addWidget(label, row, place)
    return grid


def _selectable(label: QLabel) -> QLabel:
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _height(view: RowView, rows: int) -> int:
    seen = min(rows, _MOST_ROWS_SEEN)
    return view.horizontalHeader().height() + seen * view.rowHeight(0) + 2 * view.frameWidth()
