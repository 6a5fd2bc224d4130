"""The native decoders, called with one frame at a time. Runs only in a worker."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from desktop.imaging.decoding.codestream import check_header, jpeg2000_codestream, jpeg2000_header, jpeg_header
from desktop.imaging.decoding.failure import DecodingFailed
from desktop.imaging.decoding.protocol import Layout
from desktop.imaging.decoding.stored import Values, stored_values
from desktop.imaging.decoding.syntaxes import SYNTAXES, Family
from desktop.messages import message

Remarks = Callable[[], str]
"""Returns what the decoder has printed on stderr since the last call."""

_CORRUPT = re.compile(r"Corrupt JPEG data: (.+)")
_TRAILING = re.compile(r"[12] extraneous bytes before marker 0xd9")
"""One or two surplus bytes that encoders leave at the very end of intact files; no pixel depends on them."""


def load() -> None:
    """Import the decoders before the first frame arrives; a missing one is reported when it is needed."""
    for name in ("gdcm", "openjpeg.utils", "rle.utils"):
        with suppress(ImportError):
            importlib.import_module(name)


def decode(frame: bytes, layout: Layout, remarks: Remarks) -> Values:
    """[rows, columns] the stored values of one compressed frame.

    Raises:
        DecodingFailed: the frame cannot be decoded.
        MemoryError: the memory limit is too small for it.
    """
    family = SYNTAXES[layout.transfer_syntax].family
    try:
        return _DECODERS[family](frame, layout, remarks, family)
    except ImportError as error:
        raise DecodingFailed(
            message(
                "the decoder for {family} is missing in this installation ({error})", family=family.value, error=error
            )
        ) from None


def _decode_gdcm(frame: bytes, layout: Layout, remarks: Remarks, family: Family) -> Values:
    import gdcm

    header = jpeg_header(frame, family)
    check_header(header, layout)
    bits = 8 if header.precision <= 8 else 16
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(frame)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((layout.columns, layout.rows, 1))
    image.SetDataElement(element)
    grey = gdcm.PhotometricInterpretation.GetPIType("MONOCHROME2")
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(grey))
    syntax = gdcm.TransferSyntax.GetTSType(layout.transfer_syntax)
    image.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    # All bits of the container: with fewer, GDCM aborts on JPEG Lossless of up to 7 bits and truncates values.
    image.SetPixelFormat(gdcm.PixelFormat(1, bits, bits, bits - 1, 0))
    text = image.GetBuffer()  # bytes that GDCM's wrapper returns as a str
    remark = remarks()
    damage = _CORRUPT.search(remark)
    if text is None:
        # libjpeg first complains about the precision; its last message is the actual error.
        said = [line for line in remark.splitlines() if not line.startswith("Unsupported JPEG data precision")]
        raise _damaged(family, said[-1] if said else "")
    if damage is not None and not _TRAILING.fullmatch(damage[1].strip()):
        raise _damaged(family, damage[1])  # GDCM fills missing parts with arbitrary values and reports success
    values = np.frombuffer(text.encode("utf-8", "surrogateescape"), f"<u{bits // 8}")
    return stored_values(_shaped(values, layout, family), header, layout)


def _decode_openjpeg(frame: bytes, layout: Layout, remarks: Remarks, family: Family) -> Values:
    from openjpeg.utils import decode_pixel_data

    stream = jpeg2000_codestream(frame)
    header = jpeg2000_header(stream)
    check_header(header, layout)
    try:
        buffer = decode_pixel_data(stream, version=2)
    except RuntimeError as error:
        raise _damaged(family, str(error).removeprefix("Error decoding the J2K data: ")) from None
    size = {1: 1, 2: 2}.get((header.precision + 7) // 8, 4)
    values = np.frombuffer(buffer, f"<{'i' if header.signed else 'u'}{size}")
    return stored_values(_shaped(values, layout, family), header, layout)


def _decode_rle(frame: bytes, layout: Layout, remarks: Remarks, family: Family) -> Values:
    from rle.utils import decode_pixel_data

    segments = int.from_bytes(frame[:4], "little")
    if segments != layout.bits_allocated // 8:
        raise DecodingFailed(
            message(
                "the RLE image inside has {found} bytes in a pixel, {expected} expected",
                found=segments,
                expected=layout.bits_allocated // 8,
            )
        )
    try:
        buffer = decode_pixel_data(
            frame, version=2, rows=layout.rows, columns=layout.columns, bits_allocated=layout.bits_allocated
        )
    except ValueError as error:
        raise _damaged(family, str(error)) from None
    return _shaped(np.frombuffer(buffer, layout.container), layout, family)


def _shaped(values: Values, layout: Layout, family: Family) -> Values:
    if values.size != layout.rows * layout.columns:
        raise DecodingFailed(
            message("the {family} image is damaged (it has {pixels} pixels)", family=family.value, pixels=values.size)
        )
    return values.reshape(layout.rows, layout.columns)


def _damaged(family: Family, why: str) -> DecodingFailed:
    why = " ".join(why.removeprefix("Corrupt JPEG data: ").split()).rstrip(".")
    if why:
        return DecodingFailed(message("the {family} image is damaged ({why})", family=family.value, why=why))
    return DecodingFailed(message("the {family} image is damaged", family=family.value))


_DECODERS: dict[Family, Callable[[bytes, Layout, Remarks, Family], Values]] = {
    Family.JPEG: _decode_gdcm,
    Family.JPEG_LOSSLESS: _decode_gdcm,
    Family.JPEG_LS: _decode_gdcm,
    Family.JPEG_2000: _decode_openjpeg,
    Family.HTJ2K: _decode_openjpeg,
    Family.RLE: _decode_rle,
}
