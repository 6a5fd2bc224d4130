"""A reader study is begun: its protocol is written down, and is fixed from then on."""

from __future__ import annotations

import secrets

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.errors import ClivusError
from desktop.inference.network import Network
from desktop.messages import counted, message, shown, tr
from desktop.project import cases, entries
from desktop.project.database import Project, ProjectRefused
from desktop.project.reader_study import LONGEST_WASHOUT_DAYS, MEASURES, WASHOUT_DAYS, Kind, Protocol
from desktop.viewer.desk.answering import Answering
from desktop.viewer.desk.judging import Judging
from desktop.viewer.panels.announcing import announce
from desktop.viewer.panels.step import show_value, words

_KINDS = {
    Kind.READING: message("answers, without the model and later with it"),
    Kind.RECTANGLES: message("rectangles of a second reader"),
}

_MOST_SEED = 10**6


class BeginStudy(QDialog):
    """A form; what the project refuses is said in it, and nothing is lost of what was filled in."""

    def __init__(self, answering: Answering, judging: Judging, project: Project, parent: QWidget) -> None:
        super().__init__(parent)
        self._answering, self._judging = answering, judging
        self._cases = [case for case in cases.every(project) if not case.excluded]
        self.setWindowTitle(tr("Begin a study"))
        self.setMinimumWidth(520)
        self.name, self.new_readers = QLineEdit(tr("With and without the model")), QLineEdit()
        self.kind = QComboBox()
        for kind, text in _KINDS.items():
            self.kind.addItem(shown(text), kind)
        self.readers = [QCheckBox(code) for code in entries.readers(project)]
        self.new_readers.setPlaceholderText(tr("further codes, such as C, D"))
        self.days, self.patients, self.seed = QSpinBox(), QSpinBox(), QSpinBox()
        self.days.setRange(0, LONGEST_WASHOUT_DAYS)
        self.days.setValue(WASHOUT_DAYS)
        self.measure, self.margin = QLineEdit(), QLineEdit()
        self.margin.setPlaceholderText(tr("empty: superiority is asked for"))
        self.patients.setRange(1, 10**6)
        self.patients.setValue(max(1, len({case.patient for case in self._cases})))
        self.seed.setRange(0, _MOST_SEED)
        self.seed.setValue(secrets.randbelow(_MOST_SEED))
        self.refusal, number = words("warning"), len(self._cases)
        listed = counted("{number} case, which is not excluded", "all {number} cases that are not excluded", number)
        form = QFormLayout()
        self.model = QLabel()
        self._row(form, tr("Name"), self.name)
        self._row(form, tr("What is done"), self.kind)
        all_cases = QLabel()
        show_value(all_cases, tr("Cases"), shown(listed))
        form.addRow(tr("Cases"), all_cases)
        for label, box in zip((tr("Readers"), *[""] * len(self.readers)), self.readers, strict=False):
            form.addRow(label, box)
        self._row(form, "" if self.readers else tr("Readers"), self.new_readers)
        self.new_readers.setAccessibleName(tr("Codes of further readers"))
        form.addRow(tr("Model of the second arm"), self.model)
        self._row(form, tr("Days between a reader's arms"), self.days)
        self._row(form, tr("What is compared"), self.measure)
        self._row(form, tr("Margin of non-inferiority"), self.margin)
        self._row(form, tr("Patients planned"), self.patients)
        self._row(form, tr("Seed of the orders"), self.seed)
        fixed = words()
        fixed.setText(tr("All of this is written down, and nothing changes it once the study has begun."))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton(tr("Begin the study"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setProperty("role", "main")
        buttons.accepted.connect(self._begin)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        for widget in (fixed, self.refusal, buttons):
            column.addWidget(widget)
        self.refusal.hide()
        self.kind.currentIndexChanged.connect(self._kind_chosen)
        self._kind_chosen()

    @staticmethod
    def _row(form: QFormLayout, label: str, widget: QWidget) -> None:
        widget.setAccessibleName(label)
        form.addRow(label, widget)

    def _kind_chosen(self) -> None:
        """Rectangles are placed once, without a model."""
        kind, network = self._kind, self._network
        called = tr("none") if network is None else network.manifest.called
        show_value(self.model, tr("Model of the second arm"), called)
        self.measure.setText(MEASURES[kind])
        self.days.setEnabled(kind is Kind.READING)

    @property
    def _kind(self) -> Kind:
        kind = self.kind.currentData()
        assert isinstance(kind, Kind)
        return kind

    @property
    def _network(self) -> Network | None:
        """The model in use, where the study has one."""
        return self._judging.network if self._kind is Kind.READING else None

    def _begin(self) -> None:
        new = tuple(code.strip() for code in self.new_readers.text().split(",") if code.strip())
        chosen = tuple(box.text() for box in self.readers if box.isChecked())
        try:
            self._answering.begin(self.name.text().strip(), new, self._protocol((*chosen, *new)))
        except ClivusError as error:
            self.refusal.setText(shown(error.message))
            self.refusal.show()
            announce(self.refusal, shown(error.message))
            return
        self.accept()

    def _protocol(self, readers: tuple[str, ...]) -> Protocol:
        kind, network = self._kind, self._network
        return Protocol(
            kind=kind,
            readers=readers,
            case_ids=tuple(case.id for case in self._cases),
            seed=self.seed.value(),
            washout_days=self.days.value() if kind is Kind.READING else 0,
            measure=self.measure.text().strip() or MEASURES[kind],
            margin=self._margin(),
            sample_size=self.patients.value(),
            bundle="" if network is None else network.manifest_sha256,
            model="" if network is None else network.manifest.called,
        )

    def _margin(self) -> float | None:
        text = self.margin.text().strip().replace(",", ".")
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            raise ProjectRefused(
                message("The margin is a number between 0 and 1, such as 0.05, or left empty.")
            ) from None
