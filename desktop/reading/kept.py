"""Readings that the program keeps for its user, and finds again with their series.

A file each, named after a digest of the series, so that neither a patient's name nor a path is in any of them. A window
writes over what it has shown or written itself, never over what another window has kept meanwhile.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.errors import ClivusError
from desktop.imaging.series import Series
from desktop.reading.draft import OWNERS_FOLDER, digest
from desktop.reading.roi import RoiRefused
from desktop.reading.saved import SUFFIX, Reading
from desktop.unwritten import NotWritten


@dataclass(frozen=True)
class Kept:
    """A reading that was kept.

    Attributes:
        saved_at: when, in local time.
        path: its file.
        version: of the file, another one after each time that it was written.
    """

    reading: Reading
    saved_at: datetime
    path: Path
    version: tuple[int, int]

    @staticmethod
    def load(path: Path) -> Kept | None:
        """The reading in a file; None if it cannot be read."""
        try:
            reading, found = Reading.load(path), path.stat()
        except (ClivusError, OSError):
            return None
        return Kept(reading, datetime.fromtimestamp(found.st_mtime), path, (found.st_ino, found.st_mtime_ns))


class KeptReadings:
    """The readings of one user as one window sees them, in a folder that is made when needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, tuple[int, int]] = {}
        """The versions that this window has shown or written."""

    def to_show(self, series: Series, opened: Reading | None) -> Kept | None:
        """What to show of a series on its way to the desk: nothing where the reader has opened a reading by hand, which
        then takes the place of none of these."""
        self._known.clear()
        return self.find(series) if opened is None else None

    def find(self, series: Series) -> Kept | None:
        """The reading of a series that was kept last; one that cannot be read, or no longer fits, is passed over."""
        found = _last(self._of(series))
        if found is not None:
            self._known[found.path] = found.version
        return found

    def latest(self) -> Kept | None:
        """The reading that was kept last, of any series."""
        found = []
        for path in self._folder.glob(f"*{SUFFIX}"):
            with contextlib.suppress(OSError):
                found.append((path.stat().st_mtime_ns, path))
        newest_first = (path for _, path in sorted(found, reverse=True))
        return next(filter(None, map(Kept.load, newest_first)), None)

    def keep(self, reading: Reading, series: Series) -> Path | None:
        """Write the reading in place of the one that was kept of this series before.

        Returns:
            None, or the file of one that this window does not know, which stays beside the new one.

        Raises:
            NotWritten: it cannot be written; the one before is as it was.
        """
        try:
            self._folder.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
        except OSError as error:
            raise NotWritten(self._folder, error) from None
        before = _last(self._of(series))
        unknown = before is not None and self._known.get(before.path) != before.version
        place = self._new(series) if before is None or unknown else before.path
        reading.save(place)
        if (written := Kept.load(place)) is not None:
            self._known[place] = written.version
        return before.path if before is not None and unknown else None

    def _new(self, series: Series) -> Path:
        first = series.slices[0]
        own = f"{digest(series.series_instance_uid)}-{digest(f'{first.sop_instance_uid} {first.place.frame}')}"
        return self._folder / f"{own}-{secrets.token_hex(8)}{SUFFIX}"

    def _of(self, series: Series) -> Iterator[Kept]:
        """Readings of this stack: a series may hold several, and its first slice may be another than it was."""
        slices = {(one.sop_instance_uid, one.place.frame) for one in series.slices}
        paths = sorted(self._folder.glob(f"{digest(series.series_instance_uid)}-*{SUFFIX}"))
        for kept in filter(None, map(Kept.load, paths)):
            try:
                kept.reading.roi.require_inside(series.rows, series.columns)
            except RoiRefused:
                continue
            if (kept.reading.sop_instance_uid, kept.reading.frame) in slices:
                yield kept


def _last(found: Iterable[Kept]) -> Kept | None:
    return max(found, key=lambda kept: kept.version[1], default=None)
