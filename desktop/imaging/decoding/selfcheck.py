"""Are the decoders of this installation there, and do they give the right values?"""

from __future__ import annotations

from desktop.imaging.decoding.failure import DecoderUnusable, DecodingFailed
from desktop.imaging.decoding.known_frames import KNOWN_FRAMES, KnownFrame
from desktop.imaging.decoding.pool import DecoderPool
from desktop.imaging.decoding.syntaxes import SYNTAXES
from desktop.imaging.eligibility import Check
from desktop.imaging.pixels import PixelFormat


def check_decoders() -> tuple[Check, ...]:
    """One check for each compressed transfer syntax: decode a known frame in a worker and compare every pixel."""
    with DecoderPool(1) as pool:
        return tuple(_check(pool, frame) for frame in KNOWN_FRAMES)


def _check(pool: DecoderPool, frame: KnownFrame) -> Check:
    name = SYNTAXES[frame.transfer_syntax].name
    remedy = "install Clivus again"
    try:
        decoded = pool.decode(frame.compressed, _format(frame))
        good = abs(decoded.astype(int) - frame.values).max() <= frame.tolerance
        measured = "right values" if good else "wrong values"
    except DecoderUnusable as failure:
        measured, _, remedy = str(failure).partition("; ")
        good = False
    except DecodingFailed as failure:
        good, measured = False, str(failure)
    message = "Decodes." if good else f"Series in {name} cannot be read: {remedy}."
    required = f"right values within {frame.tolerance}" if frame.tolerance else "right values"
    return Check(f"decoder {name}", "pass" if good else "fail", measured, required, message)


def _format(frame: KnownFrame) -> PixelFormat:
    rows, columns = frame.values.shape
    return PixelFormat(
        transfer_syntax=frame.transfer_syntax,
        rows=rows,
        columns=columns,
        bits_allocated=8 * frame.values.itemsize,
        bits_stored=frame.bits_stored,
        high_bit=frame.bits_stored - 1,
        signed=frame.values.dtype.kind == "i",
        slope=1.0,
        intercept=0.0,
        padding=None,
    )
