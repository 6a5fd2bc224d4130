"""Where good viewers fail (themes and threads as users reported them), each written as files and read here.

One row a theme; what belongs to the window is tested with the window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import SecondaryCaptureImageStorage

from desktop.imaging.eligibility import check_range, check_series, check_volume
from desktop.imaging.pixels import AIR_HU
from desktop.imaging.scan import scan
from desktop.imaging.series import Scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load
from desktop.reading.run import longest_run

TILT_DEG = 18.5


@dataclass
class Kit:
    """What a row has at hand."""

    folder: Path
    head: np.ndarray
    write_stack: Callable[..., list[Path]]
    write_slice: Callable[..., Path]

    def read(self) -> tuple[Scan, Volume]:
        found = scan(Source.open(self.folder))
        return found, load(found.series[0])

    def rows(self, files: list[Path], change: Callable[[int, Any], None]) -> None:
        for number, file in enumerate(files):
            dataset = dcmread(file)
            change(number, dataset)
            dataset.save_as(file)


def failures(*checks: Any) -> dict[str, str]:
    return {check.name: str(check.message) for group in checks for check in group if check.status == "fail"}


def gantry_tilt(kit: Kit) -> None:
    """cornerstone3D #227, Weasis #715, dcm2niix #253, TotalSegmentator #610: the tag errs, or there is none."""
    angle = np.radians(TILT_DEG)
    shift = np.array([[0, -np.tan(angle) * 3 * n, 0] for n in range(len(kit.head))])
    for name, tag in (("a", -TILT_DEG), ("b", 0.0), ("c", None)):
        kit.write_stack(
            kit.folder / name, kit.head, shift=shift, GantryDetectorTilt=tag, SeriesInstanceUID=f"1.2.{ord(name)}"
        )
    for series in scan(Source.open(kit.folder)).series:
        assert series.geometry.gantry_tilt_deg == pytest.approx(TILT_DEG, abs=0.01)
        assert not failures(check_series(series))


def missing_slice(kit: Kit) -> None:
    """Slicer #4005 #951: a hole is drawn shut and two slices become neighbours."""
    kit.write_stack(kit.folder, kit.head)[3].unlink()
    _, volume = kit.read()
    spacing = next(check for check in check_series(volume.series) if check.name == "spacing")
    assert spacing.status == "warn"
    assert "6.00 mm lie between 11.0 and 17.0 mm" in str(spacing.message)
    assert "3.00 mm apart" in str(spacing.message)
    low, high = volume.geometry.positions_mm[[0, -1]]
    assert "spacing over the range" in failures(check_range(volume, low, high, [(5, 5, 40, 40)] * len(volume.hu)))
    places = volume.geometry.positions_mm
    assert longest_run(places, [False, False, True, True, False, False, False], 3.0).slices == 1


def missing_end(kit: Kit) -> None:
    """A range that goes on where the scan does not."""
    kit.write_stack(kit.folder, kit.head)
    _, volume = kit.read()
    low, high = volume.geometry.positions_mm[[0, -1]]
    assert "range covered" in failures(check_range(volume, low - 3, high, [(5, 5, 40, 40)] * len(volume.hu)))
    assert "range covered" not in failures(check_range(volume, low, high, [(5, 5, 40, 40)] * len(volume.hu)))


def doubled_slice(kit: Kit) -> None:
    """Slicer #7496, ClearCanvas #281: a second copy, and a second picture, at one place."""
    kit.write_stack(kit.folder / "a", kit.head)
    kit.write_stack(kit.folder / "copy", kit.head[2:3], [6.0], SOPInstanceUID="9.1")
    found, volume = kit.read()
    np.testing.assert_array_equal(volume.hu, kit.head)
    assert "the same image as" in str(found.skipped[0].reason)
    kit.write_stack(kit.folder / "other", kit.head[2:3] + 5, [6.0], SOPInstanceUID="9.2")
    _, volume = kit.read()
    assert "11.0 mm" in failures(check_series(volume.series))["doubled slices"]
    assert longest_run(volume.geometry.positions_mm, [n in (2, 3) for n in range(9)], 3.0).slices == 1


def uneven_spacing(kit: Kit) -> None:
    """Slicer #951: 3 mm at the base, 5 mm above it."""
    kit.write_stack(kit.folder, kit.head, [0, 3, 6, 9, 12, 17, 22, 27])
    _, volume = kit.read()
    low, middle, high = volume.geometry.positions_mm[[0, 4, 7]]
    assert (
        not {"spacing over the range", "thickness over the range"}
        & failures(check_range(volume, low, middle, [(5, 5, 40, 40)] * 5)).keys()
    )
    assert "spacing over the range" in failures(check_range(volume, low, high, [(5, 5, 40, 40)] * len(volume.hu)))
    assert "thickness over the range" in failures(check_range(volume, middle, high, [(5, 5, 40, 40)] * 4))


def localizers(kit: Kit) -> None:
    """vtk-dicom #98, Slicer #1007: a scout and screen shots in the same series."""
    kit.write_stack(kit.folder / "a", kit.head)
    kit.write_slice(
        kit.folder / "scout", kit.head[0], 90, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"],
        ImageOrientationPatient=[0, 1, 0, 0, 0, -1],
    )  # fmt: skip
    kit.write_slice(kit.folder / "dose", kit.head[0], 91, SOPClassUID=SecondaryCaptureImageStorage)
    kit.write_slice(kit.folder / "unplaced", kit.head[0], 92, ImagePositionPatient=None)
    found, volume = kit.read()
    np.testing.assert_array_equal(volume.hu, kit.head)
    assert [(len(series.slices), series.localizer) for series in found.series] == [(8, False), (1, True)]
    assert "localizer" in failures(check_series(found.series[1]))["modality"]
    reasons = {Path(item.shown).name: str(item.reason) for item in found.skipped}
    assert "secondary capture" in reasons["dose"]
    assert "ImagePositionPatient is missing" in reasons["unplaced"]


def order_of_names(kit: Kit) -> None:
    """Slicer #7730, OHIF #2346, dwv #560: names, instance numbers and slice locations all say something else."""
    files = kit.write_stack(
        kit.folder, kit.head, InstanceNumber=[3, 1, 4, 1, 5, 9, 2, 6], SliceLocation=[8, 7, 6, 5, 4, 3, 2, 1]
    )
    for file, name in zip(files, "hgfedcba", strict=True):
        file.rename(file.with_name(name))
    np.testing.assert_array_equal(kit.read()[1].hu, kit.head)


def mirrored(kit: Kit) -> None:
    """Horos #380, mriviewer PR 250: rows and columns from the other side are the same head."""
    kit.write_stack(kit.folder / "a", kit.head, SeriesInstanceUID="1.1")
    turned = kit.head[:, ::-1, ::-1]
    kit.write_stack(kit.folder / "b", turned, across=(-1, 0, 0), down=(0, -1, 0), SeriesInstanceUID="1.2")
    for series in scan(Source.open(kit.folder)).series:
        volume = load(series)
        np.testing.assert_array_equal(volume.hu, kit.head)
        assert volume.geometry.across == (1, 0, 0)


def rescale_of_each_slice(kit: Kit) -> None:
    """OHIF #4289, Weasis #771 #858: slope and intercept change from slice to slice, as in PET/CT exports."""
    files = kit.write_stack(kit.folder, kit.head)

    def change(number: int, dataset: Any) -> None:
        values = dataset.pixel_array + 1024 + 10 * number
        dataset.RescaleIntercept = -1024 - 10 * number
        dataset.PixelData = values.astype("<i2").tobytes()

    kit.rows(files, change)
    np.testing.assert_array_equal(kit.read()[1].hu, kit.head)


def padding(kit: Kit) -> None:
    """cornerstone3D #1397: what lies outside the field of view is no tissue of -3000 HU."""
    files = kit.write_stack(kit.folder, kit.head, PixelPaddingValue=-2000, RescaleIntercept=-1000)

    def change(number: int, dataset: Any) -> None:
        values = dataset.pixel_array + 1000
        values[:6] = -2000
        dataset.PixelData = values.astype("<i2").tobytes()

    kit.rows(files, change)
    volume = kit.read()[1]
    assert (volume.hu[:, :6] == AIR_HU).all()
    np.testing.assert_array_equal(volume.hu[:, 6:], kit.head[:, 6:])


def one_bad_file(kit: Kit) -> None:
    """Weasis #810, InVesalius #119, Horos #286: one damaged file and the study is gone."""
    files = kit.write_stack(kit.folder, kit.head)
    files[7].write_bytes(files[7].read_bytes()[:-200])
    (kit.folder / "notes.txt").write_text("hello")
    (kit.folder / "empty.dcm").touch()
    (kit.folder / "half").write_bytes(files[0].read_bytes()[:300])
    found, volume = kit.read()
    np.testing.assert_array_equal(volume.hu, kit.head[:7])
    assert len(found.skipped) == 4
    assert all(str(item.reason) for item in found.skipped)


ROWS = [
    gantry_tilt, missing_slice, missing_end, doubled_slice, uneven_spacing, localizers, order_of_names, mirrored,
    rescale_of_each_slice, padding, one_bad_file,
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_what_others_get_wrong(row, head, write_stack, write_slice, tmp_path):
    row(Kit(tmp_path, head, write_stack, write_slice))


WRONG_VALUES = {
    "no intercept": lambda dataset: setattr(dataset, "RescaleIntercept", dataset.RescaleIntercept + 1024),
    "the intercept twice": lambda dataset: setattr(dataset, "RescaleIntercept", dataset.RescaleIntercept - 1024),
    "twice the slope": lambda dataset: setattr(dataset, "RescaleSlope", 2),
    "half the slope": lambda dataset: setattr(dataset, "RescaleSlope", 0.5),
}


@pytest.mark.parametrize("fault", WRONG_VALUES)
def test_values_that_are_no_hounsfield_units_fail(study, tmp_path, fault):
    """OHIF #4289: 1024 too much everywhere, and nobody is told."""
    for file in study.iterdir():
        dataset = dcmread(file)
        WRONG_VALUES[fault](dataset)
        dataset.save_as(tmp_path / file.name)
    volume = load(scan(Source.open(tmp_path)).series[0])
    assert "HU" in failures(check_volume(volume))
    sound = load(scan(Source.open(study)).series[0])
    assert not failures(check_volume(sound), check_series(sound.series))
