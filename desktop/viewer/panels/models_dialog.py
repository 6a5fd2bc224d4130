"""The models on this computer: what each is, which one judges, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.inference.manifest import Manifest
from desktop.messages import Message, message, sentences, shown, tr, verbatim
from desktop.models.comparing import Comparison
from desktop.models.shelf import Damaged, Model, Scope
from desktop.report.comparison import comparison_lines
from desktop.report.model_facts import figures_by_patient, learned_from, made_for, meaning_of_figures
from desktop.report.wording import licence_line, use_line
from desktop.viewer.desk.background import progress_text
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.model_shelf import Brought, ModelShelf
from desktop.viewer.desk.notices import Notices
from desktop.viewer.panels.dialogs import FileDialogs
from desktop.viewer.panels.step import button, words
from desktop.viewer.panels.text_page import show_card, show_text

WHOSE = {
    Scope.SHIPPED: message("came with Clivus"),
    Scope.EVERYONE: message("installed for everyone on this computer"),
    Scope.OWN: message("installed by you"),
}

_LIST_PX, _VALUE_PX = 300, 380
"""Widths of the list, and at least of what is told of a model."""

_SIZE_PX = (960, 560)
"""Within a screen of 1366 x 768."""


class ModelsDialog(QDialog):
    """It can stay open during the work, and follows what happens to the models elsewhere."""

    def __init__(
        self,
        shelf: ModelShelf,
        department: Department,
        dialogs: FileDialogs,
        notices: Notices,
        show_learned: Callable[[Model], object],
        parent: QWidget,
    ) -> None:
        """Build it; `show_learned` shows what a model learned from and how good it is."""
        super().__init__(parent)
        self._shelf, self._department, self._dialogs = shelf, department, dialogs
        self._show_learned = show_learned
        self._found: list[Model | Damaged] = []
        self.setWindowTitle(tr("Models"))
        self.in_use, self.said = words(""), words()
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Models on this computer"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setFixedWidth(_LIST_PX)
        self.list.setWordWrap(True)
        self.facts = QScrollArea()
        self.facts.setWidgetResizable(True)
        self.facts.setAccessibleName(tr("What the model is"))
        self.facts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.use_here = button(tr("Use in this window"), tr("Use the model until the window is closed"), self._use)
        self.make_default = button(tr("Make default"), tr("Make the model the default, and use it now"), self._default)
        self.card = button(tr("Model card"), tr("Read the model's card"), self._card)
        self.learned = button(
            tr("How it was learned"),
            tr("Show what it learned from, how good it is and on whom it fails"),
            self._learned,
        )
        self.remove = button(tr("Remove …"), tr("Remove the model from this computer"), self._remove)
        self.compare = button(
            tr("Compare with the model in use"),
            tr("Compare it with the model in use on the patients of the open project"),
            self._compare,
        )
        self.stop = button(tr("Stop"), tr("Stop comparing"), shelf.stop_comparing)
        self.install = button(tr("Install …"), tr("Install a model from its file"), self._install)
        self.close_it = button(tr("Close"), tr("Close"), self.close)
        whole = QHBoxLayout()
        whole.addWidget(self.list)
        whole.addWidget(self.facts, 1)
        of_one, of_all = QHBoxLayout(), QHBoxLayout()
        for widget in (self.use_here, self.make_default, self.card, self.learned, self.compare, self.stop, self.remove):
            of_one.addWidget(widget)
        of_one.addStretch(1)
        of_all.addWidget(self.install)
        of_all.addWidget(self.said, 1)
        of_all.addWidget(self.close_it)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 12)
        column.setSpacing(8)
        column.addWidget(self.in_use)
        column.addLayout(whole, 1)
        column.addLayout(of_one)
        column.addLayout(of_all)
        self.resize(*_SIZE_PX)
        for own in self.findChildren(QPushButton):
            own.setAutoDefault(False)  # Return in the list would press the first one
        self.list.currentRowChanged.connect(self._show_one)
        shelf.changed.connect(self._refresh_if_seen)
        shelf.progressed.connect(self._progressed)
        shelf.compared.connect(self._show_comparison)
        shelf.installed.connect(self._show_installed)
        department.changed.connect(self._allow)
        for signal in (notices.informed, notices.warned):
            signal.connect(self._say)

    def open_on(self) -> None:
        """Show the list as it is now, on the model in use."""
        self.said.setText("")
        self._refresh()
        row = next((row for row, one in enumerate(self._found) if self._uses(one)), 0)
        self.list.setCurrentRow(row)
        self.show()
        self.raise_()
        self.activateWindow()
        self.list.setFocus()

    @property
    def _chosen(self) -> Model | Damaged | None:
        row = self.list.currentRow()
        return self._found[row] if 0 <= row < len(self._found) else None

    def _uses(self, one: Model | Damaged) -> bool:
        return isinstance(one, Model) and self._shelf.is_in_use(one)

    # What is shown

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        row = max(0, self.list.currentRow())
        self._found = self._shelf.models()
        self.list.blockSignals(True)
        self.list.clear()
        for one in self._found:
            self.list.addItem(QListWidgetItem(shown(self._entry(one))))
        self.list.setCurrentRow(min(row, len(self._found) - 1))
        self.list.blockSignals(False)
        self._show_one()
        used = self._shelf.manifest_in_use
        if used is None:
            self.in_use.setText(tr("No model is in use: nothing can be judged."))
        else:
            self.in_use.setText(
                tr("{id} {version} is in use. {use}", id=used.id, version=used.version, use=use_line(used))
            )

    def _entry(self, one: Model | Damaged) -> Message:
        if isinstance(one, Damaged):
            return message("{name}\n{state}", name=one.place.name, state=message("damaged, cannot be used"))
        states = [WHOSE[one.scope]]
        if self._shelf.is_default(one):
            states.append(message("default"))
        if self._shelf.is_in_use(one):
            states.append(message("in use"))
        return message("{name}\n{state}", name=one.name, state=states)

    def _show_one(self) -> None:
        one = self._chosen
        page = QWidget()
        grid = QGridLayout(page)
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(14)
        if isinstance(one, Damaged):
            _add_row(grid, (message("Damaged"), one.reason))
        elif one is not None:
            for row in facts_of(one, self._shelf.signature(one)):
                _add_row(grid, row)
        grid.setRowStretch(grid.rowCount(), 1)
        self.facts.setWidget(page)
        self._allow()

    def _allow(self) -> None:
        one = self._chosen
        sound, uses = isinstance(one, Model), one is not None and self._uses(one)
        busy, comparing = self._shelf.busy, self._shelf.comparing
        self.use_here.setEnabled(sound and not uses)
        self.make_default.setEnabled(isinstance(one, Model) and not (uses and self._shelf.is_default(one)))
        self.card.setEnabled(sound and not busy)
        self.learned.setEnabled(isinstance(one, Model) and one.manifest.learned_from is not None)
        self.remove.setEnabled(one is not None and one.scope is not Scope.SHIPPED and not uses)
        self.install.setEnabled(not busy)
        self.compare.setVisible(not comparing)
        self.stop.setVisible(comparing)
        there = self._department.project is not None and self._shelf.manifest_in_use is not None
        self.compare.setEnabled(sound and not uses and there)

    def _say(self, text: Message) -> None:
        """What the window says of it lies behind the dialog."""
        if self.isVisible():
            self.said.setText(shown(text))

    def _show_installed(self, model: Model) -> None:
        if self.isVisible():
            self._say(message("{model} is installed.", model=model.name))
            self.list.setCurrentRow(next((row for row, one in enumerate(self._found) if one == model), 0))

    def _progressed(self, stage: Message, done: int, total: int) -> None:
        self.said.setText(shown(progress_text(stage, done, total)))

    # What can be done

    def _use(self) -> None:
        if isinstance(self._chosen, Model):
            self._shelf.use(self._chosen)

    def _default(self) -> None:
        if isinstance(self._chosen, Model):
            self._shelf.make_default(self._chosen)

    def _install(self) -> None:
        place = self._dialogs.model(tr("Install a model"))
        if place is not None:
            self.said.setText(tr("The model is being checked …"))
            self._shelf.look_at(place, self._install_brought)
            self._allow()

    def _install_brought(self, brought: Brought) -> None:
        if not brought.standing.told_before or self.ask_to_install(brought):
            self._shelf.install(brought.place)
        else:
            self.said.setText("")
            self._allow()

    def ask_to_install(self, brought: Brought) -> bool:
        """Whether a model for which nobody vouches is to be installed."""
        choices = QMessageBox.StandardButton
        question = message("Install {model} all the same?", model=brought.manifest.called)
        text = shown(sentences([brought.standing.caution, question]))
        return QMessageBox.question(self, tr("Models"), text, choices.Yes | choices.No, choices.No) == choices.Yes

    def _remove(self) -> None:
        one = self._chosen
        if one is not None and self.ask_to_remove(one):
            self._shelf.remove(one)

    def ask_to_remove(self, one: Model | Damaged) -> bool:
        """Whether a model is to go."""
        choices = QMessageBox.StandardButton
        name = one.name if isinstance(one, Model) else one.place.name
        text = tr("Remove {model} from this computer? Results that it gave stay as they are.", model=name)
        return QMessageBox.question(self, tr("Models"), text, choices.Yes | choices.No, choices.No) == choices.Yes

    def _card(self) -> None:
        one = self._chosen
        if isinstance(one, Model):
            self._shelf.read_card(one.place, lambda text: show_card(self, one.name, text))

    def _learned(self) -> None:
        if isinstance(self._chosen, Model):
            self._show_learned(self._chosen)

    def _compare(self) -> None:
        one, project = self._chosen, self._department.project
        used = next((own for own in self._found if isinstance(own, Model) and self._shelf.is_in_use(own)), None)
        if isinstance(one, Model) and used is not None and project is not None:
            self._shelf.compare([used, one], project.path)

    def _show_comparison(self, found: Comparison) -> None:
        self.said.setText("")
        show_text(self, tr("Models compared"), "\n".join(map(shown, comparison_lines(found))))


def facts_of(model: Model, signature: Message) -> list[tuple[Message, ...]]:
    """What is told of a model, each with its name; a heading stands by itself."""
    manifest = model.manifest
    told: list[tuple[Message, ...]] = [
        (message("Model"), verbatim(model.name)),
        (message("Use"), use_line(manifest)),
        (message("Learned from"), learned_from(manifest)),
        (message("For"), made_for(manifest)),
        (message("Made"), _made(manifest)),
        (message("On this computer"), WHOSE[model.scope]),
    ]
    if model.scope is not Scope.SHIPPED:
        told.append((message("Signature"), signature))
    if (licence := licence_line(manifest)) is not None:
        told.append((message("Licence"), licence))
    told.append((message("Licence of the model"), verbatim(manifest.weights["licence"])))
    measured = figures_by_patient(manifest)
    if not measured:
        return [*told, (message("How good it is was not measured."),)]
    if (remark := meaning_of_figures(manifest)) is not None:
        told.append((remark,))
    for side, figures in measured:
        told.append((side,))
        told += [(figure.name, figure.told) for figure in figures]
    return told


def _made(manifest: Manifest) -> Message:
    made: date | None = manifest.made_on
    return message("it does not say when") if made is None else message("{day:%Y-%m-%d}", day=made)


def _add_row(grid: QGridLayout, row: tuple[Message, ...]) -> None:
    number, alone = grid.rowCount(), len(row) == 1
    for column, text in enumerate(row):
        label = QLabel(shown(text))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setProperty("role", "heading" if alone else "quiet" if column == 0 else "")
        if alone or column == 1:
            label.setWordWrap(True)
            label.setMinimumWidth(_VALUE_PX)  # else Qt reserves as many lines as it would take in a narrow column
        grid.addWidget(label, number, column, 1, 2 if alone else 1, Qt.AlignmentFlag.AlignTop)
