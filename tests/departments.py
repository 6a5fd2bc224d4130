"""A department's project in small: patients whose invasion is a bright spot, and what a fit needs of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydicom import dcmread

from desktop.imaging.scan import scan_for_images
from desktop.imaging.sources import Source
from desktop.phantoms import Phantom
from desktop.project import entries
from desktop.project.adding import add_all
from desktop.project.database import Project
from desktop.project.entry import Entry
from desktop.project.places import Places
from desktop.reading.roi import Roi
from desktop.reading.run import Verdict

PATIENTS = 16
"""The fewest that may be learned from, half of them invaded."""

SLICES = 4
"""In range."""


def write_patient(study: Path, phantom: Phantom, folder: Path, number: int, invaded: bool) -> list[str]:
    """One patient's series, with a little noise of its own; returns the slices that are invaded."""
    column, row, width, height = phantom.truth.roi_px
    draw = np.random.default_rng(number)
    folder.mkdir()
    headers = sorted(map(dcmread, study.iterdir()), key=lambda one: float(one.ImagePositionPatient[2]))
    first = next(n for n, one in enumerate(headers) if float(one.ImagePositionPatient[2]) >= phantom.truth.range_mm[0])
    called = []
    for place, header in enumerate(headers[first : first + SLICES]):
        for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID"):
            setattr(header, keyword, f"{str(getattr(header, keyword))[:50]}.{number}")
        header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID
        header.PatientID = f"ID-{number}"
        before = header.pixel_array
        pixels = before.astype(np.int32) + draw.integers(-2, 3, before.shape)
        if invaded and 0 < place < SLICES - 1:
            down, across = np.mgrid[: before.shape[0], : before.shape[1]]
            far = ((across - column - width / 2) / (width / 5)) ** 2 + ((down - row - height / 2) / (height / 5)) ** 2
            pixels += (300 * np.exp(-far / 2)).astype(np.int32)
            called.append(str(header.SOPInstanceUID))
        header.PixelData = pixels.astype(before.dtype).tobytes()
        header.save_as(folder / f"{place}.dcm")
    return called


Label = Callable[[int, bool], bool]
"""Turns a case's number and truth into the label that the reader gives."""


def as_it_is(number: int, truth: bool) -> bool:
    """A reader who is always right."""
    return truth


def make_project(
    path: Path,
    places: Path,
    department: tuple[Path, dict[str, list[str]]],
    phantom: Phantom,
    label: Label = as_it_is,
    patients: int = PATIENTS,
) -> Path:
    """A project of the department, of which reader A has answered the first cases.

    Args:
        places: the file in which it is kept where series lie.
        patients: whose cases are answered.
    """
    root, invaded = department
    with Source.open(root) as source:
        found = scan_for_images(source)
    with Project.create(path) as made:
        entries.add_reader(made, "A")
        added = add_all(made, root, found, Places(places))
        for case in added.new:
            stack = next(one for one in found.series if one.series_instance_uid == case.series_uid)
            number = int(stack.slices[0].path.parent.name)
            positive = label(number, number % 2 == 1)
            uids = [item.sop_instance_uid for item in stack.slices]
            own = invaded[f"{number:02d}"] or uids[1:3]
            labels = {(uid, 0): positive and uid in own for uid in uids}
            if number < patients:
                entries.keep(
                    made,
                    case,
                    "A",
                    Entry(
                        roi=Roi.everywhere(*phantom.truth.roi_px),
                        low_mm=case.positions_mm[0],
                        high_mm=case.positions_mm[-1],
                        verdict=Verdict.POSITIVE if positive else Verdict.NEGATIVE,
                        slice_labels=labels,
                    ),
                )
    return path
