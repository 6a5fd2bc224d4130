"""A model is learned from the project: what is ready, how long it takes, how far it is, and going on after a stop."""

from __future__ import annotations

import os
import re
from pathlib import Path

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.headless.pace import time_left
from desktop.inference.manifest import HEAD_FILE, ID, ID_DESCRIBED
from desktop.learning.attempt import work_beside
from desktop.learning.learn import FEWEST, STAGES
from desktop.learning.outlook import Outlook
from desktop.learning.work_folder import Begun, WorkFolder
from desktop.messages import Message, counted, message, shown, tr
from desktop.models.shelf import Model, Scope
from desktop.unwritten import shortened
from desktop.version import VERSION
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.learning import Found, Learning, begun_earlier, free_bytes, refused_earlier
from desktop.viewer.desk.model_shelf import ModelShelf
from desktop.viewer.desk.notices import Notices
from desktop.viewer.panels.announcing import announce
from desktop.viewer.panels.dialogs import FileDialogs
from desktop.viewer.panels.learned_dialog import LearnedDialog
from desktop.viewer.panels.reason_list import ReasonList
from desktop.viewer.panels.step import button, show_value, words

_WIDTH_PX = 680

_MEGABYTE, _GIGABYTE = 1e6, 1e9

_UNNAMED = "site"
"""What a model is called where the project's name has no letter that a model's may have."""

_LONGEST_STEM = 48
"""Characters of the project's name in that of a model, which has room for a number besides."""


class LearnDialog(QDialog):
    """It can be closed while a model is being learned, which goes on; opened again, it shows how far that is."""

    def __init__(
        self,
        learning: Learning,
        shelf: ModelShelf,
        department: Department,
        dialogs: FileDialogs,
        notices: Notices,
        learned: LearnedDialog,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._learning, self._shelf, self._department = learning, shelf, department
        self._dialogs, self._notices, self._learned = dialogs, notices, learned
        self._project: Path | None = None
        """The one that was looked at."""
        self._folder = Path()
        self._outlook: Outlook | None = None
        self._trouble: Message | None = None
        self._looks_for_earlier = False
        self._unseen: Found | None = None
        """What was learned while this was closed."""
        self.setWindowTitle(tr("Learn a model"))
        self.setMinimumWidth(_WIDTH_PX)
        about = words()
        about.setText(
            tr(
                "Clivus learns the last layer of a network anew, from the cases that your readers have settled. About "
                "a third of the patients are left out of that, and the finished model is tested on them. Nothing "
                "leaves this computer."
            )
        )
        self.ready, self.takes, self.standing = words(""), words(), words("")
        self.why = ReasonList(tr("Cases that are not ready"))
        self.name, self.network = QLineEdit(), QComboBox()
        self.place = words()
        self.choose = button(tr("Folder …"), tr("Choose the folder that the model is written into"), self._choose)
        form = QFormLayout()
        for label, widget in (
            (tr("Name of the model"), self.name),
            (tr("Network"), self.network),
            (tr("Written to"), self._beside(self.place, self.choose)),
        ):
            widget.setAccessibleName(label)
            form.addRow(label, widget)
        self.stage, self.left, self.bar = words(""), words(), QProgressBar()
        self.bar.setAccessibleName(tr("Learning"))
        self.said = words("warning")
        self.begin = button(tr("Begin"), tr("Begin to learn"), self._begin)
        self.begin.setProperty("role", "main")
        self.stop = button(tr("Stop"), tr("Stop learning; what was done is kept"), learning.stop)
        self.show_it = button(tr("Show the result"), tr("Show what was learned"), self._show_result)
        self.close_it = button(tr("Close"), tr("Close; learning goes on"), self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self.show_it)
        buttons.addStretch(1)
        for one in (self.stop, self.begin, self.close_it):
            buttons.addWidget(one)
        self._before: list[QWidget] = [self.name, self.network, self.choose]
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 12)
        column.setSpacing(8)
        column.addWidget(about)
        column.addWidget(self.ready)
        column.addWidget(self.why)
        column.addLayout(form)
        for part in (self.takes, self.standing, self.stage, self.bar, self.left, self.said):
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(buttons)
        for own in self.findChildren(QPushButton):
            own.setAutoDefault(False)
        self.name.textChanged.connect(self._refresh)
        self.network.currentIndexChanged.connect(self._survey)
        learning.surveyed.connect(self._surveyed)
        learning.not_surveyed.connect(self._not_surveyed)
        learning.changed.connect(self._refresh)
        learning.progressed.connect(self._progressed)
        learning.learned.connect(self._done)
        learning.failed.connect(self._failed)
        department.changed.connect(self._follow)

    @staticmethod
    def _beside(*widgets: QWidget) -> QWidget:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        for number, widget in enumerate(widgets):
            row.addWidget(widget, 0 if number else 1)
        return whole

    def open_on(self) -> None:
        """Show what can be learned now, or how far that is. A result that nobody has seen yet, or that was put aside
        to look at a case, comes first."""
        if self._learned.bring_back():
            return
        if self._unseen is not None:
            self._show_found(self._unseen)
            return
        project = self._department.project
        if self._learning.busy:
            self._refresh()
        elif project is None:
            self._notices.informed.emit(message("Open a project first (F7): a model is learned from its cases."))
            return
        else:
            self._look_at(project.path)
        self.show()
        self.raise_()
        self.activateWindow()

    def may_end(self) -> bool:
        """Whether the window may be closed; asks while a model is being learned."""
        return not self._learning.busy or self.ask_to_stop()

    def ask_to_stop(self) -> bool:
        """Whether learning is to stop."""
        choices = QMessageBox.StandardButton
        text = tr(
            "A model is being learned, which stops when Clivus is closed. What was done is kept, and it can go on the "
            "next time. Close Clivus?"
        )
        parent = self.parentWidget()
        return QMessageBox.question(parent, "Clivus", text, choices.Yes | choices.No, choices.No) == choices.Yes

    def hideEvent(self, event: QHideEvent) -> None:
        self._learning.look_away()
        super().hideEvent(event)

    # What can be learned from

    def _look_at(self, project: Path) -> None:
        """Begin anew with a project."""
        self._project, self._folder, self._looks_for_earlier = project, project.parent, True
        self.network.blockSignals(True)
        self.network.clear()
        for model in self._models():
            use = tr("{model} (in use)", model=model.name) if self._shelf.is_in_use(model) else model.name
            self.network.addItem(use, model)
        self.network.setCurrentIndex(self._first_network())
        self.network.blockSignals(False)
        self.name.setText(self._free_name())
        self._survey()

    def _models(self) -> list[Model]:
        return [one for one in self._shelf.models() if isinstance(one, Model)]

    def _first_network(self) -> int:
        """The one in use, unless it was learned itself: then it is an earlier one's."""
        used = (
            row
            for row in range(self.network.count())
            if self._shelf.is_in_use(self.network.itemData(row))
            and HEAD_FILE not in self.network.itemData(row).manifest.files
        )
        return next(used, 0)

    def _free_name(self) -> str:
        """The project's name with the first number that no model has yet."""
        assert self._project is not None
        stem = re.sub(r"[^A-Za-z0-9]+", "-", self._project.stem).strip("-")[:_LONGEST_STEM] or _UNNAMED
        number = 1
        while self._taken(f"{stem}-{number}") or os.path.lexists(work_beside(self._folder / f"{stem}-{number}")):
            number += 1
        return f"{stem}-{number}"

    def _taken(self, name: str) -> bool:
        known = {(one.manifest.id, one.manifest.version) for one in self._models()}
        return (name, VERSION) in known or os.path.lexists(self._folder / name)

    @property
    def _id(self) -> str:
        return self.name.text().strip()

    @property
    def _out(self) -> Path:
        return self._folder / self._id

    @property
    def _model(self) -> Path | None:
        """The folder of the network that is kept; None for the shipped one."""
        model = self.network.currentData()
        return model.place if isinstance(model, Model) and model.scope is not Scope.SHIPPED else None

    def _survey(self) -> None:
        self._outlook = self._trouble = None
        if self._project is not None:
            self._learning.look(self._project, self._model)
        self._refresh()

    def _surveyed(self, outlook: Outlook) -> None:
        self._outlook = outlook
        if self._looks_for_earlier:
            self._looks_for_earlier = False
            self._go_on_with_earlier(outlook)
        self._refresh()

    def _go_on_with_earlier(self, outlook: Outlook) -> None:
        """Offer the latest that was begun with these cases and not finished; by the network that it was begun with."""
        networks = {one.manifest.sha256: row for row, one in enumerate(self._models())}
        for one in begun_earlier(self._folder):
            row = networks.get(one.begun.begun_with.get("model", ""))
            if row is not None and one.begun.begun_with | {"model": ""} == outlook.begun_with | {"model": ""}:
                self.name.setText(one.out.name)
                self.network.setCurrentIndex(row)  # which is looked at, if it is another
                return

    def _not_surveyed(self, why: Message) -> None:
        self._trouble = why
        self._refresh()

    def _follow(self) -> None:
        """Another project is open, or none."""
        project = self._department.project
        if not self.isVisible() or self._learning.busy or (project is not None and project.path == self._project):
            return
        if project is None:
            self.close()
        else:
            self._look_at(project.path)

    def _choose(self) -> None:
        folder = self._dialogs.folder_to_write(tr("The folder that the model is written into"))
        if folder is not None:
            self._folder = folder
            self._refresh()

    # What is shown

    def _refresh(self) -> None:
        busy, outlook = self._learning.busy, self._outlook
        for widget in self._before:
            widget.setEnabled(not busy)
        for widget in (self.stage, self.bar, self.left, self.stop):
            widget.setVisible(busy)
        self.begin.setVisible(not busy)
        self.takes.setVisible(not busy and outlook is not None)
        show_value(self.place, tr("Written to"), shortened(self._out))
        self._show_ready(outlook)
        standing, blocker = (None, None) if busy else self._stands()
        goes_on = isinstance(standing, Begun)
        self.begin.setText(tr("Go on") if goes_on else tr("Begin"))
        self.begin.setEnabled(outlook is not None and blocker is None)
        self.standing.setVisible(goes_on)
        if isinstance(standing, Begun):
            self.standing.setText(
                tr(
                    "{name} was begun on {day:%Y-%m-%d} and is not finished: it goes on where it stopped.",
                    name=self._id,
                    day=standing.day,
                )
            )
        self.show_it.setVisible(not busy and self._result is not None)
        said = self._trouble or blocker or (None if busy else self._caution())
        self.said.setText("" if said is None else shown(said))
        self.said.setVisible(said is not None)
        self._progressed()
        self.adjustSize()

    def _show_ready(self, outlook: Outlook | None) -> None:
        self.why.setVisible(outlook is not None and bool(outlook.left_out))
        if outlook is None:
            looking = self._trouble is None and not self._learning.busy
            self.ready.setText(tr("The cases are being looked at …") if looking else "")
            self.ready.setVisible(looking)
            return
        ready = message(
            "Ready: {positive} patients with invasion and {negative} without.",
            positive=outlook.positive,
            negative=outlook.negative,
        )
        if outlook.left_out:
            number = len(outlook.left_out)
            ready = message(
                "{ready} {others}",
                ready=ready,
                others=counted("{number} case is not:", "{number} cases are not:", number),
            )
        self.ready.setText(shown(ready))
        self.ready.show()
        self.why.show_reasons(outlook.left_out.values())
        self.takes.setText(
            tr(
                "It takes {duration} on this computer, and {room} of the disk meanwhile. It works in the background, "
                "and steps back while you go on reading. It can be stopped at any time.",
                duration=_duration(sum(outlook.seconds)),
                room=_room(outlook.bytes),
            )
        )

    def _stands(self) -> tuple[Begun | None, Message | None]:
        """What was begun under this name and can go on; and why nothing can begin."""
        outlook, name = self._outlook, self._id
        if outlook is None:
            return None, None
        if min(outlook.positive, outlook.negative) < FEWEST:
            return None, message(
                "Learning needs {fewest} patients with invasion and {fewest} without: settle more cases, or add some.",
                fewest=FEWEST,
            )
        if not ID.fullmatch(name):
            return None, message("The name of a model has {allowed}.", allowed=ID_DESCRIBED)
        if self._taken(name):
            return None, message("There is a model {name} already: choose another name.", name=name)
        begun = WorkFolder.looked_at(work_beside(self._out))
        if begun is None:
            return None, None
        if begun.begun_with != outlook.begun_with:
            return None, message(
                "{name} was begun on {day:%Y-%m-%d} with other cases or another network, and cannot go on with these: "
                "choose another name. The folder {folder} holds pictures of patients: delete it if it is not needed.",
                name=name,
                day=begun.day,
                folder=work_beside(self._out).name,
            )
        if not begun.goes_on:
            return None, message(
                "{name} was learned from these very cases on {day:%Y-%m-%d}: settle more cases first, or choose "
                "another name.",
                name=name,
                day=begun.day,
            )
        return begun, None

    def _caution(self) -> Message | None:
        """What may come in the way."""
        free, outlook = free_bytes(self._folder), self._outlook
        if outlook is None or free is None or free >= outlook.bytes:
            return None
        return message(
            "{needed} of the disk are needed, and {free} are free: make room there, or choose another folder.",
            free=_room(free),
            needed=_room(outlook.bytes),
        )

    def _progressed(self) -> None:
        running = self._learning.running
        if running is None:
            return
        told = running.told
        if told is None:
            self.stage.setText(tr("{model}: starting", model=running.out.name))
            self.bar.setRange(0, 0)
        else:
            self.stage.setText(
                tr(
                    "{model}, step {number} of {count}: {stage}",
                    model=running.out.name,
                    number=told.stage,
                    count=STAGES,
                    stage=told.name,
                )
            )
            self.bar.setRange(0, told.total)
            self.bar.setValue(told.done)
            self.bar.setFormat(f"{told.done} / {told.total}" if told.total else "")
        self.left.setText(
            tr(
                "In all, {left}. You can close this and go on reading. Stopping costs half a minute of work at most: "
                "the rest is kept, and it can go on later.",
                left=time_left(running.seconds_left),
            )
        )

    # What can be done

    def _begin(self) -> None:
        if self._project is not None and self._outlook is not None:
            self._trouble = self._unseen = None
            self._learning.begin(self._project, self._model, self._out, self._outlook)
            self.stop.setFocus()

    def _done(self, found: Found) -> None:
        if self.isVisible():
            self._show_found(found)
        else:
            self._unseen = found

    def _show_found(self, found: Found) -> None:
        self._unseen = None
        self.close()
        self._learned.show_found(found)

    def _failed(self, why: Message) -> None:
        self._trouble = why
        self._refresh()
        announce(self.said, shown(why))

    @property
    def _result(self) -> Found | None:
        """What can be shown: what was just learned, or what was refused under this name."""
        if self._learning.last is not None or not ID.fullmatch(self._id):
            return self._learning.last
        return refused_earlier(work_beside(self._out))

    def _show_result(self) -> None:
        found = self._result
        if found is not None:
            self._show_found(found)


def _duration(seconds: float) -> Message:
    minutes = round(seconds / 60)
    if minutes < 1:
        return message("less than a minute")
    if minutes < 100:
        return counted("about {number} minute", "about {number} minutes", minutes)
    return message("about {hours} hours", hours=round(seconds / 3600))


def _room(size: float) -> Message:
    if size < _GIGABYTE:
        return message("{megabytes:.0f} MB", megabytes=size / _MEGABYTE)
    return message("{gigabytes:.1f} GB", gigabytes=size / _GIGABYTE)
