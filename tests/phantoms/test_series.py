"""Phantoms as DICOM: what is read back is what was drawn, and the validator has nothing to say."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest

from desktop.phantoms import draw_phantom, write_series
from desktop.phantoms.acquisition import SCANNERS
from desktop.phantoms.series_files import slice_dataset


def seed_of(vendor: str) -> int:
    """First seed from that vendor's scanner."""
    return next(seed for seed in range(300, 400) if draw_phantom(seed).acquisition.vendor == vendor)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[Path]]:
    """Seed and files of one whole series with few slices."""
    seed = next(seed for seed in range(400, 480) if draw_phantom(seed).acquisition.slice_count <= 24)
    return seed, write_series(draw_phantom(seed), tmp_path_factory.mktemp("series") / "new" / "folder")


def test_read_back(written: tuple[int, list[Path]]) -> None:
    seed, files = written
    phantom = draw_phantom(seed)
    datasets = [pydicom.dcmread(f) for f in files]
    assert len(datasets) == phantom.acquisition.slice_count
    orientation = np.asarray(datasets[0].ImageOrientationPatient, dtype=float)
    normal = np.cross(orientation[:3], orientation[3:])
    positions = [float(np.asarray(ds.ImagePositionPatient, dtype=float) @ normal) for ds in datasets]
    assert np.allclose(positions, phantom.positions_mm, atol=1e-3)
    index = len(files) // 2
    ds = datasets[index]
    stored = ds.pixel_array.astype(float)
    hu = stored * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
    inside = stored != ds.get("PixelPaddingValue", 1 << 20)
    assert inside.mean() > 0.7
    assert np.abs(hu - phantom.hu(slice(index, index + 1))[0])[inside].max() <= 0.5
    assert len({ds.SOPInstanceUID for ds in datasets}) == len(files)
    assert len({ds.SeriesInstanceUID for ds in datasets}) == 1
    assert sorted(int(ds.InstanceNumber) for ds in datasets) == list(range(1, len(files) + 1))
    assert ds.PatientID == f"PHANTOM-{seed}"
    assert "not a patient" in ds.SeriesDescription


def test_same_seed_same_bytes(written: tuple[int, list[Path]], tmp_path: Path) -> None:
    seed, files = written
    phantom = draw_phantom(seed)
    again = tmp_path / "again.dcm"
    slice_dataset(phantom, 3, phantom.hu(slice(3, 4))[0]).save_as(again, enforce_file_format=True)
    assert again.read_bytes() == files[3].read_bytes()


@pytest.mark.parametrize("vendor", [s.vendor for s in SCANNERS])
def test_validator(vendor: str, tmp_path: Path) -> None:
    tool = shutil.which("dciodvfy")
    if tool is None:
        pytest.skip("dciodvfy (dicom3tools) is not installed")
    phantom = draw_phantom(seed_of(vendor))
    path = tmp_path / "one.dcm"
    slice_dataset(phantom, 0, phantom.hu(slice(0, 1))[0]).save_as(path, enforce_file_format=True)
    done = subprocess.run([tool, str(path)], capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).splitlines()
    assert "CTImage" in said
    assert [line for line in said if line.startswith(("Error", "Warning"))] == []
