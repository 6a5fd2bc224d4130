"""Every syntax gives the stored values that went in; the encoders are not made of the decoders' code."""

import imagecodecs
import numpy as np
import pytest
import rle
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels import get_encoder
from pydicom.uid import UID

from desktop.imaging.decoding import SYNTAXES, DecodingFailed, readable

BASELINE, EXTENDED, LOSSLESS, LOSSLESS_SV1 = (f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 57, 70))
JPEG_LS, JPEG_LS_NEAR, J2K_LOSSLESS, J2K = (f"1.2.840.10008.1.2.4.{n}" for n in (80, 81, 90, 91))
RLE = "1.2.840.10008.1.2.5"
HTJ2K_LOSSLESS, HTJ2K_RPCL, HTJ2K = (f"1.2.840.10008.1.2.4.{n}" for n in (201, 202, 203))


def unsigned(values, bits):
    """Two's complement of so many bits taken for unsigned, as encoders without a sign do."""
    return (values.astype(int) & (2**bits - 1)).astype("u1" if bits <= 8 else "<u2")


def jpeg(bits, **options):
    return lambda values: imagecodecs.jpeg8_encode(unsigned(values, bits), lossless=True, bitspersample=bits, **options)


def ljpeg(bits):
    return lambda values: imagecodecs.ljpeg_encode(unsigned(values, bits), bitspersample=bits)


def jpeg_ls(values):
    return imagecodecs.jpegls_encode(unsigned(values, 8 * values.itemsize))


def j2k(bits, signed=None, container="j2k"):
    def encode(values):
        if signed is False:
            values = unsigned(values, bits)
        elif signed:
            values = values.astype("<i2")
        return imagecodecs.jpeg2k_encode(values, reversible=True, codecformat=container, bitspersample=bits)

    return encode


def htj2k(values):
    return imagecodecs.htj2k_encode(values, reversible=True)


def by_rle(values):
    return bytes(
        rle.encode_pixel_data(
            values.tobytes(),
            rows=values.shape[0],
            columns=values.shape[1],
            samples_per_pixel=1,
            bits_allocated=8 * values.itemsize,
            number_of_frames=1,
            byteorder="<",
        )
    )


U8, U12, U16, S16, S12, U8_IN_16 = (
    (8, False, None),
    (12, False, None),
    (16, False, None),
    (16, True, None),
    (12, True, None),
    (8, False, "<u2"),
)

LOSSLESS_CASES = [
    *((LOSSLESS, kind, jpeg(kind[0], predictor=p)) for p in (1, 4, 7) for kind in (U8, U12, U16, S16, S12)),
    *((LOSSLESS_SV1, kind, jpeg(kind[0], predictor=1)) for kind in (U8, U12, U16, S16, S12, U8_IN_16)),
    *((LOSSLESS_SV1, kind, ljpeg(kind[0])) for kind in (U12, U16, S16, S12)),
    *((LOSSLESS_SV1, kind, jpeg(16)) for kind in (U12, S12)),
    *((LOSSLESS_SV1, (bits, False, None), jpeg(bits)) for bits in range(2, 16)),
    *((JPEG_LS, kind, jpeg_ls) for kind in (U8, U12, U16, S16, S12)),
    *((JPEG_LS_NEAR, kind, jpeg_ls) for kind in (U8, U16)),
    *((J2K_LOSSLESS, kind, j2k(kind[0])) for kind in (U8, U12, U16, S16, S12)),
    *((J2K_LOSSLESS, kind, j2k(kind[0], container="jp2")) for kind in (U12, S16)),
    *((J2K_LOSSLESS, kind, j2k(kind[0], signed=False)) for kind in (S16, S12)),
    *((J2K, kind, j2k(16, signed=True)) for kind in (U12, S12)),
    (J2K_LOSSLESS, S12, j2k(16, signed=False)),
    *((syntax, kind, htj2k) for syntax in (HTJ2K_LOSSLESS, HTJ2K_RPCL, HTJ2K) for kind in (U8, U12, U16, S16, S12)),
    *((RLE, kind, by_rle) for kind in (U8, U12, U16, S16, S12, (16, False, "<u4"), (16, True, "<i4"))),
]


@pytest.mark.parametrize(("syntax", "kind", "encode"), LOSSLESS_CASES)
def test_lossless_syntaxes_give_the_very_values(pool, form, picture, syntax, kind, encode):
    bits, signed, dtype = kind
    values = picture(bits, signed, dtype)
    decoded = pool.decode(encode(values), form(syntax, values, bits))
    assert decoded.dtype == values.dtype
    np.testing.assert_array_equal(decoded, values)


@pytest.mark.parametrize(
    ("syntax", "kind", "encode", "decode", "tolerance"),
    [
        (BASELINE, U8, lambda a: imagecodecs.jpeg8_encode(a, 90), imagecodecs.jpeg8_decode, 1),
        (BASELINE, U8_IN_16, lambda a: imagecodecs.jpeg8_encode(a.astype("u1"), 90), imagecodecs.jpeg8_decode, 1),
        (EXTENDED, U8, lambda a: imagecodecs.jpeg8_encode(a, 90), imagecodecs.jpeg8_decode, 1),
        (EXTENDED, U12, lambda a: imagecodecs.jpeg8_encode(a, 90, bitspersample=12), imagecodecs.jpeg8_decode, 4),
        (JPEG_LS_NEAR, U12, lambda a: imagecodecs.jpegls_encode(a, 3), imagecodecs.jpegls_decode, 0),
        (J2K, U12, lambda a: imagecodecs.jpeg2k_encode(a, 50, bitspersample=12), imagecodecs.jpeg2k_decode, 1),
        (J2K, S16, lambda a: imagecodecs.jpeg2k_encode(a, 60), imagecodecs.jpeg2k_decode, 1),
        (HTJ2K, S16, lambda a: imagecodecs.htj2k_encode(a, reversible=False), imagecodecs.htj2k_decode, 4),
    ],
)
def test_lossy_syntaxes_agree_with_another_decoder(pool, form, picture, syntax, kind, encode, decode, tolerance):
    bits, signed, dtype = kind
    values = picture(bits, signed, dtype)
    frame = encode(values)
    decoded = pool.decode(frame, form(syntax, values, bits))
    assert decoded.dtype == values.dtype
    assert np.abs(decoded.astype(int) - decode(frame)).max() <= tolerance
    assert np.abs(decoded.astype(int) - values).max() < 2**bits / 20


def test_rle_of_another_encoder(pool, form, picture):
    values = picture(16, signed=True)
    encoder = get_encoder(UID(RLE))
    frame = encoder.encode(
        values,
        rows=values.shape[0],
        columns=values.shape[1],
        number_of_frames=1,
        samples_per_pixel=1,
        bits_allocated=16,
        bits_stored=16,
        pixel_representation=1,
        photometric_interpretation="MONOCHROME2",
        encoding_plugin="pydicom",
    )
    np.testing.assert_array_equal(pool.decode(frame, form(RLE, values)), values)


def test_all_syntaxes_of_the_table_are_tried():
    tried = {case[0] for case in LOSSLESS_CASES} | {BASELINE, EXTENDED}
    assert tried == set(SYNTAXES)
    assert all(readable(syntax) for syntax in tried)
    assert not readable("1.2.840.10008.1.2.4.100")
    assert not readable("1.2.840.10008.1.2.1")


@pytest.mark.parametrize(
    ("syntax", "encode"), [(LOSSLESS_SV1, jpeg(12)), (JPEG_LS, jpeg_ls), (J2K_LOSSLESS, j2k(12, signed=False))]
)
def test_an_ambiguous_sign_is_refused_and_a_plain_one_is_not(pool, form, picture, syntax, encode):
    """Bits Stored says 16, the picture inside has 12 (for JPEG-LS 8): is its highest bit a sign?"""
    small = "<u1" if encode is jpeg_ls else "<u2"
    bits = 8 if encode is jpeg_ls else 12
    values = picture(bits, dtype=small)
    described = form(syntax, values.astype("<i2"), 16)
    with pytest.raises(DecodingFailed, match=f"values of {bits} bits where 16 are expected"):
        pool.decode(encode(values), described)
    low = (values // 2).astype(small)
    np.testing.assert_array_equal(pool.decode(encode(low), described), low)


def test_a_signed_picture_in_an_unsigned_file(pool, form, picture):
    values = picture(12, signed=True)
    frame = j2k(12)(values)
    decoded = pool.decode(frame, form(J2K_LOSSLESS, values.astype("<u2"), 12))
    np.testing.assert_array_equal(decoded, unsigned(values, 12))
    with pytest.raises(DecodingFailed, match="their sign cannot be told"):
        pool.decode(frame, form(J2K_LOSSLESS, values.astype("<u2"), 16))


def test_values_that_would_end_elsewhere_are_refused(pool, form, picture):
    values = picture(12)
    with pytest.raises(DecodingFailed, match="cannot end at bit 15"):
        pool.decode(jpeg(12)(values), form(LOSSLESS_SV1, values, 12, high_bit=15))


def test_frames_of_several_fragments_come_joined(pool, form, picture):
    values = picture(12)
    (frame,) = generate_frames(encapsulate([ljpeg(12)(values)], fragments_per_frame=3), number_of_frames=1)
    np.testing.assert_array_equal(pool.decode(frame, form(LOSSLESS_SV1, values, 12)), values)
