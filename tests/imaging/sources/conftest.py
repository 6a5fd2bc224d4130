"""Discs, DICOMDIRs and a temporary folder of their own for the tests of sources."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, Sequence, config
from pydicom.dataelem import DataElement
from pydicom.dataset import FileMetaDataset
from pydicom.fileset import FileSet
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage

SLICES = 4


@pytest.fixture(autouse=True)
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder, empty at first."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def disc(tmp_path: Path, write_slice: Callable[..., Path]) -> Path:
    """A disc of four slices with its DICOMDIR, as pydicom writes it."""
    plain = tmp_path / "plain"
    plain.mkdir()
    files = FileSet()
    names = {"PatientID": "1", "PatientName": "A", "StudyDate": "20260101", "StudyTime": "0101", "StudyID": "1"}
    for number in range(1, SLICES + 1):
        path = plain / f"{number}.dcm"
        write_slice(path, np.zeros((8, 8)), number, SeriesNumber=1, InstanceNumber=number, **names)
        files.add(path)
    folder = tmp_path / "disc"
    files.write(folder)
    files._stage["t"].cleanup()  # or pydicom's own temporary folder warns when it is collected
    return folder


@pytest.fixture
def write_table() -> Callable[..., Path]:
    """A function that writes a DICOMDIR of unlinked records that name the given File IDs."""
    return _write_table


def _write_table(path: Path, *identifiers: bytes) -> Path:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    records = []
    for identifier in identifiers:
        record = Dataset()
        record.OffsetOfTheNextDirectoryRecord = 0
        record.DirectoryRecordType = "IMAGE"
        text = identifier.decode("latin-1")
        record[0x00041500] = DataElement(0x00041500, "CS", text, validation_mode=config.IGNORE)
        records.append(record)
    dataset.DirectoryRecordSequence = Sequence(records)
    dataset.save_as(path, enforce_file_format=True)
    return path
