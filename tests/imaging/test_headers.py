"""What scanners, archives and converters write into headers, and what is made of it."""

import struct
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGLSLossless,
)

from desktop.imaging.scan import scan
from desktop.imaging.series import Lossy
from desktop.imaging.sources import Source
from desktop.imaging.volume import load

PIXELS = np.arange(80).reshape(8, 10) * 20 - 1000


def change(path: Path, **attributes) -> Path:
    dataset = dcmread(path)
    for name, value in attributes.items():
        setattr(dataset, name, value)
    dataset.save_as(path)
    return path


def series_of(path):
    found = scan(Source.open(path))
    assert found.series, found.skipped
    return found.series[0]


def reason_of(path):
    found = scan(Source.open(path))
    assert not found.series
    return str(found.skipped[0].reason)


@pytest.mark.parametrize(
    ("attributes", "says"),
    [
        ({"Rows": None}, "Rows is missing"),
        ({"Rows": 0}, "Rows is 0, outside 1 to 4096"),
        ({"BitsAllocated": None}, "BitsAllocated is missing"),
        ({"BitsAllocated": 12}, "12 bits per pixel where 8 or 16 are expected"),
        ({"BitsStored": 17}, "BitsStored is 17, outside 1 to 16"),
        ({"PixelRepresentation": None}, "PixelRepresentation is missing"),
        ({"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, "a colour image (RGB"),
        ({"PixelSpacing": None}, "PixelSpacing is missing, so the slice has no place"),
        ({"PixelSpacing": ["0", "0.5"]}, "PixelSpacing is 0 and 0.5 mm, outside 0.01 to 20 mm"),
        ({"PixelSpacing": ["1e-300", "1"]}, "outside 0.01 to 20 mm"),
        ({"ImagePositionPatient": ["1e308", "0", "0"]}, "outside any scanner"),
        ({"ImagePositionPatient": ["NaN", "0", "0"]}, "3 numbers are expected"),
        ({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, "right angle"),
        ({"SeriesInstanceUID": ""}, "SeriesInstanceUID is missing"),
        ({"RescaleSlope": "0"}, "give no Hounsfield units"),
        ({"RescaleIntercept": None}, "RescaleSlope or RescaleIntercept is missing"),
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_is_missing_or_impossible_is_said_in_plain_words(tmp_path, write_slice, attributes, says):
    assert says in reason_of(write_slice(tmp_path / "a", PIXELS, **attributes))


@pytest.mark.parametrize(
    "attributes",
    [
        {"PhotometricInterpretation": ""},
        {"PhotometricInterpretation": "MONOCHROME1"},
        {"SOPInstanceUID": ""},
        {"NumberOfFrames": "0"},
        {"HighBit": None},
        {"SamplesPerPixel": None},
        {"ModalityLUTSequence": []},
        {"SliceThickness": "-3"},
        {"PatientName": "x" * 500},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_can_be_done_without_costs_nothing(tmp_path, write_slice, attributes):
    change(write_slice(tmp_path / "a", PIXELS), **attributes)
    np.testing.assert_array_equal(load(series_of(tmp_path)).hu[0], PIXELS)


def test_padding_that_is_no_number_is_no_padding(tmp_path, write_slice):
    path = write_slice(tmp_path / "a", PIXELS)
    dataset = dcmread(path)
    dataset.add_new(0x00280120, "OW", b"\x30\xf8")
    dataset.save_as(path)
    np.testing.assert_array_equal(load(series_of(path)).hu[0], PIXELS)


@pytest.mark.parametrize(
    ("agent", "contrast"),
    [("IOPAMIDOL", True), ("", None), (None, None), ("NONE", False), ("w/o", False), ("Without contrast", False)],
)
def test_contrast_is_known_only_where_somebody_says_so(tmp_path, write_slice, agent, contrast):
    """Empty means unknown, and was taken for none; NONE was taken for an agent."""
    path = write_slice(tmp_path / "a", PIXELS, ContrastBolusAgent=agent)
    assert series_of(path).contrast is contrast


@pytest.mark.parametrize("side", ["Rows", "Columns", "BitsAllocated"])
def test_more_pixels_than_the_size_says_are_refused(tmp_path, write_slice, side):
    """With Columns too small the picture was sheared, and nobody was told."""
    wrong = {"Rows": {"Rows": 6}, "Columns": {"Columns": 8}}.get(
        side, {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}
    )
    assert "stated wrongly" in reason_of(change(write_slice(tmp_path / "a", PIXELS), **wrong))


def test_blank_bytes_behind_the_pixels_are_allowed(tmp_path, write_slice):
    path = write_slice(tmp_path / "a", PIXELS)
    dataset = dcmread(path)
    dataset.PixelData += bytes(512)
    dataset.save_as(path)
    np.testing.assert_array_equal(load(series_of(path)).hu[0], PIXELS)


LOSSY = {
    JPEG2000: lambda a: imagecodecs.jpeg2k_encode(a, level=30, reversible=False, codecformat="j2k"),
    JPEG2000Lossless: lambda a: imagecodecs.jpeg2k_encode(a, level=30, reversible=False, codecformat="j2k"),
    JPEGLSLossless: lambda a: imagecodecs.jpegls_encode(a, level=20),
    HTJ2K: lambda a: imagecodecs.htj2k_encode(a, reversible=False),
}
LOSSLESS = {
    JPEG2000: lambda a: imagecodecs.jpeg2k_encode(a, reversible=True, codecformat="j2k"),
    JPEGLSLossless: imagecodecs.jpegls_encode,
    HTJ2KLossless: lambda a: imagecodecs.htj2k_encode(a, reversible=True),
}


def compressed(path, write_slice, head, syntax, encode, **attributes):
    write_slice(path, head[0], PixelRepresentation=0, **attributes)
    dataset = dcmread(path)
    dataset.PixelData = encapsulate([encode((head[0] - head[0].min()).astype(np.uint16))])
    dataset["PixelData"].VR = "OB"
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(path)
    return series_of(path)


@pytest.mark.parametrize("syntax", LOSSY, ids=lambda uid: uid.keyword)
def test_what_was_lost_is_seen_in_the_codestream(tmp_path, write_slice, head, syntax):
    """Files that do not say so, or are labelled lossless, passed as not compressed with loss."""
    assert compressed(tmp_path / "a", write_slice, head, syntax, LOSSY[syntax]).lossy == Lossy("", None)


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda uid: uid.keyword)
def test_what_was_not_lost_is_not_said_to_be(tmp_path, write_slice, head, syntax):
    assert compressed(tmp_path / "a", write_slice, head, syntax, LOSSLESS[syntax]).lossy is None


@pytest.mark.parametrize(("ratios", "ratio"), [(["40", "1"], 40), (["1.5e1"], 15), (["much"], None)])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_largest_ratio_counts(tmp_path, write_slice, ratios, ratio):
    path = write_slice(tmp_path / "a", PIXELS, LossyImageCompression="01")
    dataset = dcmread(path)
    dataset.add_new(0x00282112, "LO", ratios)
    dataset.save_as(path)
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<HH", 0x28, 0x2112) + b"LO", struct.pack("<HH", 0x28, 0x2112) + b"DS"))
    assert series_of(path).lossy.ratio == ratio


def test_python_numbers_are_not_dicom_numbers(tmp_path, write_slice):
    """ "0_5" was read as 5 mm."""
    path = write_slice(tmp_path / "a", PIXELS, PixelSpacing=["0.5", "0.5"])
    path.write_bytes(path.read_bytes().replace(b"0.5\\0.5", b"0_5\\0.5"))
    assert "PixelSpacing is" in reason_of(path)


def test_directions_are_taken_as_directions(tmp_path, write_slice):
    """Cosines of length 1.009 moved a pixel 2 mm at the far side of the image."""
    path = write_slice(tmp_path / "a", PIXELS, ImageOrientationPatient=[1.009, 0, 0, 0.005, 0.999, 0])
    geometry = series_of(path).geometry
    assert np.linalg.norm(geometry.across) == pytest.approx(1)
    assert np.dot(geometry.across, geometry.down) == pytest.approx(0)
    np.testing.assert_allclose(geometry.to_patient(0, 500, 0) - geometry.origins[0], [250, 0, 0])


@pytest.mark.parametrize("label", [ExplicitVRBigEndian, ExplicitVRLittleEndian])
def test_the_bytes_tell_their_order_whatever_the_label(tmp_path, write_slice, label):
    """Such files were called cut off."""
    path = write_slice(tmp_path / "a", PIXELS)
    if label == ExplicitVRLittleEndian:  # written as big endian
        dataset = dcmread(path)
        fresh = Dataset()
        fresh.update(dataset)
        fresh.file_meta = dataset.file_meta
        fresh.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
        fresh.PixelData = PIXELS.astype(">i2").tobytes()
        fresh.save_as(path, enforce_file_format=True)
    data = path.read_bytes()
    for uid in (b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.2\0"):
        data = data.replace(uid, str(label).encode() + b"\0")
    path.write_bytes(data)
    np.testing.assert_array_equal(load(series_of(path)).hu[0], PIXELS)


@pytest.mark.parametrize("cut", ["preamble", "meta"])
def test_files_without_a_preamble_are_read(tmp_path, write_slice, cut):
    path = write_slice(tmp_path / "a", PIXELS)
    data = path.read_bytes()
    (length,) = struct.unpack_from("<L", data, 140)
    path.write_bytes(data[132:] if cut == "preamble" else data[144 + length :])
    np.testing.assert_array_equal(load(series_of(path)).hu[0], PIXELS)
