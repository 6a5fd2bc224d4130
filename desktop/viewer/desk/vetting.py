"""What speaks against range and ROI, found in the background while they are marked and not only after Analyse."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.imaging.eligibility import Check, names
from desktop.imaging.volume import Volume
from desktop.inference.analyse import check_region, thickest_mm
from desktop.inference.manifest import Manifest
from desktop.messages import Message
from desktop.reading.region import MINIMUM_RANGE_SLICES, Region
from desktop.reading.roi import PositionRange, Roi
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.judging import Judging

VETTING = "vetting"
"""Kind of job."""

REST_MS = 250
"""So long the marks rest before they are checked: a key that is held makes dozens of them."""

OF_ROI = {names.METAL, names.SKULL_BASE, names.HEADS_POSITION}
OF_RANGE = {
    names.RANGE_COVERED,
    names.ALL_READ_OVER_RANGE,
    names.SPACING_OVER_RANGE,
    names.PICTURES_IN_ORDER,
    names.PICTURE_FOR_EVERY_SLICE,
    names.PICTURES_OF_ONE_PIECE,
    names.HU_OF_EACH_SLICE,
    names.THICKNESS_OVER_RANGE,
    names.OVERLAP_OVER_RANGE,
    names.COVERAGE,
}
"""Checks by the step in which a reader can do something about them."""


@dataclass(frozen=True)
class _Question:
    """What is checked; equal questions have equal answers.

    Attributes:
        roi: the one marked, or shown until there is one.
    """

    volume: Volume
    roi: Roi
    range: PositionRange
    model: Manifest | None


class Vetting(QObject):
    """Checks the marks whenever they rest. What fails would leave the case without a verdict."""

    changed = Signal()

    def __init__(self, case: Case, judging: Judging, jobs: Jobs) -> None:
        super().__init__(case)
        self._case, self._judging, self._jobs = case, judging, jobs
        self._known: tuple[_Question | None, tuple[Check, ...]] = None, ()
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(REST_MS)
        self._clock.timeout.connect(self._check)
        for signal in (case.marked, judging.changed):
            signal.connect(self._rest)

    @property
    def against_range(self) -> tuple[Message, ...]:
        """What fails of the range as it is marked now."""
        return self._failing(OF_RANGE)

    @property
    def against_roi(self) -> tuple[Message, ...]:
        """What fails of the ROI as it is marked now."""
        return () if self._case.marks.roi is None else self._failing(OF_ROI)

    def close(self) -> None:
        """The window ends: nothing is checked any more."""
        self._clock.stop()

    def _failing(self, wanted: set[str]) -> tuple[Message, ...]:
        question, checks = self._known
        if question is None or question != self._question():
            return ()
        return tuple(check.message for check in checks if check.status == "fail" and check.name in wanted)

    def _question(self) -> _Question | None:
        volume, span, network = self._case.volume, self._case.marks.span, self._judging.network
        if volume is None or span is None:
            return None
        if len(span.indices(volume.geometry.positions_mm)) < MINIMUM_RANGE_SLICES:
            return None
        return _Question(volume, self._case.shown_roi(volume), span, None if network is None else network.manifest)

    def _rest(self) -> None:
        """The marks may be others."""
        self.changed.emit()
        if self._known[0] != self._question():
            self._clock.start()

    def _check(self) -> None:
        question = self._question()
        if question is None or question == self._known[0] or self._case.dragging:
            return

        def operation(link: JobLink) -> tuple[Check, ...]:
            region = Region(question.volume, question.roi, question.range)
            return check_region(region) if question.model is None else check_region(region, thickest_mm(question.model))

        def success(checks: tuple[Check, ...]) -> None:
            self._known = question, checks
            self.changed.emit()

        self._jobs.start(VETTING, operation, success, lambda error: None)  # Analyse tells it
