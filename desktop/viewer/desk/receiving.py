"""What is dropped on the window, named at the start or chosen: images, saved readings, or both together; a project or
a model by itself.

A reading is opened with its series: among the images that came with it, in the study on the desk, or in the folder that
it lies in. If it is at none of these places, the reading waits until the reader has opened its series.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.inference.bundle import MANIFEST_FILE
from desktop.inference.manifest import MODEL_FILE
from desktop.messages import message
from desktop.own_files import SUFFIX as OWN
from desktop.own_files import Kind, has_files, kind_of
from desktop.quoting import quoted
from desktop.reading.matching import belongs_to
from desktop.reading.saved import SUFFIX, Reading
from desktop.unwritten import shortened
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.opening import Opening

RECEIVING = "receiving"
"""Kind of job."""


class Receiving(QObject):
    """Tells readings from images, and finds the series of a reading."""

    waiting = Signal(object)
    """Carries a `Message` of the reading that waits for its series; None when none does any more."""
    project_came = Signal(object)
    """Carries the `Path` of a project."""
    model_came = Signal(object)
    """Carries the `Path` of a model, a file or a folder."""

    def __init__(self, case: Case, opening: Opening, jobs: Jobs, notices: Notices) -> None:
        super().__init__(case)
        self._case, self._opening, self._jobs, self._notices = case, opening, jobs, notices
        self._received: tuple[Path, Reading] | None = None
        self._waits, self._looked_at = False, Path()
        opening.missed.connect(self._missed)
        opening.opened.connect(self._opened)

    def receive(self, paths: Sequence[Path]) -> None:
        """Open what lies at these paths, unless the case on the desk must stay."""
        kinds = {path: _kind(path) for path in paths}
        own = next((path for path, kind in kinds.items() if kind is not None or path.suffix.lower() == OWN), None)
        if own is not None:
            self._receive_own(own, kinds[own], alone=len(paths) == 1)
            return
        documents = [path for path in paths if path.suffix.lower() == SUFFIX]
        if not documents:
            self._opening.open_paths(paths)
            return

        def operation(link: JobLink) -> list[tuple[Path, Reading | ClivusError]]:
            return [(path, _read(path)) for path in documents]

        def success(found: list[tuple[Path, Reading | ClivusError]]) -> None:
            self._go_on(paths, found)

        self._jobs.start(RECEIVING, operation, success, lambda error: self._notices.warned.emit(error.message))

    def _receive_own(self, path: Path, kind: Kind | None, *, alone: bool) -> None:
        if kind is None:
            text = message(
                "{file} is neither a project nor a model, or it is damaged: copy it again.", file=quoted(path.name)
            )
            self._notices.warned.emit(text)
        elif not alone:
            text = message("{file} is a project or a model: open it by itself.", file=quoted(path.name))
            self._notices.warned.emit(text)
        elif kind is Kind.PROJECT:
            self.project_came.emit(path)
        else:
            self.model_came.emit(path)

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
        self.give_up()
        self._received = path, reading
        if images or not self._opening.lists(reading):
            self._look_at(images or [path.absolute().parent], reading)
        else:
            self._opening.open_reading(reading)

    def look_in(self, folder: Path) -> None:
        """Look for the series of the reading that waits in this folder."""
        if self._received is not None:
            self._look_at([folder], self._received[1])

    def _look_at(self, places: Sequence[Path], reading: Reading) -> None:
        self._looked_at = places[0]
        self._opening.open_paths(places, reading)

    def give_up(self) -> None:
        """The series of the reading that waits will not be opened."""
        self._received, self._waits = None, False
        self.waiting.emit(None)

    def _missed(self, reading: Reading) -> None:
        if self._received is not None and self._received[1] is reading:
            text = message(
                "The reading {file} belongs to series {series}, which is not at {place}: open the folder that holds "
                "it, and the reading is applied.",
                file=self._received[0].name,
                series=quoted(reading.series),
                place=shortened(self._looked_at),
            )
            self._waits = True
            self._notices.outdated.emit()  # what opening says of a folder without a CT
            self.waiting.emit(text)

    def _opened(self) -> None:
        volume = self._case.volume
        if self._received is None or not self._waits or volume is None:
            return
        reading = self._received[1]
        if belongs_to(reading, [volume.series]):
            self.give_up()
            if self._opening.reading is None:
                self._opening.open_reading(reading)


def _kind(path: Path) -> Kind | None:
    return Kind.MODEL if has_files(path, MANIFEST_FILE, MODEL_FILE) else kind_of(path)


def _read(path: Path) -> Reading | ClivusError:
    try:
        return Reading.load(path)
    except ClivusError as error:
        return error
