"""The model and the analysis, off the interface thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.imaging.eligibility import check_series
from desktop.inference.analyse import NEEDED_CHECKS, analyse
from desktop.inference.bundle import Bundle
from desktop.inference.network import Network
from desktop.inference.result import Result
from desktop.reading.region import MINIMUM_RANGE_SLICES, Region
from desktop.viewer.desk.background import Jobs, Work
from desktop.viewer.desk.case import Case
from desktop.viewer.pictures.reformat_view import LOWER_END, UPPER_END

MODEL, ANALYSIS = "model", "analysis"
"""Kinds of jobs."""


class Judging(QObject):
    """Opens a model and lets it judge the case."""

    changed = Signal()
    progressed = Signal(int, int)
    failed = Signal(str)
    told = Signal(str)

    def __init__(self, case: Case, jobs: Jobs) -> None:
        super().__init__(case)
        self._case, self._jobs = case, jobs
        self.network: Network | None = None
        self._unusable = ""
        self._eager = False
        case.opened.connect(self.cancel)
        case.extended.connect(self.cancel)
        case.marked.connect(self.changed)
        self.changed.connect(self._analyse_if_eager)

    def open_model(self, folder: Path | None) -> None:
        """Use a bundle, the shipped one if no folder is given; until it is open, and if it is refused, the former."""

        def operation(work: Work) -> Network:
            return Network(Bundle.shipped() if folder is None else Bundle.load(folder))

        self._jobs.start(MODEL, operation, self._model_opened, self._model_refused)
        self.changed.emit()

    def _model_opened(self, network: Network) -> None:
        asked_for = self.network is not None or bool(self._unusable)  # else it is the start's
        self.network, self._unusable = network, ""
        self._case.use_model(network.manifest)
        self.cancel()  # the former model's answer is not waited for
        if asked_for:
            manifest = network.manifest
            self.told.emit(f"The model {manifest.id} {manifest.version} is in use now.")

    def _model_refused(self, error: ClivusError) -> None:
        if self.network is None:
            self._unusable = str(error)
            self.failed.emit(str(error))
        else:
            self.failed.emit(f"{error} The former model stays in use.")
        self.changed.emit()

    @property
    def busy(self) -> bool:
        """Whether an analysis is running."""
        return self._jobs.busy(ANALYSIS)

    def hindrance(self) -> str:
        """Why the case cannot be analysed now, in words; "" when it can."""
        volume, marks = self._case.volume, self._case.marks
        if volume is None:
            return "Open a folder with a head CT first."
        for check in check_series(volume.series):
            if check.status == "fail" and check.name in NEEDED_CHECKS:
                return check.message
        if self._jobs.busy(MODEL):
            return "The model is being opened."
        if self._unusable:
            return self._unusable
        if marks.low_mm is None and marks.high_mm is None:
            missing = "Mark the range first"
            return f"{missing}, and place the ROI." if marks.roi is None else f"{missing}."
        if marks.high_mm is None:
            return f"Mark the upper end of the range ({UPPER_END})."
        if marks.low_mm is None:
            return f"Mark the lower end of the range ({LOWER_END})."
        if marks.span is not None and len(marks.span.indices(volume.geometry.positions_mm)) < MINIMUM_RANGE_SLICES:
            return f"The range needs at least {MINIMUM_RANGE_SLICES} slices."
        return "Place the ROI first." if marks.roi is None else ""

    def analyse_when_ready(self) -> None:
        """Analyse once, as soon as series, marks and model are all there."""
        self._eager = True
        self._analyse_if_eager()

    def forget_to_analyse(self) -> None:
        """Nothing came of what `analyse_when_ready` was to wait for."""
        self._eager = False

    def _analyse_if_eager(self) -> None:
        if self._eager and not self.hindrance():
            self._eager = False
            self.analyse()

    def analyse(self) -> None:
        """Judge the case as it is marked now."""
        volume, network, roi, span = (
            self._case.volume,
            self.network,
            self._case.marks.roi,
            self._case.marks.span,
        )
        if self.busy or self.hindrance() or volume is None or network is None or roi is None or span is None:
            return

        def operation(work: Work) -> Result:
            return analyse(Region(volume, roi, span), network, work.part())

        def success(result: Result) -> None:
            self._case.accept(result)
            self.changed.emit()

        def failure(error: ClivusError) -> None:
            self.failed.emit(str(error))
            self.changed.emit()

        self._jobs.start(
            ANALYSIS, operation, success, failure, lambda _, done, total: self.progressed.emit(done, total)
        )
        self.changed.emit()

    def cancel(self) -> None:
        """Stop the analysis; the case stays as it was."""
        self._jobs.cancel(ANALYSIS)
        self.changed.emit()
