"""Enhanced CT: one file, many frames, each with its own place."""

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGLSLossless

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load


def test_frames_are_slices_in_order_of_position(write_enhanced, head, tmp_path):
    write_enhanced(tmp_path / "multi", head, order=[3, 0, 7, 1, 6, 2, 5, 4])
    (series,) = scan(Source.open(tmp_path / "multi")).series
    volume = load(series)
    np.testing.assert_array_equal(volume.hu, head)
    np.testing.assert_allclose(np.diff(volume.geometry.positions_mm), 3)
    assert series.slice_thickness_mm == 3


def test_each_frame_has_its_own_rescale(write_enhanced, head, tmp_path):
    path = write_enhanced(tmp_path / "multi", head)
    dataset = dcmread(path)
    groups = dataset.PerFrameFunctionalGroupsSequence
    groups[2].PixelValueTransformationSequence[0].RescaleIntercept = "-1000"
    dataset.save_as(path)
    volume = load(scan(Source.open(path)).series[0])
    np.testing.assert_array_equal(volume.hu[2], head[2] - 1000)
    np.testing.assert_array_equal(volume.hu[3], head[3])


def test_compressed_frames(write_enhanced, head, tmp_path):
    imagecodecs = pytest.importorskip("imagecodecs")
    path = write_enhanced(tmp_path / "multi", head)
    dataset = dcmread(path)
    frames = [imagecodecs.jpegls_encode((values - values.min()).astype(np.uint16)) for values in head]
    for group, values in zip(dataset.PerFrameFunctionalGroupsSequence, head, strict=True):
        group.PixelValueTransformationSequence[0].RescaleIntercept = str(int(values.min()))
    dataset.PixelRepresentation = 0
    dataset.file_meta.TransferSyntaxUID = JPEGLSLossless
    for offsets in (True, False):  # with a basic offset table and without
        dataset.PixelData = encapsulate(frames, has_bot=offsets)
        dataset["PixelData"].VR = "OB"
        dataset.save_as(path)
        np.testing.assert_array_equal(load(scan(Source.open(path)).series[0]).hu, head)


def test_frames_that_do_not_agree_with_their_description_are_refused(write_enhanced, head, tmp_path):
    path = write_enhanced(tmp_path / "multi", head, NumberOfFrames=9)
    found = scan(Source.open(path))
    assert not found.series
    assert "9 frames are stated and 8 described" in found.skipped[0].reason


def test_a_frame_beyond_the_end_of_the_file_is_refused(write_enhanced, head, tmp_path):
    path = write_enhanced(tmp_path / "multi", head)
    path.write_bytes(path.read_bytes()[:-100])
    assert "cut off" in scan(Source.open(path)).skipped[0].reason
