"""Small pictures of the series, drawn one after the other when nothing more urgent is read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.imaging.decoding import DecoderPool
from desktop.imaging.series import Series, Slice
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.study import Study, middle_slice, thumbnail

THUMBNAILS = "thumbnails"
"""Kind of job."""

Picture = npt.NDArray[np.uint8]


class Thumbnails(QObject):
    """The pictures of one study."""

    ready = Signal(str)
    """Carries the name of a series whose picture has been drawn."""

    def __init__(self, jobs: Jobs, decoders: DecoderPool, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs, self._decoders = jobs, decoders
        self._pictures: dict[Slice, Picture | None] = {}

    def of(self, series: Series) -> Picture | None:
        """The picture of a series, once it is drawn."""
        return self._pictures.get(middle_slice(series))

    def draw(self, study: Study) -> None:
        """Draw the pictures that are missing for the series found so far."""
        missing = [
            entry.series
            for entry in study.entries
            if entry.settled and middle_slice(entry.series) not in self._pictures
        ]
        if missing and not self._jobs.busy(THUMBNAILS):
            drawn = study.held.during(lambda link: self._draw(missing, link))
            self._jobs.start(THUMBNAILS, drawn, lambda _: None, lambda error: None, news=self._keep)

    def forget(self) -> None:
        """Another study takes the place of this one."""
        self._jobs.cancel(THUMBNAILS)
        self._pictures.clear()

    def _draw(self, missing: list[Series], link: JobLink) -> None:
        for series in missing:
            if link.stop():
                return
            try:
                picture = thumbnail(series, self._decoders)
            except ClivusError:  # a series without a thumbnail can still be opened, and says then what is wrong
                picture = None
            link.tell((series, picture))

    def _keep(self, news: tuple[Series, Picture | None]) -> None:
        series, picture = news
        self._pictures[middle_slice(series)] = picture
        if picture is not None:
            self.ready.emit(series.name)
