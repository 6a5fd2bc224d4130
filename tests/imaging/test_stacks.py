"""What makes one stack, and what stands twice."""

import numpy as np
import pytest

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
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
    assert all("the same picture as" in item.reason for item in found.skipped)
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
