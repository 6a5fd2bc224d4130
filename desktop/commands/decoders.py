"""Self-test of the decoders: each is installed and decodes to the right values."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.imaging.decoding.failure import SELF_TEST, DecoderUnusable, DecodingFailed
from desktop.imaging.decoding.known_frames import KNOWN_FRAMES, KnownFrame
from desktop.imaging.decoding.pool import DecoderPool
from desktop.imaging.decoding.syntaxes import SYNTAXES
from desktop.imaging.eligibility import Check
from desktop.imaging.pixels import PixelFormat
from desktop.messages import Message, message, named

_NAME = "decoder "


def check_decoders() -> tuple[Check, ...]:
    """One check for each compressed transfer syntax: decode a known frame in a worker and compare every pixel."""
    with DecoderPool(1) as pool:
        return tuple(_check(pool, frame) for frame in KNOWN_FRAMES)


def as_one(checks: Sequence[Check]) -> tuple[Check, ...]:
    """The same checks, those of decoders that pass as one: a dozen lines that say the same."""
    passed = [one for one in checks if isinstance(one, _DecoderCheck) and one.status == "pass"]
    measured = message("{number} decode rightly", number=len(passed))
    whole = Check(named("decoders"), "pass", measured, message("right values"), message("Decode."))
    return (
        tuple(whole if one is passed[0] else one for one in checks if one not in passed[1:])
        if passed
        else tuple(checks)
    )


class _DecoderCheck(Check):
    """A check whose name contains that of a transfer syntax, which is the same in every language."""

    @property
    def label(self) -> Message:
        return message("decoder {syntax}", syntax=self.name.removeprefix(_NAME))


def _check(pool: DecoderPool, frame: KnownFrame) -> Check:
    syntax = SYNTAXES[frame.transfer_syntax].name
    name = f"{_NAME}{syntax}"
    required = (
        message("right values within {tolerance}", tolerance=frame.tolerance)
        if frame.tolerance
        else message("right values")
    )
    remedy = message("install Clivus again")
    try:
        decoded = pool.decode(frame.compressed, _format(frame))
        if abs(decoded.astype(int) - frame.values).max() <= frame.tolerance:
            return _DecoderCheck(name, "pass", message("right values"), required, message("Decodes."))
        measured = message("wrong values")
    except DecoderUnusable as failure:
        measured = failure.reason
        if failure.advice and failure.advice is not SELF_TEST:
            remedy = failure.advice
    except DecodingFailed as failure:
        measured = failure.message
    sentence = message("Series in {syntax} cannot be read: {remedy}.", syntax=syntax, remedy=remedy)
    return _DecoderCheck(name, "fail", measured, required, sentence)


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
