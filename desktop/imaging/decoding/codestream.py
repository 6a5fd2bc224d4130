"""The header of a codestream, checked before a native decoder sees it.

Most crashes of decoders begin with a codestream header that contradicts the file's header.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from desktop.imaging.decoding.failure import DecodingFailed
from desktop.imaging.decoding.protocol import Layout
from desktop.imaging.decoding.syntaxes import Family
from desktop.messages import message

_SOF = {
    Family.JPEG: {0xC0, 0xC1},
    Family.JPEG_LOSSLESS: {0xC3},
    Family.JPEG_LS: {0xF7},
}
"""Frame headers by family. Baseline and extended files are often labelled as each other."""

_FRAMES = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
"""All frame headers: SOF0 to SOF15 without DHT, JPG and DAC, and the SOF55 of JPEG-LS."""

_JP2_SIGNATURE = b"\0\0\0\x0cjP  "
_SIZ = struct.Struct(">4s2H8IH3B")


class Header(NamedTuple):
    """The image in a codestream: size in pixels, bits per value, signed or not."""

    rows: int
    columns: int
    components: int
    precision: int
    signed: bool


def jpeg_header(stream: bytes, family: Family) -> Header:
    """The frame header of a JPEG or JPEG-LS codestream (ISO 10918-1 B.2.2, 14495-1 C.2.2).

    Raises:
        DecodingFailed: there is none, or it belongs to another kind of JPEG.
    """
    if stream[:2] != b"\xff\xd8":
        raise DecodingFailed(message("the image inside is not a {family} image", family=family.value))
    at = 2
    while True:
        while stream[at : at + 2] == b"\xff\xff":  # fill bytes
            at += 1
        segment = stream[at : at + 4]
        if len(segment) < 4 or segment[0] != 0xFF or segment[1] in (0xD9, 0xDA):
            raise _damaged(family)
        marker, length = segment[1], int.from_bytes(segment[2:], "big")
        if marker in _FRAMES:
            break
        at += 2 + max(length, 2)
    if marker not in _SOF[family]:
        raise DecodingFailed(message("the image inside is another kind of JPEG than {family}", family=family.value))
    content = stream[at + 4 : at + 10]
    if len(content) < 6:
        raise _damaged(family)
    precision, rows, columns, components = struct.unpack(">BHHB", content)
    return Header(rows, columns, components, precision, False)


def jpeg2000_codestream(stream: bytes) -> bytes:
    """The bare codestream, as DICOM requires; some files wrap it in a JP2 file (ISO 15444-1 I.4)."""
    if not stream.startswith(_JP2_SIGNATURE):
        return stream
    at = 0
    while at + 8 <= len(stream):
        length, kind = struct.unpack_from(">I4s", stream, at)
        if kind == b"jp2c":
            return stream[at + (16 if length == 1 else 8) :]
        at += max(length, 8)
    raise _damaged(Family.JPEG_2000)


def jpeg2000_header(stream: bytes) -> Header:
    """The size header of a JPEG 2000 codestream (ISO 15444-1 A.5.1).

    Raises:
        DecodingFailed: there is none, or its grid differs from the image.
    """
    if len(stream) < _SIZ.size:
        raise _damaged(Family.JPEG_2000)
    markers, _, _, width, height, left, top, *_, components, depth, across, down = _SIZ.unpack_from(stream)
    if markers != b"\xff\x4f\xff\x51":
        raise DecodingFailed(message("the image inside is not a {family} image", family=Family.JPEG_2000.value))
    if (across, down) != (1, 1):
        raise DecodingFailed(message("the image inside is subsampled"))
    return Header(height - top, width - left, components, (depth & 0x7F) + 1, bool(depth & 0x80))


def loses(head: bytes) -> bool:
    """Whether a codestream is lossy by its own header, whatever the file states.

    Args:
        head: the beginning of the encapsulated pixels, including what precedes the codestream.
    """
    if (start := head.find(b"\xff\x4f\xff\x51")) >= 0:  # JPEG 2000: the transform of COD (ISO 15444-1 A.6.1)
        coding = head.find(b"\xff\x52", start)
        return coding >= 0 and head[coding + 13 : coding + 14] == b"\0"
    if (start := head.find(b"\xff\xd8\xff")) >= 0 and head.find(b"\xff\xf7", start) >= 0:
        scan = head.find(b"\xff\xda", start)  # JPEG-LS: NEAR, behind the components (ISO 14495-1 C.2.3)
        components = head[scan + 4] if 0 <= scan < len(head) - 4 else 0
        return head[scan + 5 + 2 * components : scan + 6 + 2 * components] not in (b"", b"\0")
    return False


def check_header(header: Header, layout: Layout) -> None:
    """Refuse an image that is not the one described.

    Raises:
        DecodingFailed: its size differs, it has colours, or its values do not fit.
    """
    if (header.rows, header.columns) != (layout.rows, layout.columns):
        raise DecodingFailed(
            message(
                "the image inside is {columns} x {rows} pixels, {expected_columns} x {expected_rows} expected",
                columns=header.columns,
                rows=header.rows,
                expected_columns=layout.columns,
                expected_rows=layout.rows,
            )
        )
    if header.components != 1:
        raise DecodingFailed(
            message("the image inside has {components} colours, one grey value expected", components=header.components)
        )
    if not 1 < header.precision <= layout.bits_allocated:
        raise DecodingFailed(
            message(
                "the image inside has values of {bits} bits, at most {most} expected",
                bits=header.precision,
                most=layout.bits_allocated,
            )
        )


def _damaged(family: Family) -> DecodingFailed:
    return DecodingFailed(message("the {family} image is damaged (its header cannot be read)", family=family.value))
