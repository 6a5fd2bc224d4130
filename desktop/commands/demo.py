"""`clivus demo`: a phantom study with known truth, from DICOM files to the report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.errors import InputRefused, WrongUse
from desktop.files import new_folder, require_new
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.messages import message
from desktop.phantoms import draw_phantom, write_series
from desktop.phantoms.series_files import series_uid
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.saved import Reading
from desktop.unwritten import shortened

DEMO_SEED = 7
"""A head that the shipped model was neither trained nor measured on: those have seeds from 1,000,000."""

_STUDY, _READING = "study", "reading.json"


@dataclass(frozen=True)
class Demo:
    """The study on disk: its folder, its reading, and whether there is invasion."""

    study: Path
    reading: Reading
    invaded: bool


def make_demo(out: Path) -> Demo:
    """Write the phantom's DICOM series to `out`/study and the marked ROI and range to `out`/reading.json.

    The folder appears only when it is complete. An earlier demonstration in `out` is used again, with the reading that
    was last saved.

    Raises:
        InputRefused: `out` holds something else.
        NotWritten: `out` cannot be written; nothing is left then.
        ReadingRefused: the earlier demonstration's reading is damaged.
    """
    phantom = draw_phantom(DEMO_SEED, invaded=True)
    try:
        require_new(out)
    except WrongUse:
        return Demo(out / _STUDY, _earlier_reading(out, series_uid(phantom)), phantom.truth.invaded)
    with new_folder(out) as folder:
        write_series(phantom, folder / _STUDY)
        with Source.open(folder / _STUDY) as source:
            series = scan(source).series[0]
        reading = Reading(
            series.name,
            Roi.everywhere(*phantom.truth.roi_px),
            PositionRange(*phantom.truth.range_mm),
            sop_instance_uid=series.slices[0].sop_instance_uid,
            frame=series.slices[0].place.frame,
        )
        reading.save(folder / _READING)
    return Demo(out / _STUDY, reading, phantom.truth.invaded)


def _earlier_reading(out: Path, series: str) -> Reading:
    if (out / _STUDY).is_dir() and (out / _READING).is_file():
        reading = Reading.load(out / _READING)
        if reading.series == series:
            return reading
    raise InputRefused(
        message(
            "{folder} holds something else than a demonstration: give a new folder with --out.", folder=shortened(out)
        )
    )
