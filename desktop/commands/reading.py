"""`clivus read`: a reading without a window."""

from __future__ import annotations

from pathlib import Path

from desktop.commands.choosing import choose_series
from desktop.imaging.scan import scan_for_images
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.inference.analyse import analyse
from desktop.inference.device import Device
from desktop.inference.result import Result
from desktop.inference.stability import SECOND_READER, changes_of, measure
from desktop.models.default_network import opened
from desktop.reading.matching import series_of
from desktop.reading.region import Region
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.saved import Reading
from desktop.report import SavedReport, require_place, save_report
from desktop.suggestion import suggest
from desktop.work import Work


def read_case(
    path: Path,
    wanted: str | Reading | None,
    marks: tuple[Roi, PositionRange] | None,
    model: Path | None,
    device: Device,
    out: Path,
    work: Work,
    stability: Work | None = None,
) -> tuple[Result, SavedReport]:
    """Read one case and write the report to `out`.

    Args:
        wanted: the series' name, or a reading of it; None where only one can be meant.
        model: a folder, a packed file, or the handle of an installed model; None for the default.
        marks: where to look; None for where the anatomy says, of which the result tells that nobody looked at it.
        stability: by which its measuring is followed; None if it is not wanted.

    Raises:
        ClivusError: any refusal along the way; `out` is then untouched.
    """
    network = opened(model, device)
    with Source.open(path) as source:
        found = scan_for_images(source)
        series = (
            series_of(wanted, found.series, found.shown)
            if isinstance(wanted, Reading)
            else choose_series(found, wanted)
        )
        require_place(out, series.name)
        volume = load(series)
    if marks is None:
        given = suggest(volume, network.manifest.roi)
        result = analyse(Region(volume, given.roi, given.range), network, work, suggested=True)
    else:
        result = analyse(Region(volume, *marks), network, work)
    if stability is None:
        return result, save_report(result, out)
    steadiness = measure(result, network, SECOND_READER, changes_of(volume.series, SECOND_READER), stability)
    return result, save_report(result, out, steadiness)
