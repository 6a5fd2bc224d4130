"""The stored bytes of one slice, from its file."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from desktop.errors import Reason
from desktop.imaging.attributes import UnfitFile
from desktop.imaging.dataset import body_of
from desktop.imaging.fragments import FramesUnclear, Piece, frames_of
from desktop.imaging.series import Slice
from desktop.messages import message
from desktop.system_errors import reason_of


class FrameUnreadable(Reason):
    """Why the bytes of one slice cannot be read."""


class FrameReader:
    """Reads frames. Of the last multi-frame file, it keeps what would be expensive to find again."""

    def __init__(self) -> None:
        self._inflated: tuple[Path, BinaryIO] | None = None
        self._pieces: tuple[Path, list[list[Piece]]] | None = None

    def read(self, item: Slice) -> bytes:
        """The bytes of a slice: as in memory if it is not compressed, otherwise as the decoder expects them.

        Raises:
            FrameUnreadable: the file no longer exists, is not the one that was scanned, or is truncated.
        """
        form, place = item.form, item.place
        try:
            with self._body(item) as body:
                if form.compressed:
                    return b"".join(_read(body, *piece) for piece in self._frames(item, body)[place.frame])
                return _read(body, place.offset + place.frame * form.frame_bytes, form.frame_bytes)
        except (UnfitFile, FramesUnclear) as error:
            raise FrameUnreadable(error.message) from None
        except OSError as error:
            raise FrameUnreadable(message("cannot be opened ({error})", error=reason_of(error))) from None

    def _frames(self, item: Slice, body: BinaryIO) -> list[list[Piece]]:
        if self._pieces is None or self._pieces[0] != item.path:
            self._pieces = item.path, frames_of(body, item.place.offset, item.place.frames)
        return self._pieces[1]

    def _body(self, item: Slice) -> AbstractContextManager[BinaryIO]:
        if self._inflated is not None and self._inflated[0] == item.path:
            return nullcontext(self._inflated[1])
        stream = item.path.open("rb", buffering=-1 if item.form.compressed else 0)
        try:
            status = os.fstat(stream.fileno())
            if (status.st_size, status.st_mtime_ns) != (item.place.size, item.place.changed_ns):
                raise FrameUnreadable(
                    message("another file has taken its place since the folder was opened; open the folder again")
                )
            body = body_of(stream, item.form.transfer_syntax)
        except BaseException:
            stream.close()
            raise
        if body is stream:
            return stream
        stream.close()
        self._inflated = item.path, body
        return nullcontext(body)


def _read(body: BinaryIO, offset: int, length: int) -> bytes:
    body.seek(offset)
    found = body.read(length)
    if len(found) != length:
        raise FrameUnreadable(message("cut off before the end of its pixels; copy the file again"))
    return found
