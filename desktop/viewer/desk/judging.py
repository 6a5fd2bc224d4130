"""The model and the analysis, off the interface thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

import onnx_models
from desktop.errors import ClivusError
from desktop.imaging.eligibility import check_series
from desktop.imaging.volume import Volume
from desktop.inference.analyse import analyse, blockers
from desktop.inference.network import Network
from desktop.inference.result import Result
from desktop.messages import Message, message, sentences
from desktop.models.default_network import DefaultUnusable, opened
from desktop.reading.landmarks import LOWER_END, UPPER_END
from desktop.reading.region import MINIMUM_RANGE_SLICES, Region
from desktop.reading.roi import PositionRange, Roi
from desktop.report.wording import licence_line
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.notices import Notices
from desktop.viewer.early_model import EarlyModel

MODEL, ANALYSIS = "model", "analysis"
"""Kinds of jobs."""

SLICES = message("Slices")
"""What an analysis says of its progress."""

REST_MS = 500
"""So long the marks rest before they are judged ahead: a reader who goes on marking is not disturbed."""


@dataclass(frozen=True)
class _Question:
    """What an analysis is about; equal questions have equal answers."""

    volume: Volume
    roi: Roi
    range: PositionRange
    network: Network


class Judging(QObject):
    """Opens a model and lets it judge the case.

    While marks rest they are judged ahead, so that Analyse answers at once. Nobody sees anything of it before: neither
    progress nor answer nor error.
    """

    changed = Signal()
    progressed = Signal(object, int, int)
    """Carries what is being done, how much of it is done, and how much there is."""
    default_refused = Signal(object)
    """Carries a `Message`: the model chosen at this site cannot be used, and no other one is taken before the reader
    chooses."""

    def __init__(self, case: Case, jobs: Jobs, notices: Notices) -> None:
        super().__init__(case)
        self._case, self._jobs, self._notices = case, jobs, notices
        self.network: Network | None = None
        self._unusable: Message | None = None
        self._eager = False
        self._checked: tuple[Volume | None, Message | None] = None, None
        self._judged: _Question | None = None
        self._asked = False
        """Whether the reader waits for the answer to the question being judged."""
        self._ahead: tuple[_Question, Result] | None = None
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(REST_MS)
        self._clock.timeout.connect(self._judge_ahead)
        case.marked.connect(self._rest)
        case.opened.connect(self.cancel)
        case.extended.connect(self.cancel)
        case.marked.connect(self.changed)
        self.changed.connect(self._analyse_if_eager)

    def open_model(self, folder: Path | None) -> None:
        """Open a bundle, the default if none is named; until then, and if it is refused, the model stays."""

        self._jobs.start(MODEL, lambda link: opened(folder), self._model_opened, self._model_refused)
        self.changed.emit()

    def use_shipped(self) -> None:
        """Judge with the model that came with Clivus, until the window ends or another one is chosen."""
        self.open_model(onnx_models.default_bundle())

    def await_model(self, model: EarlyModel) -> None:
        """Use a model that is being opened already."""
        self._jobs.start(MODEL, lambda link: model.wait(), self._model_opened, self._model_refused)
        self.changed.emit()

    def _model_opened(self, network: Network) -> None:
        asked_for = self.network is not None or self._unusable is not None  # else it is the start's
        self.network, self._unusable = network, None
        self._case.use_model(network.manifest)
        self.cancel()  # the former model's answer is not waited for
        self._rest()
        if asked_for:
            manifest = network.manifest
            text = message("The model {id} {version} is in use now.", id=manifest.id, version=manifest.version)
            licence = licence_line(manifest)
            self._notices.informed.emit(text if licence is None else sentences([text, licence]))

    def _model_refused(self, error: ClivusError) -> None:
        if isinstance(error, DefaultUnusable):
            self._unusable = message("The model chosen at this site cannot be used: choose a model first (F9).")
            self.default_refused.emit(error.told)
        elif self.network is None:
            self._unusable = error.message
            self._notices.warned.emit(error.message)
        else:
            self._notices.warned.emit(message("{error} The previous model stays in use.", error=error.message))
        self.changed.emit()

    @property
    def busy(self) -> bool:
        """Whether an analysis is running that the reader asked for."""
        return self._asked and self._jobs.busy(ANALYSIS)

    def _unfit(self, volume: Volume) -> Message | None:
        """Why the series cannot be judged; None when it can. Remembered, since every step of a drag asks."""
        if self._checked[0] is not volume:
            found = blockers(check_series(volume.series))
            self._checked = volume, found[0].message if found else None
        return self._checked[1]

    def blocker(self) -> Message | None:
        """Why the case cannot be analysed now; None when it can."""
        volume, marks = self._case.volume, self._case.marks
        if volume is None:
            return message("Open a folder with a head CT first.")
        if not self._case.terms.model_answers:
            return message("In this part of the study cases are read without the model.")
        unfit = self._unfit(volume)
        if unfit is not None:
            return unfit
        if self._jobs.busy(MODEL) or (self.network is None and self._unusable is None):
            return message("The model is being opened.")
        if self._unusable is not None:
            return self._unusable
        if self._case.terms.in_study and (marks.span is None or marks.roi is None):
            return message("Range and ROI of this case were never marked or found: the model gives no answer.")
        if self._case.suggestion is not None and (marks.span is None or marks.roi is None):
            return message("Accept what is suggested (key A), or mark range and ROI yourself.")
        if marks.low_mm is None and marks.high_mm is None:
            both, range_only = message("Set the range and place the ROI first."), message("Set the range first.")
            return both if marks.roi is None else range_only
        if marks.high_mm is None:
            return message("Set the upper end of the range ({landmark}).", landmark=UPPER_END)
        if marks.low_mm is None:
            return message("Set the lower end of the range ({landmark}).", landmark=LOWER_END)
        if marks.span is not None and len(marks.span.indices(volume.geometry.positions_mm)) < MINIMUM_RANGE_SLICES:
            return message("The range needs at least {number} slices.", number=MINIMUM_RANGE_SLICES)
        return message("Place the ROI first.") if marks.roi is None else None

    def analyse_when_ready(self) -> None:
        """Analyse once, as soon as series, marks and model are all there."""
        self._eager = True
        self._analyse_if_eager()

    def forget_to_analyse(self) -> None:
        """Take `analyse_when_ready` back: the series it waits for will not come."""
        self._eager = False

    def _analyse_if_eager(self) -> None:
        if self._eager and self.blocker() is None:
            self._eager = False
            self.analyse()

    def analyse(self) -> None:
        """Judge the case as it is marked now."""
        question = self._question()
        if self.busy or question is None:
            return
        if self._ahead is not None and self._ahead[0] == question:
            self._case.accept(self._ahead[1])
        elif self._judged == question and self._jobs.busy(ANALYSIS):
            self._asked = True
        else:
            self._judge(question, asked=True)
        self.changed.emit()

    def cancel(self) -> None:
        """Stop the analysis; the case stays as it was."""
        self._jobs.cancel(ANALYSIS)
        self._asked, self._judged, self._ahead = False, None, None
        self._clock.stop()
        self.changed.emit()

    def close(self) -> None:
        """The window ends: nothing is judged ahead any more."""
        self._clock.stop()

    def _question(self) -> _Question | None:
        """What would be judged now; None where nothing can be."""
        volume, network, marks = self._case.volume, self.network, self._case.marks
        if self.blocker() or volume is None or network is None or marks.roi is None or marks.span is None:
            return None
        return _Question(volume, marks.roi, marks.span, network)

    def _rest(self) -> None:
        """The marks may be others: then what is judged ahead is not asked for any more."""
        if not self._asked:
            if self._judged is not None and self._judged != self._question():
                self._jobs.cancel(ANALYSIS)
            self._clock.start()

    def _judge_ahead(self) -> None:
        question = self._question()
        known = self._case.result is not None or (self._ahead is not None and self._ahead[0] == question)
        if question is not None and not (known or self._case.dragging or self._jobs.busy(ANALYSIS)):
            self._judge(question, asked=False)

    def _judge(self, question: _Question, asked: bool) -> None:
        self._judged, self._asked, self._ahead = question, asked, None

        def operation(link: JobLink) -> Result:
            region = Region(question.volume, question.roi, question.range)
            return analyse(region, question.network, link.part(SLICES))

        def success(result: Result) -> None:
            if self._asked:
                self._asked = False
                self._case.accept(result)
            else:
                self._ahead = question, result
            self.changed.emit()

        def failure(error: ClivusError) -> None:
            if self._asked:  # else it is told when the reader asks
                self._notices.warned.emit(error.message)
            self._asked = False
            self.changed.emit()

        self._jobs.start(ANALYSIS, operation, success, failure, self._tell_progress)

    def _tell_progress(self, stage: Message, done: int, total: int) -> None:
        if self._asked:
            self.progressed.emit(stage, done, total)
