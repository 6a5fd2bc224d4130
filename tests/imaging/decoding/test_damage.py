"""Damaged and deceiving pictures are refused with a reason; nothing worse comes of them."""

import random
import struct

import imagecodecs
import numpy as np
import pytest
import rle

from desktop.imaging.decoding import DecodingFailed

JPEG, EXTENDED, PROCESS_14, LOSSLESS, JPEG_LS, J2K, HTJ2K = (
    f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 57, 70, 80, 90, 201)
)
RLE = "1.2.840.10008.1.2.5"


def by_rle(values):
    rows, columns = values.shape
    fields = {"samples_per_pixel": 1, "bits_allocated": 16, "number_of_frames": 1, "byteorder": "<"}
    return bytes(rle.encode_pixel_data(values.tobytes(), rows=rows, columns=columns, **fields))


ENCODERS = {
    JPEG: lambda a: imagecodecs.jpeg8_encode((a >> 8).astype("u1"), 90),
    EXTENDED: lambda a: imagecodecs.jpeg8_encode(a >> 4, 90, bitspersample=12),
    PROCESS_14: lambda a: imagecodecs.jpeg8_encode(a, lossless=True, predictor=6, bitspersample=16),
    LOSSLESS: lambda a: imagecodecs.ljpeg_encode(a, bitspersample=16),
    JPEG_LS: imagecodecs.jpegls_encode,
    J2K: lambda a: imagecodecs.jpeg2k_encode(a, reversible=True, codecformat="j2k"),
    HTJ2K: lambda a: imagecodecs.htj2k_encode(a, reversible=True),
    RLE: by_rle,
}
EOI = b"\xff\xd9"


@pytest.fixture(params=ENCODERS)
def case(request, picture, form):
    values = picture(16)
    return ENCODERS[request.param](values), form(request.param, values)


@pytest.mark.parametrize("left", [0.0, 0.001, 0.02, 0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("end", [b"", EOI], ids=["cut", "cut-and-ended"])
def test_truncated_frames_are_refused(pool, case, left, end):
    """Also where an end marker follows, which some decoders take for success."""
    frame, form = case
    with pytest.raises(DecodingFailed):
        pool.decode(frame[: int(len(frame) * left)] + end, form)


def test_a_frame_with_a_hole_is_refused(pool, picture, form):
    values = picture(16)
    for syntax in (PROCESS_14, LOSSLESS, JPEG_LS, J2K, HTJ2K, RLE):
        frame = ENCODERS[syntax](values)
        for at in (0.5, 0.7):
            middle = int(len(frame) * at)
            with pytest.raises(DecodingFailed):
                pool.decode(frame[:middle] + frame[middle + 40 :], form(syntax, values))


def test_flipped_bits_never_do_worse_than_a_wrong_or_missing_picture(pool, case):
    frame, form = case
    dice = random.Random(11)
    reasons = []
    for _ in range(60):
        damaged = bytearray(frame)
        for _ in range(dice.choice((1, 2, 8))):
            damaged[dice.randrange(dice.choice((40, 150, len(frame))))] ^= 1 << dice.randrange(8)
        try:
            values = pool.decode(bytes(damaged), form)
        except DecodingFailed as failure:
            reasons.append(str(failure))
        else:
            assert (values.shape, values.dtype) == ((form.rows, form.columns), form.container)
    assert len(reasons) > 5
    assert all(10 < len(reason) <= 300 for reason in reasons)
    assert pool.decode(frame, form).shape == (form.rows, form.columns)


def test_damage_is_named(pool, picture, form):
    values = picture(16)
    frame = ENCODERS[LOSSLESS](values)
    with pytest.raises(DecodingFailed, match=r"^the JPEG Lossless image is damaged \(premature end of data segment\)$"):
        pool.decode(frame[:-200] + EOI, form(LOSSLESS, values))


def test_one_byte_too_many_at_the_end_is_forgiven(pool, picture, form):
    values = picture(16)
    frame = ENCODERS[LOSSLESS](values)
    end = frame.rindex(EOI)
    one, many = frame[:end] + b"\0" + EOI, frame[:end] + bytes(9) + EOI
    np.testing.assert_array_equal(pool.decode(one, form(LOSSLESS, values)), values)
    np.testing.assert_array_equal(pool.decode(frame + b"\0", form(LOSSLESS, values)), values)  # padding to even length
    with pytest.raises(DecodingFailed, match="extraneous bytes"):
        pool.decode(many, form(LOSSLESS, values))


@pytest.mark.parametrize("syntax", [s for s in ENCODERS if s != RLE])
def test_a_picture_of_another_size_is_refused(pool, picture, form, syntax):
    with pytest.raises(DecodingFailed, match=r"^the image inside is 56 x 40 pixels, 512 x 512 expected$"):
        pool.decode(ENCODERS[syntax](picture(16)), form(syntax, np.zeros((512, 512), "<u2")))


@pytest.mark.parametrize("syntax", [s for s in ENCODERS if s not in (JPEG, RLE)])
def test_values_that_do_not_fit_are_refused(pool, picture, form, syntax):
    with pytest.raises(DecodingFailed, match=r"values of 1[26] bits, at most 8 expected$"):
        pool.decode(ENCODERS[syntax](picture(16)), form(syntax, np.zeros((40, 56), "u1")))


@pytest.mark.parametrize(
    ("syntax", "encode"),
    [
        (JPEG, lambda a: imagecodecs.jpeg8_encode(a, 90)),
        (JPEG_LS, imagecodecs.jpegls_encode),
        (J2K, lambda a: imagecodecs.jpeg2k_encode(a, reversible=True, codecformat="j2k")),
    ],
)
def test_colour_is_refused(pool, picture, form, syntax, encode):
    colour = np.repeat(picture(8)[:, :, None], 3, axis=2)
    with pytest.raises(DecodingFailed, match="has 3 colours, one grey value expected"):
        pool.decode(encode(colour), form(syntax, colour[..., 0]))


def test_another_kind_of_picture_is_refused(pool, picture, form):
    values = picture(16)
    for syntax, made_as, reason in [
        (LOSSLESS, EXTENDED, "another kind of JPEG than JPEG Lossless"),
        (EXTENDED, LOSSLESS, "another kind of JPEG than JPEG"),
        (JPEG_LS, LOSSLESS, "another kind of JPEG than JPEG-LS"),
        (J2K, LOSSLESS, "is not a JPEG 2000 image"),
        (LOSSLESS, J2K, "is not a JPEG Lossless image"),
    ]:
        with pytest.raises(DecodingFailed, match=reason):
            pool.decode(ENCODERS[made_as](values), form(syntax, values))
    with pytest.raises(DecodingFailed, match="4 bytes in a pixel"):
        pool.decode(struct.pack("<16I", 4, *range(64, 79)) + bytes(99), form(RLE, values))


@pytest.mark.parametrize(
    ("syntax", "name"),
    [("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1"), ("1.2.3.4", "1.2.3.4")],
)
def test_other_compression_is_refused_by_name(pool, form, syntax, name):
    with pytest.raises(DecodingFailed) as failed:
        pool.decode(b"x", form(syntax, np.zeros((8, 8), "<u2")))
    assert str(failed.value) == (
        f"images compressed with {name} cannot be read here: export the series uncompressed or as JPEG Lossless"
    )


@pytest.mark.parametrize(
    ("frame", "changes"),
    [
        (b"", {}),
        (bytes(5_000_000), {}),
        (b"x", {"rows": 0}),
        (b"x", {"rows": 65535, "columns": 65535}),
        (b"x", {"bits_allocated": 64}),
        (b"x", {"bits_allocated": 12}),
        (b"x", {"bits_stored": 17}),
        (b"x", {"bits_stored": 0}),
    ],
)
def test_what_cannot_be_right_never_reaches_a_decoder(pool, form, workers, frame, changes):
    before = workers()
    with pytest.raises(DecodingFailed):
        pool.decode(frame, form(LOSSLESS, np.zeros((8, 8), "<u2"), **changes))
    assert workers() == before
