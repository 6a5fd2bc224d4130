"""From paths to something to look at: the operations of opening, for a thread without Qt."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop.imaging.decoding import DecoderPool
from desktop.imaging.eligibility import BELONGING_CHECKS, Check, check_series, check_volume
from desktop.imaging.geometry import StandardTurn
from desktop.imaging.patients import people_of
from desktop.imaging.scan import scan_for_images
from desktop.imaging.series import Scan, Series, Slice
from desktop.imaging.volume import Volume, load, read_slice
from desktop.messages import Message, message
from desktop.reading.matching import NamesStack, ReadingOfAnother, series_of, with_frames
from desktop.reading.saved import Reading
from desktop.viewer.desk.background import JobLink
from desktop.viewer.desk.held_source import HeldSource
from desktop.viewer.desk.presets import FALLBACK
from desktop.viewer.theme import THUMBNAIL_PX

READING_SLICES = message("Reading slices")
UNPACKING = message("Unpacking")
SEARCHING_FILES = message("Searching files")
"""What operations say of their progress."""


@dataclass(frozen=True)
class Entry:
    """A series as found so far.

    Attributes:
        checks: those that need no pixels.
        settled: no slice was added lately, or the search is over.
    """

    series: Series
    checks: tuple[Check, ...]
    settled: bool

    @property
    def blockers(self) -> tuple[Message, ...]:
        """Why the series is not suitable; empty when it is."""
        return failures(self.checks)

    @property
    def cautions(self) -> tuple[Message, ...]:
        """What to look at before the series is trusted; nothing that prevents analysis."""
        return tuple(check.message for check in self.checks if check.status == "warn")

    @property
    def belonging(self) -> Message | None:
        """Why some slices may belong to another patient or series; nothing that prevents analysis."""
        odd = (check for check in self.checks if check.status == "warn" and check.name in BELONGING_CHECKS)
        return next((check.message for check in odd), None)


def failures(checks: Collection[Check]) -> tuple[Message, ...]:
    """The sentences of the checks that failed."""
    return tuple(check.message for check in checks if check.status == "fail")


@dataclass(frozen=True, eq=False)
class Study:
    """What was found in a source so far; suitable series first, then the larger ones."""

    held: HeldSource
    scan: Scan
    entries: tuple[Entry, ...]
    complete: bool

    @property
    def unseen(self) -> int:
        """The number of files that were not searched."""
        return self.scan.files - self.scan.looked_at

    @property
    def patients(self) -> int:
        """The number of patients, as far as their headers tell them apart."""
        return len(people_of(entry.series.patient for entry in self.entries))

    def entry(self, name: str) -> Entry | None:
        """The series of this name."""
        return next((entry for entry in self.entries if entry.series.name == name), None)

    def holding(self, wanted: Slice) -> Entry | None:
        """The series with this slice: as more files are found, series grow and change their names."""
        return next((entry for entry in self.entries if any(item is wanted for item in entry.series.slices)), None)

    def to_open(self, wanted: NamesStack | None, tried: Collection[Slice]) -> Series | None:
        """The series to open: the one wanted, else the first suitable, else the largest; None if it is too early.

        Args:
            tried: first slices of series that could not be opened.

        Raises:
            ReadingOfAnother: the series wanted is not here.
        """
        if wanted is not None:
            if not self.complete and not (wanted.sop_instance_uid and wanted.frame is not None):
                return None  # which stack is meant is known only when all are
            try:
                found = series_of(wanted, self.scan.series, self.scan.shown)
            except ReadingOfAnother:
                if self.complete:
                    raise
                return None
            return next((entry.series for entry in self.entries if entry.series is found and entry.settled), None)
        for entry in self.entries:
            early = not self.complete and (bool(entry.blockers) or not entry.settled)
            if not early and entry.series.slices[0] not in tried:
                return entry.series
        return None


@dataclass(frozen=True)
class Opened:
    """A series that was read, the checks that need its pixels, and the reading to go on with."""

    series: Series
    volume: Volume
    checks: tuple[Check, ...]
    reading: Reading | None

    def with_reading(self, reading: Reading) -> Opened:
        """The same series with a reading of it.

        Raises:
            FrameUnknown: the reading's labels may belong to several frames.
            RoiRefused: its ROI does not fit.
        """
        reading = with_frames(reading, self.series)
        reading.roi.require_inside(self.series.rows, self.series.columns)
        return replace(self, reading=reading)


def search(paths: Sequence[Path], held: HeldSource, decoders: DecoderPool, link: JobLink) -> Study:
    """Find the series in `paths`; what was found so far is reported as a `Study` now and then.

    Raises:
        desktop.imaging.sources.NothingToRead: there is none.
    """
    source = held.open(paths, link.part(UNPACKING))
    latest: Study | None = None

    def found(scan: Scan) -> None:
        nonlocal latest
        latest = _study(held, scan, latest, complete=False)
        _warm(scan, decoders)
        link.tell(latest)

    complete = scan_for_images(source, link.part(SEARCHING_FILES), found, decoders)
    _warm(complete, decoders)
    return _study(held, complete, latest, complete=True)


def _warm(scan: Scan, decoders: DecoderPool) -> None:
    if any(item.form.compressed for series in scan.series for item in series.slices):
        decoders.warm()


def _study(held: HeldSource, scan: Scan, before: Study | None, complete: bool) -> Study:
    known = {} if before is None else {id(entry.series.slices[0]): entry for entry in before.entries}
    entries = []
    for series in scan.series:
        earlier = known.get(id(series.slices[0]))
        if earlier is not None and earlier.series.slices == series.slices:
            entries.append(Entry(series, earlier.checks, settled=True))
        else:
            entries.append(Entry(series, check_series(series), settled=complete))
    entries.sort(key=lambda entry: (bool(entry.blockers), -len(entry.series.slices)))
    return Study(held, scan, tuple(entries), complete)


def read_series(series: Series, reading: Reading | None, decoders: DecoderPool, link: JobLink) -> Opened:
    """Read a series; its middle slice is reported as a `Volume` long before the others are read."""
    volume = load(series, decoders, link.part(READING_SLICES), link.tell)
    opened = Opened(series, volume, check_volume(volume), None)
    return opened if reading is None else opened.with_reading(reading)


def thumbnail(series: Series, decoders: DecoderPool) -> npt.NDArray[np.uint8]:
    """The middle slice, small, in the standard view, in grey [rows, columns] with square pixels.

    Raises:
        desktop.imaging.volume.UnreadableSeries: it cannot be read.
    """
    turn = StandardTurn.of(series.across, series.down)
    pixels = turn.apply(read_slice(middle_slice(series), decoders))
    geometry = series.geometry.turned(turn)
    width, height = geometry.columns * geometry.column_mm, geometry.rows * geometry.row_mm
    scale = THUMBNAIL_PX / max(width, height)
    columns = np.linspace(0, geometry.columns - 1, max(1, round(width * scale))).round().astype(int)
    rows = np.linspace(0, geometry.rows - 1, max(1, round(height * scale))).round().astype(int)
    return FALLBACK.grey(pixels[np.ix_(rows, columns)])


def middle_slice(series: Series) -> Slice:
    """The slice that stands for the series."""
    return series.slices[len(series.slices) // 2]
