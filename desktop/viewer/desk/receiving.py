"""What is dropped on the window, named at the start or chosen: images, saved readings, or both together.

A reading is opened with its series: among the images that came with it, in the study on the desk, or in the folder that
it lies in. If it is at none of these places, the reading waits until the reader has opened its series.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.inference.matching import belongs_to
from desktop.messages import message
from desktop.reading.saved import SUFFIX, Reading
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.opening import Opening

RECEIVING = "receiving"
"""Kind of job."""


class Receiving(QObject):
    """Tells readings from images, and finds the series of a reading."""

    waiting = Signal(object, object)
    """Carries the path of a reading and the `Reading` that waits for its series; twice None when none does any more."""

    def __init__(self, case: Case, opening: Opening, jobs: Jobs, notices: Notices) -> None:
        super().__init__(case)
        self._case, self._opening, self._jobs, self._notices = case, opening, jobs, notices
        self._received: tuple[Path, Reading] | None = None
        self._waits = False
        opening.missed.connect(self._missed)
        opening.opened.connect(self._opened)

    def receive(self, paths: Sequence[Path]) -> None:
        """Open what lies at these paths, unless the case on the desk must stay."""
        documents = [path for path in paths if path.suffix.lower() == SUFFIX]
        if not documents:
            self._opening.open_paths(paths)
            return

        def operation(link: JobLink) -> list[tuple[Path, Reading | ClivusError]]:
            return [(path, _read(path)) for path in documents]

        def success(found: list[tuple[Path, Reading | ClivusError]]) -> None:
            self._go_on(paths, found)

        self._jobs.start(RECEIVING, operation, success, lambda error: self._notices.warned.emit(error.message))

    def _go_on(self, paths: Sequence[Path], found: list[tuple[Path, Reading | ClivusError]]) -> None:
        readings = [(path, one) for path, one in found if isinstance(one, Reading)]
        refusals = [one for _, one in found if isinstance(one, ClivusError)]
        others = [path for path in paths if path not in {path for path, _ in found}]
        if len(readings) > 1:
            text = message("These are {number} readings, and one can be opened at a time.", number=len(readings))
            self._notices.warned.emit(text)
        elif readings:
            self._open(*readings[0], others)
        elif others:  # what else there is, is listed among the files that were skipped
            self._opening.open_paths(paths)
        else:
            self._notices.warned.emit(refusals[0].message)

    def _open(self, path: Path, reading: Reading, images: Sequence[Path]) -> None:
        if not self._opening.may_leave():
            return
        self._received = path, reading
        self._wait(False)
        if images:
            self._opening.open_paths(images, reading)
        elif self._opening.lists(reading):
            self._opening.open_reading(reading)
        else:
            self._opening.open_paths([path.absolute().parent], reading)

    def look_in(self, folder: Path) -> None:
        """Look for the series of the reading that waits in this folder."""
        if self._received is not None:
            self._opening.open_paths([folder], self._received[1])

    def give_up(self) -> None:
        """The series of the reading that waits will not be opened."""
        self._received = None
        self._wait(False)

    def _missed(self, reading: Reading) -> None:
        if self._received is not None and self._received[1] is reading:
            self._wait(True)

    def _opened(self) -> None:
        volume = self._case.volume
        if self._received is None or volume is None or not belongs_to(self._received[1], [volume.series]):
            return
        reading = self._received[1]
        self.give_up()
        if self._opening.reading is None:
            self._opening.open_reading(reading)

    def _wait(self, waits: bool) -> None:
        if waits or waits != self._waits:
            self._waits = waits
            self.waiting.emit(*(self._received if waits and self._received else (None, None)))


def _read(path: Path) -> Reading | ClivusError:
    try:
        return Reading.load(path)
    except ClivusError as error:
        return error
