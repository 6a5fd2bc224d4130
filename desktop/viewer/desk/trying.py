"""A synthetic head to try the window with: drawn into a temporary folder, and opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.temporary import TemporaryFolder
from desktop.unwritten import NotWritten
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.opening import Opening

TRYING = "synthetic head"
"""Kind of job."""


class Trying(QObject):
    """Draws the head once and opens it as any other study; it goes with the window."""

    changed = Signal()

    def __init__(self, draw: Callable[[Path], Path], opening: Opening, jobs: Jobs, notices: Notices) -> None:
        """`draw` writes a study into a new folder in the one given, and returns that folder."""
        super().__init__(opening)
        self._draw, self._opening, self._jobs, self._notices = draw, opening, jobs, notices
        self._drawn: tuple[TemporaryFolder, Path] | None = None

    @property
    def busy(self) -> bool:
        """Whether the head is being drawn."""
        return self._jobs.busy(TRYING)

    @property
    def opened(self) -> bool:
        """Whether the head is what is open."""
        return self._drawn is not None and self._opening.paths == (self._drawn[1],)

    def start(self) -> None:
        """Draw the head and open it."""
        if self._drawn is not None:
            self._opening.open_paths([self._drawn[1]])
            return

        def operation(link: JobLink) -> tuple[TemporaryFolder, Path]:
            try:
                folder = TemporaryFolder()
            except OSError as error:
                raise NotWritten(Path("temporary folder"), error) from None
            return folder, self._draw(folder.path)

        self._jobs.start(TRYING, operation, self._there, self._failed)
        self.changed.emit()

    def _there(self, drawn: tuple[TemporaryFolder, Path]) -> None:
        self._drawn = drawn
        self.changed.emit()
        self.start()

    def _failed(self, error: ClivusError) -> None:
        self._notices.warned.emit(error.message)
        self.changed.emit()

    def close(self) -> None:
        """Remove the head."""
        if self._drawn is not None:
            self._drawn[0].close()
