"""A small CT with contours drawn by hand, and the proof's way from phantoms to structure sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load

FRAME, SERIES, INSTANCE = (f"1.2.826.0.1.3680043.8.498.{part}" for part in ("4", "3", "1"))
"""UIDs of what `write_slice` writes."""

Points = Sequence[tuple[float, float, float]]


def square(z: float, low: float = 4.0, high: float = 12.0) -> list[tuple[float, float, float]]:
    """A square contour in an axial plane, mm; pixels of the small CT are 0.5 mm."""
    return [(low, low, z), (high, low, z), (high, high, z), (low, high, z)]


def contour(points: Points, number: int | None = None) -> Dataset:
    """A closed contour, drawn on the slice of this number."""
    found = Dataset()
    found.ContourGeometricType, found.NumberOfContourPoints = "CLOSED_PLANAR", len(points)
    found.ContourData = [f"{value:.3f}" for point in points for value in point]
    if number is not None:
        image = Dataset()
        image.ReferencedSOPInstanceUID = f"{INSTANCE}.{number}"
        found.ContourImageSequence = [image]
    return found


def structures(rois: dict[str, list[Dataset]]) -> FileDataset:
    """An RT Structure Set for the small CT."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID("1.2.840.10008.5.1.4.1.1.481.3"), UID("1.2.9")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    found = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    found.SOPClassUID, found.SOPInstanceUID, found.Modality = meta.MediaStorageSOPClassUID, UID("1.2.9"), "RTSTRUCT"
    found.StructureSetROISequence, found.ROIContourSequence = [], []
    for number, (name, contours) in enumerate(rois.items(), start=1):
        roi, drawn = Dataset(), Dataset()
        roi.ROINumber, roi.ROIName, roi.ReferencedFrameOfReferenceUID = number, name, FRAME
        drawn.ReferencedROINumber, drawn.ContourSequence = number, contours
        found.StructureSetROISequence.append(roi)
        found.ROIContourSequence.append(drawn)
    return found


def saved(dataset: FileDataset, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


@pytest.fixture
def ct(write_slice: Callable[..., Path], tmp_path: Path) -> Callable[..., Volume]:
    """A function that writes and loads eight slices of 64 x 64, at z = 3 to 24 mm; keywords replace attributes."""

    def written(origin: Callable[[int], list[float]] = lambda n: [0.0, 0.0, 3.0 * n], **attributes: Any) -> Volume:
        folder = tmp_path / "ct"
        folder.mkdir()
        for number in range(1, 9):
            pixels = np.full((64, 64), number)  # slices that are alike would be taken for copies
            path = folder / f"{number}.dcm"
            write_slice(path, pixels, number, ImagePositionPatient=origin(number), **attributes)
        with Source.open(folder) as source:
            (series,) = scan(source).series
            return load(series)

    return written


@pytest.fixture(scope="session")
def proof(command_at: Callable[[str], ModuleType]) -> ModuleType:
    """It is a command."""
    return command_at("proofs/rtstruct_cohort.py")
