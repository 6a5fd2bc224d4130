"""The stability of a verdict, measured in the background once there is a verdict."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.inference.network import Network
from desktop.inference.result import Result
from desktop.inference.stability import SECOND_READER, Stability, changes_of, measure
from desktop.messages import message
from desktop.reading.run import Verdict
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.notices import Notices

STABILITY = "stability"
"""Kind of job."""

RECTANGLES = message("Stability")
"""What the measuring says of its progress."""


class SecondReader(QObject):
    """Places the ROI again and again as a second reader might, as long as the case rests.

    A new analysis, a mark that outdates the result, another series or another model ends it: the result that it is
    about is not on the desk any more. If it comes back, by Undo or because the analysis was cancelled, it begins anew.
    """

    changed = Signal()
    progressed = Signal(object, int, int)
    """Carries what is being done, how much of it is done, and how much there is."""

    def __init__(self, case: Case, judging: Judging, jobs: Jobs, notices: Notices) -> None:
        super().__init__(case)
        self._case, self._judging, self._jobs, self._notices = case, judging, jobs, notices
        self._about: Result | None = None
        self._declined: Result | None = None
        for signal in (case.marked, case.judged, judging.changed):
            signal.connect(self._follow)

    @property
    def busy(self) -> bool:
        """Whether it is being measured."""
        return self._about is not None

    @property
    def declined(self) -> bool:
        """Whether the reader stopped it for the result on the desk, or it failed."""
        return self._declined is not None and self._declined is self._case.result

    def stop(self) -> None:
        """Measure it no more for this result."""
        self._declined = self._about
        self._follow()

    def measure(self) -> None:
        """Measure it after all."""
        self._declined = None
        self._follow()

    def _wanted(self) -> Result | None:
        """The result to measure now."""
        result = self._case.result
        if result is None or self._judging.busy or self._case.stability is not None or self.declined:
            return None
        return None if result.verdict is Verdict.INDETERMINATE else result

    def _follow(self) -> None:
        """Begin, go on, or end."""
        wanted, network = self._wanted(), self._judging.network
        if wanted is self._about:
            return
        self._jobs.cancel(STABILITY)
        self._about = wanted
        if wanted is not None and network is not None:
            self._start(wanted, network)
        self.changed.emit()

    def _start(self, result: Result, network: Network) -> None:
        def operation(link: JobLink) -> Stability | None:
            changes = changes_of(result.region.volume.series, SECOND_READER)
            return measure(result, network, SECOND_READER, changes, link.part(RECTANGLES))

        def success(stability: Stability | None) -> None:
            self._about = None
            if stability is not None:
                self._case.accept_stability(stability)
            self.changed.emit()

        def failure(error: ClivusError) -> None:
            self._notices.warned.emit(error.message)
            self.stop()

        self._jobs.start(STABILITY, operation, success, failure, self.progressed.emit)
