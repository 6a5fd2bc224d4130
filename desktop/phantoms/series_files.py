"""A phantom as a DICOM CT series: CT Image Storage (PS3.3 A.3), explicit VR little endian."""

from __future__ import annotations

import uuid
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

from desktop.phantoms.acquisition import Acquisition
from desktop.phantoms.phantom import Phantom
from desktop.phantoms.textures import Floats
from desktop.phantoms.variety import PLAIN, VARIETIES, Variety
from desktop.synthetic import COMMENT, SOFTWARE

# A name space of our own keeps the UIDs the same on every machine and apart from everybody else's (PS3.5
# B.2).
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://clivus.invalid/phantoms")


def uid(seed: int, *names: object) -> UID:
    """A UID under 2.25 that depends on the seed and the names alone."""
    return UID(f"2.25.{uuid.uuid5(NAMESPACE, '/'.join(map(str, (seed, *names)))).int}")


def write_series(phantom: Phantom, folder: Path, part: slice | None = None) -> list[Path]:
    """Write one file per slice into `folder` (created); returns the files, lowest position first.

    Args:
        part: the slices to write, by index; all of them where it is None.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for index in range(phantom.acquisition.slice_count)[part if part is not None else slice(None)]:
        dataset = slice_dataset(phantom, index, phantom.hu(slice(index, index + 1))[0])
        path = folder / f"CT{int(dataset.InstanceNumber):04d}.dcm"
        dataset.save_as(path, enforce_file_format=True)
        files.append(path)
    return files


def series_uid(phantom: Phantom) -> UID:
    """The SeriesInstanceUID that a phantom is written with."""
    return _own_uid(phantom.seed, phantom.variety, "series", phantom.acquisition.contrast)


def series_uids(seed: int) -> set[UID]:
    """The SeriesInstanceUIDs that phantoms of a seed are written with: of every kind, with and without contrast."""
    return {_own_uid(seed, variety, "series", contrast) for variety in VARIETIES.values() for contrast in (False, True)}


def instance_uid(phantom: Phantom, index: int) -> UID:
    """The SOPInstanceUID that a slice is written with; a head's plain and contrast series have their own."""
    return _own_uid(phantom.seed, phantom.variety, "instance", phantom.acquisition.contrast, index)


def _own_uid(seed: int, variety: Variety, *names: object) -> UID:
    # The plain kind was there first: its UIDs do not name it.
    return uid(seed, *(() if variety == PLAIN else (variety.name,)), *names)


def slice_dataset(phantom: Phantom, index: int, hu: Floats) -> FileDataset:
    """One slice as a data set; `hu` [rows, columns]."""
    a = phantom.acquisition
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = instance_uid(phantom, index)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = uid(0, "implementation")
    meta.ImplementationVersionName = SOFTWARE
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID = meta.MediaStorageSOPClassUID
    ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    _patient_and_study(ds, phantom)
    _series(ds, phantom)
    _plane(ds, a, index)
    _pixels(ds, a, hu)
    return ds


def _patient_and_study(ds: Dataset, phantom: Phantom) -> None:
    seed, variety = phantom.seed, phantom.variety
    kind = "" if variety == PLAIN else f"-{variety.name.upper()}"
    ds.PatientName = f"PHANTOM{kind}^{seed:04d}"
    ds.PatientID = f"PHANTOM{kind}-{seed}"
    ds.PatientBirthDate = ""
    ds.PatientSex = "O"
    ds.PatientAge = "000Y"
    ds.PatientComments = COMMENT
    day = f"2024{1 + seed % 12:02d}{1 + seed // 12 % 28:02d}"
    ds.StudyInstanceUID = _own_uid(seed, variety, "study")
    ds.StudyID = str(seed % 10000)
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = day
    ds.StudyTime, ds.SeriesTime, ds.AcquisitionTime, ds.ContentTime = "090000", "090100", "090130", "090200"
    ds.AccessionNumber = ""
    ds.ReferringPhysicianName = ""
    ds.StudyDescription = "Synthetic head phantom"


def _series(ds: Dataset, phantom: Phantom) -> None:
    a = phantom.acquisition
    ds.Modality = "CT"
    ds.SeriesInstanceUID = series_uid(phantom)
    ds.SeriesNumber = 3 if a.contrast else 2
    ds.SeriesDescription = f"Phantom, not a patient, {'contrast' if a.contrast else 'plain'}"
    ds.FrameOfReferenceUID = _own_uid(phantom.seed, phantom.variety, "frame")
    ds.PositionReferenceIndicator = ""
    ds.Manufacturer = a.vendor
    ds.ManufacturerModelName = a.model
    ds.SoftwareVersions = SOFTWARE
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.ImageComments = COMMENT
    ds.BodyPartExamined = "HEAD"
    ds.PatientPosition = "HFS"
    ds.AcquisitionNumber = 1
    ds.KVP = a.kvp
    ds.XRayTubeCurrent = a.tube_ma
    ds.ExposureTime = a.exposure_ms
    ds.Exposure = a.tube_ma * a.exposure_ms // 1000
    ds.GantryDetectorTilt = a.tilt_deg
    ds.ConvolutionKernel = a.kernel
    ds.DataCollectionDiameter = 500
    ds.ReconstructionDiameter = round(a.pixel_mm * a.columns, 3)
    if a.contrast:
        ds.ContrastBolusAgent = "IODINE (SIMULATED)"
        ds.ContrastBolusRoute = "IV"


def _plane(ds: Dataset, a: Acquisition, index: int) -> None:
    origin = a.plane_origin(float(a.positions_mm[index]))
    ds.InstanceNumber = a.slice_count - index if a.top_first else index + 1
    ds.ImagePositionPatient = [f"{v:.6g}" if abs(v) < 1e-4 else f"{v:.5f}" for v in origin]
    ds.ImageOrientationPatient = [f"{v:.10g}" for v in (*a.row_axis, *a.column_axis)]
    ds.PixelSpacing = [a.pixel_mm, a.pixel_mm]
    ds.SliceThickness = a.thickness_mm
    ds.SpacingBetweenSlices = a.spacing_mm
    ds.SliceLocation = f"{a.positions_mm[index]:.4f}"


def _pixels(ds: Dataset, a: Acquisition, hu: Floats) -> None:
    s = a.scanner
    stored = np.rint(hu).astype(np.int32) - s.intercept
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.Rows, ds.Columns = a.rows, a.columns
    ds.BitsAllocated = 16
    ds.BitsStored, ds.HighBit = (16, 15) if s.signed else (12, 11)
    ds.PixelRepresentation = int(s.signed)
    if s.padding is not None:
        down = np.arange(a.rows)[:, None] - (a.rows - 1) / 2
        across = np.arange(a.columns)[None, :] - (a.columns - 1) / 2
        stored[down**2 + across**2 > (a.columns / 2) ** 2] = s.padding
        ds.PixelPaddingValue = s.padding
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = s.intercept, 1, "HU"
    ds.WindowCenter, ds.WindowWidth = s.window_centre, s.window_width
    ds.BurnedInAnnotation = "NO"
    ds.LossyImageCompression = "00"
    ds.PixelData = (np.clip(stored, 0, 4095).astype("<u2") if not s.signed else stored.astype("<i2")).tobytes()
