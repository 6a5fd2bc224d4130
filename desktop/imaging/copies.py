"""Are two slices at one place the same picture? By their Hounsfield units, not by how these are stored."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import numpy as np

from desktop.imaging.decoding import DecoderPool
from desktop.imaging.frames import FrameReader, FrameUnreadable
from desktop.imaging.headers import Header
from desktop.imaging.pixels import AIR_HU
from desktop.imaging.series import Slice
from desktop.imaging.volume import slice_values
from desktop.messages import Message

_CLIPPED_HU = AIR_HU, 3071
"""What 12 unsigned bits with the usual intercept hold: archives that store a picture anew cut off what lies beyond, and
padding may be stated in one copy alone."""

_STEPS_PER_HU = 16
"""Compared no finer than this: slopes that are no whole number round differently."""

_Place = tuple[str, int]
"""A file and a frame in it."""


class Pictures:
    """Compares pictures, each read once; a context manager, since compressed ones may need decoders."""

    def __init__(self, decoders: DecoderPool | None = None) -> None:
        """`decoders` for compressed pixels; without it a pool is started when one is needed."""
        self._decoders, self._own = decoders, ExitStack()
        self._reader = FrameReader()
        self._stored: dict[_Place, bytes] = {}
        self._measured: dict[_Place, bytes | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._own.close()

    @property
    def _pool(self) -> DecoderPool:
        if self._decoders is None:
            self._decoders = self._own.enter_context(DecoderPool())
        return self._decoders

    def same(self, a: Header, b: Header) -> bool:
        """Whether every HU is the same; decoded only where the stored bytes leave a doubt.

        Of a picture that cannot be decoded the UID decides: it stays only where nothing is lost (PS3.3 C.12.4.1).
        """
        one, other = a.item, b.item
        same_uid = (one.sop_instance_uid, one.place.frame) == (other.sop_instance_uid, other.place.frame)
        if one.form == other.form:
            if self._stored_digest(one) == self._stored_digest(other):
                return True
            if not (one.form.compressed and same_uid):
                return False  # two encoders may store one picture differently, but two reconstructions are likelier
        measured = self._measured_digest(one), self._measured_digest(other)
        if None in measured:
            return same_uid and one.form != other.form and not a.lossy and not b.lossy
        return measured[0] == measured[1]

    def _stored_digest(self, item: Slice) -> bytes:
        key = _place(item)
        if key not in self._stored:
            try:
                pixels = self._reader.read(item)
            except FrameUnreadable:
                pixels = repr(key).encode("utf-8", "replace")  # like no other; reading the series will say why
            self._stored[key] = _digest(pixels)
        return self._stored[key]

    def _measured_digest(self, item: Slice) -> bytes | None:
        key = _place(item)
        if key not in self._measured:
            self._measured[key] = self._measure(item)
        return self._measured[key]

    def _measure(self, item: Slice) -> bytes | None:
        try:
            stored = self._reader.read(item)
        except FrameUnreadable:
            return None
        hu = slice_values(stored, item, self._pool if item.form.compressed else None)
        if isinstance(hu, Message):
            return None
        steps = np.rint(np.clip(hu, *_CLIPPED_HU).astype(np.float32) * _STEPS_PER_HU)
        return _digest(steps.astype(np.int32).tobytes())


def _place(item: Slice) -> _Place:
    return str(item.path), item.place.frame


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()
