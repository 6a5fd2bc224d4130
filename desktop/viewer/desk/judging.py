"""The model and the analysis, off the interface thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.imaging.eligibility import check_series
from desktop.imaging.volume import Volume
from desktop.inference.analyse import analyse, blockers
from desktop.inference.bundle import Bundle
from desktop.inference.network import Network
from desktop.inference.result import Result
from desktop.messages import Message, message
from desktop.reading.landmarks import LOWER_END, UPPER_END
from desktop.reading.region import MINIMUM_RANGE_SLICES, Region
from desktop.report.wording import licence_line
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.notices import Notices

MODEL, ANALYSIS = "model", "analysis"
"""Kinds of jobs."""

SLICES = message("Slices")
"""What an analysis says of its progress."""


class Judging(QObject):
    """Opens a model and lets it judge the case."""

    changed = Signal()
    progressed = Signal(object, int, int)
    """Carries what is being done, how much of it is done, and how much there is."""

    def __init__(self, case: Case, jobs: Jobs, notices: Notices) -> None:
        super().__init__(case)
        self._case, self._jobs, self._notices = case, jobs, notices
        self.network: Network | None = None
        self._unusable: Message | None = None
        self._eager = False
        self._checked: tuple[Volume | None, Message | None] = None, None
        case.opened.connect(self.cancel)
        case.extended.connect(self.cancel)
        case.marked.connect(self.changed)
        self.changed.connect(self._analyse_if_eager)

    def open_model(self, folder: Path | None) -> None:
        """Open a bundle, the shipped one if no folder is given; until then, and if it is refused, the model stays."""

        def operation(link: JobLink) -> Network:
            return Network(Bundle.shipped() if folder is None else Bundle.load(folder))

        self._jobs.start(MODEL, operation, self._model_opened, self._model_refused)
        self.changed.emit()

    def _model_opened(self, network: Network) -> None:
        asked_for = self.network is not None or self._unusable is not None  # else it is the start's
        self.network, self._unusable = network, None
        self._case.use_model(network.manifest)
        self.cancel()  # the former model's answer is not waited for
        if asked_for:
            manifest = network.manifest
            text = message("The model {id} {version} is in use now.", id=manifest.id, version=manifest.version)
            self._notices.informed.emit(text)
            if (licence := licence_line(manifest)) is not None:
                self._notices.informed.emit(licence)

    def _model_refused(self, error: ClivusError) -> None:
        if self.network is None:
            self._unusable = error.message
            self._notices.warned.emit(error.message)
        else:
            self._notices.warned.emit(message("{error} The previous model stays in use.", error=error.message))
        self.changed.emit()

    @property
    def busy(self) -> bool:
        """Whether an analysis is running."""
        return self._jobs.busy(ANALYSIS)

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
        unfit = self._unfit(volume)
        if unfit is not None:
            return unfit
        if self._jobs.busy(MODEL):
            return message("The model is being opened.")
        if self._unusable is not None:
            return self._unusable
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
        volume, network, roi, span = (
            self._case.volume,
            self.network,
            self._case.marks.roi,
            self._case.marks.span,
        )
        if self.busy or self.blocker() or volume is None or network is None or roi is None or span is None:
            return

        def operation(link: JobLink) -> Result:
            return analyse(Region(volume, roi, span), network, link.part(SLICES))

        def success(result: Result) -> None:
            self._case.accept(result)
            self.changed.emit()

        def failure(error: ClivusError) -> None:
            self._notices.warned.emit(error.message)
            self.changed.emit()

        self._jobs.start(ANALYSIS, operation, success, failure, self.progressed.emit)
        self.changed.emit()

    def cancel(self) -> None:
        """Stop the analysis; the case stays as it was."""
        self._jobs.cancel(ANALYSIS)
        self.changed.emit()
