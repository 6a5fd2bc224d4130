"""The same picture stored in another way is a copy; another picture at the same place is not."""

import imagecodecs
import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian, JPEG2000Lossless, JPEGLSLossless, RLELossless

from desktop.imaging.eligibility import check_series
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load

UNSIGNED = {"PixelRepresentation": 0, "RescaleIntercept": -1024}


ENCODERS = {
    JPEG2000Lossless: lambda pixels: imagecodecs.jpeg2k_encode(pixels, reversible=True, level=0, codecformat="j2k"),
    JPEGLSLossless: imagecodecs.jpegls_encode,
}


def rewritten(dataset):
    fresh = Dataset()
    fresh.update({element.tag: element for element in dataset})
    fresh.file_meta = dataset.file_meta
    return fresh


def store_as(files, syntax):
    """Store files again in another transfer syntax, nothing lost."""
    for file in files:
        dataset = dcmread(file)
        pixels = dataset.pixel_array
        if syntax in (ImplicitVRLittleEndian, ExplicitVRBigEndian):
            dataset.file_meta.TransferSyntaxUID = syntax
            if syntax == ExplicitVRBigEndian:
                dataset = rewritten(dataset)  # pydicom does not turn the order of bytes round
                dataset.PixelData = pixels.byteswap().tobytes()
            dataset.save_as(
                file, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=syntax != ExplicitVRBigEndian
            )
            continue
        if syntax == RLELossless:
            dataset.compress(syntax, encoding_plugin="pydicom", generate_instance_uid=False)
        else:
            dataset.PixelData = encapsulate([ENCODERS[syntax](pixels)])
            dataset["PixelData"].VR = "OB"
            dataset.file_meta.TransferSyntaxUID = syntax
        dataset.save_as(file)


STORED_AGAIN = {
    "another intercept, unsigned": (1024, UNSIGNED, None),
    "half the slope": (0, {"RescaleSlope": 0.5}, None),
    "12 bits": (1024, UNSIGNED | {"BitsStored": 12, "HighBit": 11}, None),
    "another UID": (1024, UNSIGNED | {"SOPInstanceUID": [f"9.{n}" for n in range(8)]}, None),
    "a padding value stated": (0, {"PixelPaddingValue": -1024}, None),
    "implicit": (1024, UNSIGNED, ImplicitVRLittleEndian),
    "big endian": (1024, UNSIGNED, ExplicitVRBigEndian),
    "RLE": (1024, UNSIGNED, RLELossless),
    "JPEG 2000 lossless": (1024, UNSIGNED, JPEG2000Lossless),
    "JPEG-LS lossless, another UID": (
        1024,
        UNSIGNED | {"SOPInstanceUID": [f"9.{n}" for n in range(8)]},
        JPEGLSLossless,
    ),
}


@pytest.mark.parametrize("how", STORED_AGAIN)
def test_the_same_hu_stored_in_another_way_are_copies(write_stack, head, tmp_path, how):
    head = np.clip(head, -1024, 3071)
    added, attributes, syntax = STORED_AGAIN[how]
    stored = (head * 2 if "RescaleSlope" in attributes else head) + added
    write_stack(tmp_path / "a", head)
    again = write_stack(tmp_path / "b", stored, **attributes)
    if syntax is not None:
        store_as(again, syntax)
    found = scan(Source.open(tmp_path))
    (series,) = found.series
    assert len(series.slices) == 8
    assert not series.doubled_mm
    assert len(found.skipped) == 8
    assert all("the same image as" in str(item.reason) for item in found.skipped)
    np.testing.assert_array_equal(load(series).hu, head)


@pytest.mark.parametrize("how", STORED_AGAIN)
def test_another_picture_stored_in_another_way_is_not_a_copy(write_stack, head, tmp_path, how):
    """The UID may be the same: what counts is what is shown."""
    head = np.clip(head, -1024, 3071)
    added, attributes, syntax = STORED_AGAIN[how]
    other = np.roll(head, 5, axis=1)
    write_stack(tmp_path / "a", head)
    again = write_stack(tmp_path / "b", (other * 2 if "RescaleSlope" in attributes else other) + added, **attributes)
    if syntax is not None:
        store_as(again, syntax)
    (series,) = scan(Source.open(tmp_path)).series
    assert len(series.doubled_mm) == 8
    assert "fail" in {check.status for check in check_series(series) if check.name == "doubled slices"}


def test_a_difference_of_one_hu_in_one_pixel_is_a_difference(write_stack, head, tmp_path):
    head = np.clip(head, -1000, 3000)
    other = head.copy()
    other[3, 10, 10] += 1
    write_stack(tmp_path / "a", head)
    write_stack(tmp_path / "b", other + 1024, **UNSIGNED)
    (series,) = scan(Source.open(tmp_path)).series
    assert len(series.doubled_mm) == 1


def test_what_an_archive_cut_off_beyond_12_bits_makes_no_other_picture(write_stack, head, tmp_path):
    head = head.copy()
    head[:, 5:9, 5:9], head[:, 20:22] = 9000, -2000
    write_stack(tmp_path / "a", head)
    write_stack(tmp_path / "b", np.clip(head, -1024, 3071) + 1024, **UNSIGNED)
    (series,) = scan(Source.open(tmp_path)).series
    assert not series.doubled_mm


def test_a_damaged_copy_of_a_slice_is_left_out_by_its_uid(write_stack, head, tmp_path):
    write_stack(tmp_path / "a", head)
    (file,) = write_stack(tmp_path / "b", head[:1])
    store_as([file], RLELossless)
    content = bytearray(file.read_bytes())
    content[-600:-20] = bytes(580)
    file.write_bytes(content)
    (series,) = scan(Source.open(tmp_path)).series
    assert not series.doubled_mm
    np.testing.assert_array_equal(load(series).hu, head)
