"""From files in every transfer syntax to the same Hounsfield units."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from desktop.imaging.decoding import SYNTAXES, DecoderPool
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load

NATIVE = [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
LOSSLESS = {
    JPEGLossless: lambda a, bits: imagecodecs.ljpeg_encode(a, bitspersample=bits),
    JPEGLosslessSV1: lambda a, bits: imagecodecs.jpeg8_encode(a, bitspersample=bits, lossless=True),
    JPEGLSLossless: lambda a, bits: imagecodecs.jpegls_encode(a),
    JPEG2000Lossless: lambda a, bits: imagecodecs.jpeg2k_encode(a, reversible=True, codecformat="j2k"),
    JPEG2000: lambda a, bits: imagecodecs.jpeg2k_encode(a, reversible=True, codecformat="j2k"),
    HTJ2KLossless: lambda a, bits: imagecodecs.htj2k_encode(a, reversible=True),
    HTJ2KLosslessRPCL: lambda a, bits: imagecodecs.htj2k_encode(a, reversible=True),
    HTJ2K: lambda a, bits: imagecodecs.htj2k_encode(a, reversible=True),
}
LOSSY = {
    JPEGExtended12Bit: (lambda a: imagecodecs.jpeg8_encode(a, level=100, bitspersample=12), 8),
    JPEGLSNearLossless: (lambda a: imagecodecs.jpegls_encode(a, level=3), 3),
}
FORMS = {  # bits allocated, stored, signed, intercept
    "unsigned 12 in 16": (16, 12, 0, -1024),
    "unsigned 16": (16, 16, 0, -1024),
    "signed 16": (16, 16, 1, 0),
    "signed 12 in 16": (16, 12, 1, 0),
}


@pytest.fixture(scope="module")
def pool():
    with DecoderPool() as decoders:
        yield decoders


def stored_values(head, form):
    allocated, stored, signed, intercept = form
    limits = (-(2 ** (stored - 1)), 2 ** (stored - 1) - 1) if signed else (0, 2**stored - 1)
    values = np.clip(head.astype(np.int32) - intercept, *limits)
    # Two's complement within the bits stored; those above are not part of the value.
    raw = (values & (2**stored - 1)).astype(np.uint16)
    return values + intercept, raw if signed and stored < allocated else values.astype("<i2" if signed else "<u2")


def write(write_stack, folder, raw, form, syntax, frames=None):
    allocated, stored, signed, intercept = form
    files = write_stack(
        folder,
        raw,
        BitsAllocated=allocated,
        BitsStored=stored,
        HighBit=stored - 1,
        PixelRepresentation=signed,
        RescaleIntercept=intercept,
    )
    for number, file in enumerate(files):
        dataset = dcmread(file)
        if frames is not None:
            dataset.PixelData = encapsulate([frames[number]])
            dataset["PixelData"].VR = "OB"
        elif syntax == ExplicitVRBigEndian:
            dataset.PixelData = raw[number].astype(raw.dtype.newbyteorder(">")).tobytes()
        dataset.file_meta.TransferSyntaxUID = syntax
        fresh = Dataset()  # pydicom does not let a data set change its byte order
        fresh.update(dataset)
        fresh.file_meta = dataset.file_meta
        fresh.save_as(file, enforce_file_format=True)


def read(folder, pool):
    (series,) = scan(Source.open(folder)).series
    volume = load(series, pool)
    assert not volume.skipped, str(volume.skipped[0].reason)
    return volume.hu


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("syntax", NATIVE, ids=lambda uid: uid.keyword)
def test_without_compression(write_stack, head, tmp_path, pool, syntax, form):
    hu, raw = stored_values(head, FORMS[form])
    write(write_stack, tmp_path, raw, FORMS[form], syntax)
    np.testing.assert_array_equal(read(tmp_path, pool), hu)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda uid: uid.keyword)
def test_lossless_syntaxes_give_exactly_the_original(write_stack, head, tmp_path, pool, syntax, form):
    hu, raw = stored_values(head, FORMS[form])
    frames = [LOSSLESS[syntax](values.view(np.uint16), FORMS[form][1]) for values in raw]
    write(write_stack, tmp_path, raw, FORMS[form], syntax, frames)
    np.testing.assert_array_equal(read(tmp_path, pool), hu)


@pytest.mark.parametrize("form", FORMS)
def test_run_lengths_give_exactly_the_original(write_stack, head, tmp_path, pool, form):
    hu, raw = stored_values(head, FORMS[form])
    write(write_stack, tmp_path, raw, FORMS[form], ExplicitVRLittleEndian)
    for file in tmp_path.iterdir():
        dataset = dcmread(file)
        dataset.compress(RLELossless, encoding_plugin="pydicom")
        dataset.save_as(file)
    np.testing.assert_array_equal(read(tmp_path, pool), hu)


@pytest.mark.parametrize("syntax", LOSSY, ids=lambda uid: uid.keyword)
def test_lossy_syntaxes_stay_near_the_original(write_stack, head, tmp_path, pool, syntax):
    form = FORMS["unsigned 12 in 16"]
    hu, raw = stored_values(head, form)
    encode, tolerance = LOSSY[syntax]
    write(write_stack, tmp_path, raw, form, syntax, [encode(values) for values in raw])
    found = read(tmp_path, pool)
    assert 0 < np.abs(found.astype(int) - hu).max() <= tolerance
    assert scan(Source.open(tmp_path)).series[0].lossy is not None


def test_eight_bit_jpeg(write_stack, head, tmp_path, pool):
    raw = np.clip((head.astype(int) + 1024) // 16, 0, 255).astype(np.uint8)
    frames = [imagecodecs.jpeg8_encode(values, level=100) for values in raw]
    write(write_stack, tmp_path, raw, (8, 8, 0, 0), JPEGBaseline8Bit, frames)
    assert np.abs(read(tmp_path, pool).astype(int) - raw).max() <= 3


def test_every_syntax_that_is_said_to_be_read_is_tested():
    tested = {*LOSSLESS, *LOSSY, RLELossless, JPEGBaseline8Bit}
    assert {UID(uid) for uid in SYNTAXES} == tested


def test_another_syntax_is_named_with_what_to_do(write_stack, head, tmp_path):
    write(write_stack, tmp_path, head, FORMS["signed 16"], UID("1.2.840.10008.1.2.4.100"), [b"\0\1"] * len(head))
    found = scan(Source.open(tmp_path))
    assert not found.series
    assert "MPEG2" in str(found.skipped[0].reason)
    assert "export" in str(found.skipped[0].reason)
