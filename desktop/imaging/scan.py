"""From a folder of files to series, by their headers alone."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID

from desktop.errors import Cancelled, InputRefused
from desktop.imaging.geometry import Vector, stack_normal
from desktop.imaging.series import Scan, Series, Skipped, SliceFile

ORIENTATION_DIGITS = 3
"""Direction cosines equal to this many digits are one orientation; scanners round them to about six."""

_TAGS = [
    "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "Modality",
    "SeriesDescription", "ImageType", "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing",
    "SliceThickness", "ConvolutionKernel", "ContrastBolusAgent", "Rows", "Columns", "SamplesPerPixel",
    "BitsAllocated", "NumberOfFrames", "SpecificCharacterSet",
]  # fmt: skip


class NothingToRead(InputRefused):
    """A path under which there is no image that can be read."""


class UnfitFile(Exception):
    """Why one file is left out; the others go on."""


@dataclass(frozen=True)
class _Header:
    """One readable file."""

    file: SliceFile
    dataset: Dataset
    transfer_syntax: str

    @property
    def stack_key(self) -> tuple[object, ...]:
        """Files with equal keys make one stack."""
        dataset = self.dataset
        return (
            str(dataset.SeriesInstanceUID),
            tuple(round(float(x), ORIENTATION_DIGITS) for x in dataset.ImageOrientationPatient),
            int(dataset.Rows),
            int(dataset.Columns),
            tuple(float(x) for x in dataset.PixelSpacing),
            _text(dataset, "ConvolutionKernel"),
            "LOCALIZER" in _values(dataset, "ImageType"),
            _text(dataset, "FrameOfReferenceUID"),
        )


def scan(
    path: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Scan:
    """Find every series under a folder, or the one in a file, reading headers only.

    Args:
        path: a folder, of any depth, or one file. Names and extensions say nothing.
        progress: called with files done and files in all.
        cancelled: asked between files.

    Raises:
        NothingToRead: the path does not exist, or holds no file.
        Cancelled: `cancelled` said so.
    """
    files = _files(path)
    headers: list[_Header] = []
    skipped: list[Skipped] = []
    for number, file in enumerate(files, start=1):
        if cancelled():
            raise Cancelled
        try:
            headers.append(_read_header(file))
        except UnfitFile as unfit:
            skipped.append(Skipped(file, str(unfit)))
        progress(number, len(files))
    return Scan(_stacks(headers), tuple(skipped))


def scan_for_images(
    path: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Scan:
    """Like `scan`, for a caller who needs at least one series.

    Raises:
        NothingToRead: there is no image under the path; the sentence says why the files were left out.
    """
    found = scan(path, progress, cancelled)
    if not found.series:
        first = found.skipped[0]
        raise NothingToRead(
            f"No CT image can be read at {path}: {len(found.skipped)} file(s) left out, the first being "
            f"{first.path.name} ({first.reason}); choose the folder that holds the CT's DICOM files."
        )
    return found


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.exists():
        raise NothingToRead(f"There is nothing at {path}: check the path, and that the disc or stick is connected.")
    if not path.is_dir():
        raise NothingToRead(
            f"{path} is neither a folder nor a file: choose the folder that holds the CT's DICOM files."
        )
    # Regular files only: reading from a pipe or a device would wait for ever.
    files = [item for parent, _, names in os.walk(path) for name in names if (item := Path(parent) / name).is_file()]
    if not files:
        raise NothingToRead(f"The folder {path} is empty: choose the folder that holds the CT's DICOM files.")
    return sorted(files)


def _read_header(path: Path) -> _Header:
    try:
        with path.open("rb") as stream:
            dataset = dcmread(stream, stop_before_pixels=True, specific_tags=_TAGS)
            remaining = os.fstat(stream.fileno()).st_size - stream.tell()
    except InvalidDicomError:
        raise UnfitFile("not a DICOM file") from None
    except OSError as error:
        raise UnfitFile(f"cannot be opened ({error.strerror or error})") from None
    except Exception as error:  # pydicom raises many kinds on damaged files; each costs this one file only
        raise UnfitFile(f"the header is damaged ({error})") from None
    try:
        return _checked(path, dataset, remaining)
    except UnfitFile:
        raise
    except Exception as error:  # a value that is not of its kind shows only when it is read
        raise UnfitFile(f"the header is damaged ({error})") from None


def _checked(path: Path, dataset: Dataset, remaining: int) -> _Header:
    if "DirectoryRecordSequence" in dataset or _text(dataset.file_meta, "MediaStorageSOPClassUID").startswith(
        "1.2.840.10008.1.3.10"
    ):
        raise UnfitFile("a DICOMDIR, the disc's table of contents; the images are read from their own files")
    for name in ("Rows", "Columns"):
        if not dataset.get(name):
            raise UnfitFile(f"not an image ({_what(dataset)})")
    if int(dataset.get("NumberOfFrames") or 1) > 1:
        raise UnfitFile("a multi-frame image, which this version cannot read; export it as single slices")
    if int(dataset.get("SamplesPerPixel") or 1) != 1:
        raise UnfitFile(f"a colour picture ({_what(dataset)}), not CT values")
    for name in ("SOPInstanceUID", "SeriesInstanceUID"):
        if not dataset.get(name):
            raise UnfitFile(f"{name} is missing, so the slice belongs to no series")
    for name, count in (("ImagePositionPatient", 3), ("ImageOrientationPatient", 6), ("PixelSpacing", 2)):
        values = dataset.get(name)
        if values is None or len(values) != count or not np.isfinite([float(x) for x in values]).all():
            raise UnfitFile(f"{name} is missing or wrong, so the slice has no place in the patient")
    if min(float(x) for x in dataset.PixelSpacing) <= 0:
        raise UnfitFile("PixelSpacing is not above zero, so nothing can be measured")
    across, down = np.array([float(x) for x in dataset.ImageOrientationPatient]).reshape(2, 3)
    if not (0.99 < np.linalg.norm(across) < 1.01 and 0.99 < np.linalg.norm(down) < 1.01) or abs(across @ down) > 0.01:
        raise UnfitFile("ImageOrientationPatient is not two directions at a right angle")
    syntax = UID(_text(dataset.file_meta, "TransferSyntaxUID"))
    expected = int(dataset.Rows) * int(dataset.Columns) * int(dataset.BitsAllocated) // 8
    if not syntax.is_compressed and remaining < expected:
        raise UnfitFile(f"cut off: {expected} bytes of pixels expected, {remaining} found; copy the file again")
    x, y, z = (float(value) for value in dataset.ImagePositionPatient)
    return _Header(SliceFile(path, str(dataset.SOPInstanceUID), (x, y, z)), dataset, str(syntax))


def _stacks(headers: list[_Header]) -> tuple[Series, ...]:
    groups: dict[tuple[object, ...], list[_Header]] = defaultdict(list)
    for header in headers:
        groups[header.stack_key].append(header)
    stacks_of: dict[str, int] = defaultdict(int)
    series = []
    # The largest stack of a series comes first, so that the plain UID names it; the key settles ties.
    for _, members in sorted(groups.items(), key=lambda item: (str(item[0][0]), -len(item[1]), str(item[0]))):
        uid = str(members[0].dataset.SeriesInstanceUID)
        stacks_of[uid] += 1
        series.append(_series(members, stacks_of[uid]))
    return tuple(series)


def _series(members: list[_Header], stack: int) -> Series:
    first = min(members, key=lambda header: header.file.sop_instance_uid).dataset
    cosines = [float(x) for x in first.ImageOrientationPatient]
    across, down = _vector(cosines[:3]), _vector(cosines[3:])
    normal = stack_normal(across, down)
    # A copied file counts once; the same UID at another place is another slice, and a question for the checks.
    files = {(header.file.sop_instance_uid, header.file.origin): header.file for header in members}.values()
    thicknesses = [value for header in members if (value := _positive(header.dataset, "SliceThickness")) is not None]
    row_mm, column_mm = (float(x) for x in first.PixelSpacing)
    return Series(
        series_instance_uid=str(first.SeriesInstanceUID),
        stack=stack,
        study_instance_uid=_text(first, "StudyInstanceUID"),
        frame_of_reference_uid=_text(first, "FrameOfReferenceUID"),
        description=_text(first, "SeriesDescription"),
        modality=_text(first, "Modality"),
        localizer="LOCALIZER" in _values(first, "ImageType"),
        rows=int(first.Rows),
        columns=int(first.Columns),
        row_mm=row_mm,
        column_mm=column_mm,
        across=across,
        down=down,
        slice_thickness_mm=max(thicknesses, default=None),
        kernel=" ".join(_values(first, "ConvolutionKernel")),
        contrast=bool(_text(first, "ContrastBolusAgent")) if "ContrastBolusAgent" in first else None,
        transfer_syntaxes=tuple(sorted({header.transfer_syntax for header in members})),
        slices=tuple(sorted(files, key=lambda file: (float(normal @ file.origin), file.sop_instance_uid))),
    )


def _positive(dataset: Dataset, name: str) -> float | None:
    """A number above zero, or None where the attribute holds anything else."""
    try:
        value = float(_text(dataset, name))
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


def _vector(values: list[float]) -> Vector:
    return values[0], values[1], values[2]


def _values(dataset: Dataset, name: str) -> list[str]:
    value: Any = dataset.get(name)
    if value is None:
        return []
    return [str(value)] if isinstance(value, str) or not hasattr(value, "__iter__") else [str(x) for x in value]


def _text(dataset: Dataset, name: str) -> str:
    value: Any = dataset.get(name)
    return "" if value is None else str(value).strip()


def _what(dataset: Dataset) -> str:
    uid = _text(dataset, "SOPClassUID") or _text(dataset.file_meta, "MediaStorageSOPClassUID")
    return UID(uid).name if uid else "kind unknown"
