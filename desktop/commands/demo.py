"""`clivus demo`: a phantom study with known truth, from DICOM files to the report."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import InputRefused
from desktop.imaging.phantoms import draw_phantom, write_series
from desktop.imaging.phantoms.dicom import series_uid
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.saved import Reading

DEMO_SEED = 7
"""A head that the shipped model was neither trained nor measured on: those have seeds from 1,000,000."""


@dataclass(frozen=True)
class Demo:
    """The study on disk: its folder, its reading, and the truth."""

    study: Path
    reading: Reading
    invaded: bool


def make_demo(out: Path) -> Demo:
    """Write the phantom's DICOM series to `out`/study and the marked ROI and range to `out`/reading.json.

    An earlier demonstration in `out` is used again, with the reading as it was saved last.

    Raises:
        InputRefused: `out` cannot be written, or its study folder holds something else.
        ReadingRefused: the earlier demonstration's reading is damaged.
    """
    study, saved = out / "study", out / "reading.json"
    phantom = draw_phantom(DEMO_SEED, invaded=True)
    try:
        if study.exists() and any(study.iterdir()):
            reading = Reading.load(saved) if saved.exists() else None
            if reading is None or reading.series != series_uid(phantom):
                raise InputRefused(f"The folder {study} holds something else: give a new folder with --out.")
            return Demo(study, reading, phantom.truth.invaded)
        # Whole or not at all: a study that was stopped half-way would be taken for something else next time.
        partial = out / "study.part"
        shutil.rmtree(partial, ignore_errors=True)
        write_series(phantom, partial)
        with Source.open(partial) as source:
            series = scan(source).series[0]
        reading = Reading(
            series.name,
            Roi(*phantom.truth.roi_px),
            PositionRange(*phantom.truth.range_mm),
            sop_instance_uid=series.slices[0].sop_instance_uid,
            frame=series.slices[0].place.frame,
        )
        reading.save(saved)
        if study.exists():
            study.rmdir()
        partial.rename(study)
    except OSError as error:
        raise InputRefused(
            f"The demonstration cannot be written to {out} ({error.strerror or error}): give a folder with --out."
        ) from None
    return Demo(study, reading, phantom.truth.invaded)
