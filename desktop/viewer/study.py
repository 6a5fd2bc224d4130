"""From a path to something to look at: the operations of opening. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop.imaging.eligibility import Check, check_series
from desktop.imaging.geometry import StandardTurn
from desktop.imaging.scan import scan_for_images
from desktop.imaging.series import Scan, Series
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load, read_slice
from desktop.inference.matching import series_of
from desktop.reading.saved import Reading
from desktop.report.heat import window_grey
from desktop.viewer.background import Progress, Stop
from desktop.viewer.greys import FALLBACK
from desktop.viewer.theme import THUMBNAIL_PX


@dataclass(frozen=True)
class Entry:
    """A series with the checks that need no pixels."""

    series: Series
    checks: tuple[Check, ...]

    @property
    def hindrances(self) -> tuple[str, ...]:
        """Why the series is not suitable; empty when it is."""
        return tuple(check.message for check in self.checks if check.status == "fail")


@dataclass(frozen=True)
class Study:
    """What was found at a path; suitable series first, then the larger ones."""

    source: Source
    scan: Scan
    entries: tuple[Entry, ...]

    def entry(self, name: str) -> Entry | None:
        """The series of this name."""
        return next((entry for entry in self.entries if entry.series.name == name), None)


@dataclass(frozen=True)
class Opened:
    """A study, the series that was read from it, and the reading to go on with."""

    study: Study
    volume: Volume
    reading: Reading | None


def open_study(path: Path, reading: Reading | None, progress: Progress, stop: Stop) -> Opened:
    """Find the series at `path` and read one: the reading's, else the first suitable, else the largest."""
    source = Source.open(path, lambda done, total: progress("Unpacking", done, total), stop)
    scan = scan_for_images(source, lambda done, total: progress("Looking through files", done, total), stop)
    entries = [Entry(series, check_series(series)) for series in scan.series]
    entries.sort(key=lambda entry: (bool(entry.hindrances), -len(entry.series.slices)))
    study = Study(source, scan, tuple(entries))
    return open_series(study, _chosen(study, reading), reading, progress, stop)


def open_series(study: Study, series: Series, reading: Reading | None, progress: Progress, stop: Stop) -> Opened:
    """Read one series of a study."""
    volume = load(
        series, progress=lambda done, total: progress("Reading slices", done, total), cancelled=stop
    )
    if reading is not None:
        reading.roi.require_inside(series.rows, series.columns)
    return Opened(study, volume, reading)


def _chosen(study: Study, reading: Reading | None) -> Series:
    if reading is not None:
        return series_of(reading, study.scan.series, study.scan.shown)
    return study.entries[0].series


def thumbnail(series: Series) -> npt.NDArray[np.uint8]:
    """The middle slice, small, in the standard view, in grey [rows, columns] with square pixels."""
    pixels = StandardTurn.of(series.across, series.down).apply(read_slice(series.slices[len(series.slices) // 2]))
    geometry = series.geometry.turned(StandardTurn.of(series.across, series.down))
    width, height = geometry.columns * geometry.column_mm, geometry.rows * geometry.row_mm
    scale = THUMBNAIL_PX / max(width, height)
    columns = np.linspace(0, geometry.columns - 1, max(1, round(width * scale))).round().astype(int)
    rows = np.linspace(0, geometry.rows - 1, max(1, round(height * scale))).round().astype(int)
    return window_grey(pixels[np.ix_(rows, columns)], FALLBACK.level, FALLBACK.width)
