"""Whether two slices at one position show the same image, compared by HU and not by how they are stored."""

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
"""The range of 12 unsigned bits with the usual intercept: archives that store an image again clip it to this range, and
padding may be stated in one copy only."""

_STEPS_PER_HU = 16
"""Comparison steps per HU: slopes that are not whole numbers are rounded differently."""

_Place = tuple[str, int]
"""A file and a frame number."""


class Pictures:
    """Compares images, each read once. A context manager, because compressed images may need decoders."""

    def __init__(self, decoders: DecoderPool | None = None) -> None:
        """`decoders`: for compressed pixels; without it, a pool is started when needed."""
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
        """Whether all HU are equal. Pixels are decoded only if the stored bytes leave a doubt.

        For an image that cannot be decoded the UID decides: it is kept only by lossless compression (PS3.3 C.12.4.1).
        """
        one, other = a.item, b.item
        same_uid = (one.sop_instance_uid, one.place.frame) == (other.sop_instance_uid, other.place.frame)
        if one.form == other.form:
            if self._stored_digest(one) == self._stored_digest(other):
                return True
            if not (one.form.compressed and same_uid):
                return False  # two encoders may store an image differently, but two reconstructions are more likely
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
                pixels = repr(key).encode("utf-8", "replace")  # like no other; loading gives the reason
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
