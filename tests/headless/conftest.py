"""Lists of cases: one phantom under many keys, some of them broken."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import dcmread

from desktop.imaging.volume import Volume
from desktop.phantoms import Phantom
from training.cohort.phantoms import reading_of

MARGIN_MM = 15.0


@pytest.fixture(scope="session")
def small(volume: Volume, phantom: Phantom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The phantom's slices around its range, and its reading; read only. Half of the study is read in half the time."""
    folder = tmp_path_factory.mktemp("small")
    low, high = phantom.truth.range_mm
    (folder / "series").mkdir()
    for item, position in zip(volume.series.slices, volume.geometry.positions_mm, strict=True):
        if low - MARGIN_MM <= position <= high + MARGIN_MM:
            shutil.copy(item.path, folder / "series")
    reading_of(phantom).save(folder / "reading.json")
    return folder


@pytest.fixture
def listed(small: Path, tmp_path: Path, write_slice: Callable[..., Path]) -> Callable[..., Path]:
    """A function that writes a list of so many cases, the last three broken: a damaged series, a folder that is not
    there, and a stack that is no axial CT."""

    def write(count: int, broken: bool = True) -> Path:
        rows = [(f"C{number:02d}", small / "series", small / "reading.json") for number in range(1, count + 1)]
        if broken:
            rows[-3:] = [
                ("damaged", _damaged(small, tmp_path / "damaged"), small / "reading.json"),
                ("gone", tmp_path / "gone", small / "reading.json"),
                ("unfit", _sagittal(small, tmp_path / "unfit"), tmp_path / "unfit.json"),
            ]
        lines = [f"{key},P{key},{series},{reading}" for key, series, reading in rows]
        table = tmp_path / "cases.csv"
        table.write_text("\n".join(["case,patient,series,reading", *lines]))
        return table

    return write


def _damaged(small: Path, folder: Path) -> Path:
    """Every file ends in the middle of its header."""
    folder.mkdir(exist_ok=True)
    for path in (small / "series").iterdir():
        (folder / path.name).write_bytes(path.read_bytes()[:700])
    return folder


def _sagittal(small: Path, folder: Path) -> Path:
    """The slices as a stack of another direction, with a reading of it."""
    folder.mkdir(exist_ok=True)
    for number, path in enumerate(sorted((small / "series").iterdir())):
        dataset = dcmread(path)
        dataset.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]
        dataset.ImagePositionPatient = [3 * number, -100, 100]
        dataset.save_as(folder / path.name)
    reading = json.loads((small / "reading.json").read_text())
    reading |= {"slice_labels": [], "range_mm": [0, 12]}
    folder.with_suffix(".json").write_text(json.dumps(reading))
    return folder
