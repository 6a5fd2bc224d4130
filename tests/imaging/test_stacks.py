"""What makes one stack, and what stands twice."""

from dataclasses import replace

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import RLELossless

from desktop.imaging.headers import read_headers
from desktop.imaging.scan import scan
from desktop.imaging.sources import Candidate, Source
from desktop.imaging.stacks import stacks_of
from desktop.imaging.volume import load

DISTINCT = {
    "orientation": {"across": (1.0, 0.0, 0.0), "down": (0.0, 0.9998, 0.02)},
    "kernel": {"ConvolutionKernel": "BONE"},
    "image type": {"ImageType": ["DERIVED", "SECONDARY", "MPR"]},
    "spacing": {"PixelSpacing": [0.6, 0.6]},
    "frame of reference": {"FrameOfReferenceUID": "1.2.99"},
    "unit": {"RescaleType": "US"},
}


def lengths(folder):
    return [len(series.slices) for series in scan(Source.open(folder)).series]


@pytest.mark.parametrize("what", DISTINCT)
def test_a_series_is_split_by_what_makes_a_stack(write_stack, head, tmp_path, what):
    write_stack(tmp_path / "a", head)
    write_stack(tmp_path / "b", head[:5], np.arange(5) * 3 + 1.5, **DISTINCT[what])
    assert lengths(tmp_path) == [8, 5]


def test_a_series_is_split_by_size(write_stack, head, tmp_path):
    write_stack(tmp_path / "a", head)
    write_stack(tmp_path / "b", head[:5, :, :-2])
    assert lengths(tmp_path) == [8, 5]


def test_rounding_splits_nothing(write_stack, head, tmp_path):
    """Cosines that differ in the fourth digit lie on both sides of any rounding."""
    write_stack(tmp_path / "a", head[:4], across=(1.0, 0.00049, 0.0))
    write_stack(tmp_path / "b", head[4:], np.arange(4, 8) * 3, across=(1.0, 0.00051, 0.0))
    assert lengths(tmp_path) == [8]


@pytest.mark.parametrize("attribute", ["AcquisitionNumber", "TemporalPositionIdentifier", "KVP"])
def test_pictures_at_the_same_places_are_told_apart(write_stack, head, tmp_path, attribute):
    write_stack(tmp_path / "a", head, **{attribute: 1}, SOPInstanceUID=[f"1.2.1.{n}" for n in range(8)])
    write_stack(tmp_path / "b", head + 1, **{attribute: 2}, SOPInstanceUID=[f"1.2.2.{n}" for n in range(8)])
    series = scan(Source.open(tmp_path)).series
    assert [len(item.slices) for item in series] == [8, 8]
    assert {item.doubled_mm for item in series} == {()}
    np.testing.assert_array_equal(load(series[0]).hu, head)
    np.testing.assert_array_equal(load(series[1]).hu, head + 1)


def test_an_acquisition_number_for_every_slice_splits_nothing(write_stack, head, tmp_path):
    write_stack(tmp_path, head, AcquisitionNumber=list(range(1, 9)))
    assert lengths(tmp_path) == [8]


def test_copies_count_once_and_are_named(write_stack, head, tmp_path):
    write_stack(tmp_path / "a", head)
    write_stack(tmp_path / "copy", head[2:4], [6.0, 9.0], SOPInstanceUID=["9.1", "9.2"])
    found = scan(Source.open(tmp_path))
    (series,) = found.series
    assert len(series.slices) == 8
    assert not series.doubled_mm
    assert len(found.skipped) == 2
    assert all("the same image as" in str(item.reason) for item in found.skipped)
    np.testing.assert_array_equal(load(series).hu, head)


def test_a_second_reconstruction_that_nothing_tells_apart_is_said(write_stack, head, tmp_path):
    write_stack(tmp_path / "a", head)
    write_stack(tmp_path / "b", head[2:3] + 1, [6.0], SOPInstanceUID="9.1")
    (series,) = scan(Source.open(tmp_path)).series
    assert len(series.slices) == 9
    assert series.doubled_mm == pytest.approx([series.geometry.positions_mm[2]])


def test_the_same_numbers_with_another_rescale_are_another_picture(write_stack, head, tmp_path):
    write_stack(tmp_path / "a", head)
    write_stack(tmp_path / "b", head[2:3], [6.0], SOPInstanceUID="9.1", RescaleIntercept=-1024)
    assert len(scan(Source.open(tmp_path)).series[0].doubled_mm) == 1


def uids(number):
    return [f"1.2.{number}.{n}" for n in range(8)]


@pytest.mark.parametrize(
    "attributes", [{"AcquisitionNumber": 2, "AcquisitionTime": "0901"}, {"ContrastBolusAgent": "IV"}], ids=str
)
def test_two_scans_between_each_other_are_no_stack_of_half_the_spacing(write_stack, head, tmp_path, attributes):
    """Neighbours came from different scans, half of them plain, and made a run."""
    write_stack(tmp_path / "a", head, SOPInstanceUID=uids(1), AcquisitionNumber=1)
    write_stack(tmp_path / "b", head, np.arange(8) * 3 + 1.5, SOPInstanceUID=uids(2), **attributes)
    series = scan(Source.open(tmp_path)).series
    assert [len(item.slices) for item in series] == [8, 8]
    assert all(item.geometry.spacing_mm == pytest.approx(3) for item in series)


def test_blocks_of_acquisitions_one_after_the_other_are_one_stack(write_stack, head, tmp_path):
    write_stack(tmp_path, head, AcquisitionNumber=[1, 1, 1, 1, 2, 2, 2, 2])
    assert lengths(tmp_path) == [8]


def test_a_frame_of_reference_that_some_slices_do_not_state_splits_nothing(write_stack, head, tmp_path):
    write_stack(tmp_path, head, FrameOfReferenceUID=["1.2.9", None] * 4)
    (series,) = scan(Source.open(tmp_path)).series
    assert len(series.slices) == 8
    assert series.frame_of_reference_uid == "1.2.9"


def test_one_second_picture_does_not_shatter_a_series(write_stack, head, tmp_path):
    """With a time for every slice it became nine series of one slice."""
    write_stack(tmp_path / "a", head, ContentTime=[f"1200{n:02d}" for n in range(8)], SOPInstanceUID=uids(1))
    write_stack(tmp_path / "b", head[3:4] + 1, [9.0], ContentTime="130000", SOPInstanceUID="9.9")
    (series,) = scan(Source.open(tmp_path)).series
    assert len(series.slices) == 9
    assert len(series.doubled_mm) == 1


def test_a_copy_is_known_despite_rounding_and_remembered(write_stack, head, tmp_path):
    """10.005 and 10.00499 mm round to different hundredths."""
    write_stack(tmp_path / "a", head, shift=np.full((8, 3), 0.005), SOPInstanceUID=uids(1))
    write_stack(tmp_path / "b", head, shift=np.full((8, 3), 0.00499), SOPInstanceUID=uids(2))
    (series,) = scan(Source.open(tmp_path)).series
    assert len(series.slices) == 8
    assert not series.doubled_mm
    assert series.copies == tuple(uids(2))


def test_the_same_slices_compressed_and_not_are_copies(write_stack, head, tmp_path):
    write_stack(tmp_path / "a", head)
    for file in write_stack(tmp_path / "b", head):
        dataset = dcmread(file)
        dataset.compress(RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
        dataset.save_as(file)
    found = scan(Source.open(tmp_path))
    (series,) = found.series
    assert len(series.slices) == 8
    assert not any(item.form.compressed for item in series.slices)
    assert len(found.skipped) == 8


def test_positions_ascend_in_the_stacks_own_geometry(write_stack, head, tmp_path):
    """One slice's cosines off by 9e-4, far from the origin: sorted along its own normal it came between others."""
    files = write_stack(tmp_path, head, np.arange(8) * 1.25, shift=np.full((8, 3), [1200.0, 900.0, 0.0]))
    dataset = dcmread(files[4])
    dataset.ImageOrientationPatient = [1, 0, 0.0009, 0, 1, 0.0009]
    dataset.save_as(files[4])
    (series,) = scan(Source.open(tmp_path)).series
    assert np.all(np.diff(series.geometry.positions_mm) > 0)


def test_noise_does_not_turn_an_oblique_stack_over(write_stack, head, tmp_path):
    """At 45 degrees the sign of each slice's own normal hung on the last digit."""
    files = write_stack(tmp_path, head, across=(1, 0, 0), down=(0, 2**-0.5, 2**-0.5))
    for number, file in enumerate(files):
        dataset = dcmread(file)
        wobble = 1e-6 * (-1) ** number
        dataset.ImageOrientationPatient = [1, 0, 0, 0, round(2**-0.5 + wobble, 7), round(2**-0.5 - wobble, 7)]
        dataset.save_as(file)
    (series,) = scan(Source.open(tmp_path)).series
    order = [int(item.sop_instance_uid.rpartition(".")[2]) for item in series.slices]
    assert order in (sorted(order), sorted(order, reverse=True))
    assert np.all(np.diff(series.geometry.positions_mm) > 0)


def test_many_orientations_take_no_square_of_the_time(write_slice, tmp_path, at_most):
    """A thousand took nine seconds, in the square of their number."""
    found = []
    for number in range(60):
        angle = number * 0.01
        path = write_slice(
            tmp_path / f"{number}", np.zeros((4, 4)), number,
            ImageOrientationPatient=[np.cos(angle), np.sin(angle), 0, -np.sin(angle), np.cos(angle), 0],
        )  # fmt: skip
        found += read_headers(Candidate(path, path.name))[0]
    headers = [replace(one, series_instance_uid=str(n // 60), kernel=str(n // 60)) for n, one in enumerate(found * 20)]
    many = [replace(one, across=(one.across[0], one.across[1], n * 1e-9)) for n, one in enumerate(headers)]
    with at_most(5):
        series, _ = stacks_of(many, lambda a, b: False)
    assert len(series) == 1200
