"""Readings that the program keeps for its user, and finds again with their series.

A file each, named after a digest of the series, so that neither a patient's name nor a path is in any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.errors import ClivusError
from desktop.imaging.series import Series
from desktop.reading.draft import OWNERS_FOLDER, digest
from desktop.reading.saved import SUFFIX, Reading
from desktop.unwritten import NotWritten


@dataclass(frozen=True)
class Kept:
    """A reading that was kept.

    Attributes:
        saved_at: when, in local time.
    """

    reading: Reading
    saved_at: datetime


class KeptReadings:
    """The readings of one user, in a folder that is made when needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, series: Series) -> Kept | None:
        """The reading of a series that was kept last; one that cannot be read, or no longer fits, is passed over."""
        found = [Kept(reading, datetime.fromtimestamp(path.stat().st_mtime)) for path, reading in self._of(series)]
        return max(found, key=lambda kept: kept.saved_at, default=None)

    def keep(self, reading: Reading, series: Series) -> None:
        """Write the reading in place of the one that was kept of this series before.

        Raises:
            NotWritten: it cannot be written; the one before is as it was.
        """
        try:
            self._folder.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
        except OSError as error:
            raise NotWritten(self._folder, error) from None
        before = next((path for path, _ in self._of(series)), None)
        first = series.slices[0]
        own = f"{digest(series.series_instance_uid)}-{digest(f'{first.sop_instance_uid} {first.place.frame}')}"
        reading.save(before or self._folder / f"{own}{SUFFIX}")

    def _of(self, series: Series) -> Iterator[tuple[Path, Reading]]:
        """Readings of this stack: a series may hold several, and its first slice may be another than it was."""
        slices = {(one.sop_instance_uid, one.place.frame) for one in series.slices}
        for path in sorted(self._folder.glob(f"{digest(series.series_instance_uid)}-*{SUFFIX}")):
            try:
                reading = Reading.load(path)
                reading.roi.require_inside(series.rows, series.columns)
            except (ClivusError, OSError):
                continue
            if (reading.sop_instance_uid, reading.frame) in slices:
                yield path, reading
