"""Files to series: order, splitting, what is left out and why."""

import os
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import MRImageStorage

from desktop.errors import Cancelled
from desktop.imaging.eligibility import check_series
from desktop.imaging.pixels import AIR_HU
from desktop.imaging.scan import NothingToRead, scan, scan_for_images
from desktop.imaging.sources import Source
from desktop.imaging.volume import UnreadableSeries, load
from desktop.work import Work

PIXELS = np.arange(48, dtype=np.int16).reshape(6, 8)


def failed(series):
    return {check.name for check in check_series(series) if check.status == "fail"}


def test_order_comes_from_position_not_from_names_or_instance_numbers(tmp_path, write_slice):
    for number, name in ((4, "a"), (1, "b.txt"), (3, "sub/c"), (2, "zz.dcm")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_slice(tmp_path / name, PIXELS + number, number, InstanceNumber=9 - number)
    found = scan(Source.open(tmp_path))
    assert not found.skipped
    (series,) = found.series
    np.testing.assert_allclose(series.geometry.positions_mm, [3, 6, 9, 12])
    assert load(series).hu[:, 0, 0].tolist() == [1, 2, 3, 4]
    assert not failed(series)


def test_a_stack_stored_upside_down_is_shown_upright(tmp_path, write_slice):
    """Anterior at the bottom and the patient's left on the left in the file; turned on load."""
    for number in (1, 2, 3):
        write_slice(tmp_path / str(number), PIXELS, number, ImageOrientationPatient=[-1, 0, 0, 0, -1, 0])
    volume = load(scan(Source.open(tmp_path)).series[0])
    assert volume.hu[0].tolist() == PIXELS[::-1, ::-1].tolist()
    assert volume.geometry.across == (1, 0, 0)
    assert volume.rectangle_to_stored(volume.rectangle_to_standard((1, 2, 3, 2))) == (1, 2, 3, 2)


def test_one_bad_file_never_loses_the_series(tmp_path, write_slice):
    for number in range(1, 6):
        write_slice(tmp_path / f"{number}.dcm", PIXELS, number)
    half = (tmp_path / "3.dcm").read_bytes()
    (tmp_path / "3.dcm").write_bytes(half[: len(half) - PIXELS.size])
    (tmp_path / "notes.dcm").write_text("not DICOM at all")
    (tmp_path / "empty.dcm").touch()
    write_slice(tmp_path / "unplaced.dcm", PIXELS, 9, ImagePositionPatient=None)
    write_slice(tmp_path / "skewed.dcm", PIXELS, 10, ImageOrientationPatient=[1, 0, 0, 1, 0, 0])
    write_slice(tmp_path / "flat.dcm", PIXELS, 11, PixelSpacing=[0, 0.5])
    found = scan(Source.open(tmp_path))
    (series,) = found.series
    assert len(series.slices) == 4
    reasons = {Path(item.shown).name: str(item.reason) for item in found.skipped}
    assert reasons.keys() == {"3.dcm", "notes.dcm", "empty.dcm", "unplaced.dcm", "skewed.dcm", "flat.dcm"}
    assert "cut off" in reasons["3.dcm"]
    assert reasons["notes.dcm"] == "not a DICOM file"
    assert "ImagePositionPatient" in reasons["unplaced.dcm"]
    assert failed(series) == {"spacing"}, "the hole the bad file leaves is seen"
    (spacing,) = (check for check in check_series(series) if check.name == "spacing")
    assert "6.00 mm lie between 6.0 and 12.0 mm" in str(spacing.message)


def test_different_stacks_in_one_series_are_split(tmp_path, write_slice):
    for number in range(1, 5):
        write_slice(tmp_path / f"a{number}", PIXELS, number)
    for number in range(5, 8):
        write_slice(tmp_path / f"b{number}", PIXELS, number, ConvolutionKernel="BONE")
    write_slice(tmp_path / "scout", PIXELS, 9, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    series = scan(Source.open(tmp_path)).series
    assert [(len(item.slices), item.stack) for item in series] == [(4, 1), (3, 2), (1, 3)]
    assert series[1].name.endswith(":2")
    assert "modality" in failed(series[2])


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"Modality": "MR", "SOPClassUID": MRImageStorage}, "modality"),
        ({"ImageOrientationPatient": [1, 0, 0, 0, 0, -1]}, "axial"),
        ({"SliceThickness": 5.0}, "slice thickness"),
    ],
)
def test_what_is_not_suitable_is_said(tmp_path, write_slice, attributes, expected):
    for number in range(1, 6):
        place = {} if expected != "axial" else {"ImagePositionPatient": [0, 3 * number, 0]}
        write_slice(tmp_path / str(number), PIXELS, number, **attributes, **place)
    (series,) = scan(Source.open(tmp_path)).series
    assert failed(series) == {expected}


def test_hounsfield_units_follow_each_slices_rescale_and_leave_padding_out(tmp_path, write_slice):
    raw = np.full((6, 8), 1024)
    raw[0, 0] = 0
    write_slice(
        tmp_path / "1", raw, 1, PixelRepresentation=0, RescaleIntercept=-1024, RescaleSlope=1, PixelPaddingValue=0
    )
    write_slice(tmp_path / "2", raw, 2, PixelRepresentation=0, RescaleIntercept=-1000, RescaleSlope=2)
    write_slice(tmp_path / "3", raw, 3, PixelRepresentation=0, RescaleIntercept=-1024, RescaleSlope=1.5)
    volume = load(scan(Source.open(tmp_path)).series[0])
    assert volume.hu.dtype == np.float32
    assert volume.hu[:, 1, 1].tolist() == [0, 1048, 512]
    assert volume.hu[0, 0, 0] == AIR_HU


def test_a_slice_that_does_not_decode_costs_itself_only(tmp_path, write_slice):
    for number in (1, 2, 3):
        write_slice(tmp_path / str(number), PIXELS, number)
    dataset = dcmread(tmp_path / "2")
    dataset.compress("1.2.840.10008.1.2.5")  # RLE
    dataset.PixelData = dataset.PixelData[:40]
    dataset.save_as(tmp_path / "2")
    volume = load(scan(Source.open(tmp_path)).series[0])
    assert len(volume.hu) == len(volume.series.slices) == 2
    assert [Path(item.shown).name for item in volume.skipped] == ["2"]
    for number in (1, 3):
        (tmp_path / str(number)).unlink()
    with pytest.raises(UnreadableSeries, match="None of the 1 slices"):
        load(scan(Source.open(tmp_path)).series[0])


@pytest.mark.parametrize(
    "attributes",
    [
        {"RescaleSlope": None},
        {"RescaleIntercept": None},
        {"RescaleSlope": "0"},
        {"RescaleIntercept": "NaN"},
        {"RescaleSlope": "inf"},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::UserWarning")  # pydicom remarks on such values when they are written
def test_values_that_are_no_hounsfield_units_are_not_taken_for_some(tmp_path, write_slice, attributes):
    """They gave NaN, or HU off by 1024, and a verdict."""
    for number in (1, 2, 3):
        write_slice(tmp_path / str(number), PIXELS, number, **attributes)
    found = scan(Source.open(tmp_path))
    assert not found.series
    assert all("Rescale" in str(item.reason) for item in found.skipped)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_window_in_words_does_not_prevent_reading(tmp_path, write_slice):
    """It ended in a traceback."""
    for number in (1, 2, 3):
        path = write_slice(tmp_path / str(number), PIXELS, number, WindowCenter="77", WindowWidth="400")
        path.write_bytes(path.read_bytes().replace(b"77", b"ab", 1))
    volume = load(scan(Source.open(tmp_path)).series[0])
    assert volume.series.window is None
    assert len(volume.hu) == 3


def test_slices_shifted_sideways_fail_and_a_tilt_does_not(tmp_path, write_slice):
    """One ROI over shifted slices covers different places: it gave a verdict with every check passed."""
    for number in range(1, 7):
        write_slice(tmp_path / str(number), PIXELS, number, ImagePositionPatient=[0, 0.3 * number, 3 * number])
    assert failed(scan(Source.open(tmp_path)).series[0]) == set()
    for number in range(4, 7):
        write_slice(tmp_path / str(number), PIXELS, number, ImagePositionPatient=[40, 0.3 * number, 3 * number])
    assert failed(scan(Source.open(tmp_path)).series[0]) == {"alignment", "sideways shear"}


def test_frames_of_reference_are_not_mixed(tmp_path, write_slice):
    for number in range(1, 7):
        write_slice(tmp_path / str(number), PIXELS, number, FrameOfReferenceUID=f"1.2.{number // 4}")
    assert [len(series.slices) for series in scan(Source.open(tmp_path)).series] == [3, 3]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_thickness_is_the_largest_stated_and_nonsense_is_none(tmp_path, write_slice):
    for number, thickness in enumerate(("1", "5", "NaN", "-3"), start=1):
        write_slice(tmp_path / str(number), PIXELS, number, SliceThickness=thickness)
    assert scan(Source.open(tmp_path)).series[0].slice_thickness_mm == 5


def test_one_uid_at_several_places_loses_no_slice(tmp_path, write_slice):
    for number in range(1, 5):
        write_slice(tmp_path / str(number), PIXELS, number, SOPInstanceUID="1.2.3")
    assert len(scan(Source.open(tmp_path)).series[0].slices) == 4


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_among_the_files_is_not_waited_for(tmp_path, write_slice):
    for number in (1, 2, 3):
        write_slice(tmp_path / str(number), PIXELS, number)
    os.mkfifo(tmp_path / "pipe")
    assert len(scan(Source.open(tmp_path)).series[0].slices) == 3
    with pytest.raises(NothingToRead, match="neither a folder nor a file"):
        scan(Source.open(tmp_path / "pipe"))


def test_nothing_to_read_is_one_sentence(tmp_path, write_slice):
    with pytest.raises(NothingToRead, match="is empty"):
        scan(Source.open(tmp_path))
    with pytest.raises(NothingToRead, match="There is nothing at"):
        scan(Source.open(tmp_path / "absent"))
    (tmp_path / "readme.dcm").write_text("text")
    with pytest.raises(NothingToRead, match=r"readme.dcm was left out \(not a DICOM file\)"):
        scan_for_images(Source.open(tmp_path))


def test_scanning_reports_progress_and_stops_when_told(tmp_path, write_slice):
    for number in (1, 2, 3):
        write_slice(tmp_path / str(number), PIXELS, number)
    steps = []
    scan(Source.open(tmp_path), Work(lambda done, total: steps.append((done, total))))
    assert steps == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(Cancelled):
        scan(Source.open(tmp_path), work=Work(stop=lambda: True))
    with pytest.raises(Cancelled):
        load(scan(Source.open(tmp_path)).series[0], work=Work(stop=lambda: True))
