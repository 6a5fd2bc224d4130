"""The stored bytes of one slice, from its file."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from pydicom.encaps import get_frame

from desktop.imaging.attributes import UnfitFile
from desktop.imaging.dataset import body_of
from desktop.imaging.series import Slice


class FrameUnreadable(Exception):
    """Why the bytes of one slice cannot be had, as a clause in plain words."""


class FrameReader:
    """Reads frames; what the last deflated file inflated to is kept, for its next frame."""

    def __init__(self) -> None:
        self._inflated: tuple[Path, BinaryIO] | None = None

    def read(self, item: Slice) -> bytes:
        """The bytes of a slice: as they are in memory if not compressed, else as the decoder takes them.

        Raises:
            FrameUnreadable: the file is gone, is another than the one that was scanned, or is cut off.
        """
        form, place = item.form, item.place
        try:
            with self._body(item) as body:
                if not form.compressed:
                    body.seek(place.offset + place.frame * form.frame_bytes)
                    found = body.read(form.frame_bytes)
                    if len(found) != form.frame_bytes:
                        raise FrameUnreadable("cut off before the end of its pixels; copy the file again")
                    return found
                body.seek(place.offset)
                return get_frame(body, place.frame, number_of_frames=place.frames)
        except FrameUnreadable:
            raise
        except UnfitFile as error:
            raise FrameUnreadable(str(error)) from None
        except OSError as error:
            raise FrameUnreadable(f"cannot be opened ({error.strerror or error})") from None
        except Exception as error:  # whatever pydicom finds wrong with the fragments
            raise FrameUnreadable(f"its compressed pixels are damaged ({type(error).__name__})") from None

    def _body(self, item: Slice) -> AbstractContextManager[BinaryIO]:
        if self._inflated is not None and self._inflated[0] == item.path:
            return nullcontext(self._inflated[1])
        stream = item.path.open("rb", buffering=-1 if item.form.compressed else 0)
        try:
            status = os.fstat(stream.fileno())
            if (status.st_size, status.st_mtime_ns) != (item.place.size, item.place.changed_ns):
                raise FrameUnreadable("another file lies in its place since the folder was opened; open it again")
            body = body_of(stream, item.form.transfer_syntax)
        except BaseException:
            stream.close()
            raise
        if body is stream:
            return stream
        stream.close()
        self._inflated = item.path, body
        return nullcontext(body)
