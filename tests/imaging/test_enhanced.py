"""Enhanced CT: one file, many frames, each with its own place."""

import struct
from copy import deepcopy

import imagecodecs
import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGLSLossless

from desktop.imaging.frames import FrameReader
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import UnreadableSeries, load


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
    assert "9 frames are stated and 8 described" in str(found.skipped[0].reason)


def test_a_frame_beyond_the_end_of_the_file_is_refused(write_enhanced, head, tmp_path):
    path = write_enhanced(tmp_path / "multi", head)
    path.write_bytes(path.read_bytes()[:-100])
    assert "cut off" in str(scan(Source.open(path)).skipped[0].reason)


def uneven(head):
    """Frames as JPEG-LS, each of another size."""
    frames = [imagecodecs.jpegls_encode((values - head.min()).astype(np.uint16)) for values in head]
    return [frame + b"\0" * (len(frame) % 2) for frame in frames]


def items(fragments, table=()):
    """Encapsulated pixels by hand: a table of offsets, right or wrong, and fragments."""

    def item(value):
        return struct.pack("<HHL", 0xFFFE, 0xE000, len(value)) + value

    offsets = struct.pack(f"<{len(table)}L", *table)
    return item(offsets) + b"".join(map(item, fragments)) + struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)


def write_encapsulated(path, head, value):
    dataset = dcmread(path)
    for group in dataset.PerFrameFunctionalGroupsSequence:
        group.PixelValueTransformationSequence[0].RescaleIntercept = str(int(head.min()))
    dataset.PixelRepresentation = 0
    dataset.file_meta.TransferSyntaxUID = JPEGLSLossless
    dataset.PixelData = value
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path)


def starts(fragments):
    return [sum(8 + len(one) for one in fragments[:number]) for number in range(len(fragments))]


@pytest.mark.parametrize("wrong", ["one late", "exchanged", "zeros", "one entry", "beyond the end", "right"])
def test_a_wrong_table_of_offsets_moves_no_picture(write_enhanced, head, tmp_path, wrong):
    """Each slice showed the next one's picture, and only the last was missed."""
    path = write_enhanced(tmp_path / "multi", head)
    fragments = uneven(head)
    right = starts(fragments)
    table = {
        "one late": [*right[1:], right[-1] + 8],
        "exchanged": [right[1], right[0], *right[2:]],
        "zeros": [0] * 8,
        "one entry": [0],
        "beyond the end": [10**9] * 8,
        "right": right,
    }[wrong]
    write_encapsulated(path, head, items(fragments, table))
    np.testing.assert_array_equal(load(scan(Source.open(path)).series[0]).hu, head)


@pytest.mark.parametrize("table", [True, False])
def test_frames_in_several_fragments(write_enhanced, head, tmp_path, table):
    path = write_enhanced(tmp_path / "multi", head)
    pieces = [[one[:200], one[200:400], one[400:]] for one in uneven(head)]
    fragments = [piece for frame in pieces for piece in frame]
    right = [start for number, start in enumerate(starts(fragments)) if number % 3 == 0]
    write_encapsulated(path, head, items(fragments, right if table else ()))
    np.testing.assert_array_equal(load(scan(Source.open(path)).series[0]).hu, head)


def test_pieces_that_tell_nothing_are_refused(write_enhanced, head, tmp_path):
    path = write_enhanced(tmp_path / "multi", head)
    fragments = uneven(head)
    write_encapsulated(path, head, items(fragments[:-1]))
    with pytest.raises(UnreadableSeries, match="7 compressed pieces do not make 8 frames"):
        load(scan(Source.open(path)).series[0])


def test_private_and_referencing_sequences_have_no_say(write_enhanced, head, tmp_path):
    """A vendor's private copy of the plane moved slices and shifted HU."""
    path = write_enhanced(tmp_path / "multi", head)
    dataset = dcmread(path)
    for number, group in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        private = Dataset()
        private.ImagePositionPatient = [0, 0, 7 * number]
        private.RescaleIntercept = "-500"
        private.SOPInstanceUID = "9.9"
        group.private_block(0x2005, "VENDOR", create=True).add_new(0x0F, "SQ", [private])
        reference = Dataset()
        reference.SOPInstanceUID = f"9.8.{number}"
        group.ReferencedImageSequence = [reference]
    dataset.save_as(path)
    (series,) = scan(Source.open(path)).series
    assert {item.sop_instance_uid for item in series.slices} == {dataset.SOPInstanceUID}
    np.testing.assert_array_equal(load(series).hu, head)
    np.testing.assert_allclose(np.diff(series.geometry.positions_mm), 3)


def test_one_frame_without_a_place_costs_itself_only(write_enhanced, head, tmp_path):
    path = write_enhanced(tmp_path / "multi", head)
    dataset = dcmread(path)
    del dataset.PerFrameFunctionalGroupsSequence[2].PlanePositionSequence
    dataset.save_as(path)
    found = scan(Source.open(path))
    assert [item.shown.endswith("multi, frame 3") for item in found.skipped] == [True]
    np.testing.assert_array_equal(load(found.series[0]).hu, head[[0, 1, 3, 4, 5, 6, 7]])


@pytest.mark.parametrize("attribute", ["StackID", "TemporalPositionIndex", "FrameAcquisitionNumber"])
def test_several_stacks_in_one_file(write_enhanced, head, tmp_path, attribute):
    path = write_enhanced(tmp_path / "multi", head)
    dataset = dcmread(path)
    for number, group in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        content = Dataset()
        setattr(content, attribute, str(number % 2 + 1) if attribute == "StackID" else number % 2 + 1)
        group.FrameContentSequence = [content]
        group.PlanePositionSequence[0].ImagePositionPatient = [0, 0, 3 * (number // 2)]
    dataset.save_as(path)
    series = scan(Source.open(path)).series
    assert sorted(load(item).hu[0, 0, 0] for item in series) == sorted(head[:2, 0, 0])
    assert [len(item.slices) for item in series] == [4, 4]
    assert not any(item.doubled_mm for item in series)


def test_thousands_of_compressed_frames_take_no_square_of_the_time(write_enhanced, head, tmp_path, at_most):
    """Each frame was looked for from the beginning: 6000 took 47 s."""
    path = write_enhanced(tmp_path / "multi", head[:1])
    dataset = dcmread(path)
    group = dataset.PerFrameFunctionalGroupsSequence[0]
    dataset.PerFrameFunctionalGroupsSequence = [deepcopy(group) for _ in range(1500)]
    for number, one in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        one.PlanePositionSequence[0].ImagePositionPatient = [0, 0, number]
    dataset.NumberOfFrames = 1500
    dataset.save_as(path)
    write_encapsulated(path, head, items(uneven(head)[:1] * 1500))
    (series,) = scan(Source.open(path)).series
    reader = FrameReader()
    with at_most(5):
        frames = {reader.read(item) for item in series.slices}
    assert len(frames) == 1
