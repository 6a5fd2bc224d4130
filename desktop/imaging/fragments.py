"""Which bytes of encapsulated pixels belong to which frame (PS3.5 A.4)."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from desktop.errors import Reason
from desktop.messages import message

Piece = tuple[int, int]
"""Offset in the file and length in bytes."""

_ITEM, _END = (0xFFFE, 0xE000), (0xFFFE, 0xE0DD)
_HEADER = struct.Struct("<HHL")
_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ")
"""First bytes of JPEG, JPEG 2000 and JP2 streams."""

_MOST_FRAGMENTS = 200_000


class FramesUnclear(Reason):
    """It is unclear which fragments make up which frame."""


def frames_of(stream: BinaryIO, offset: int, count: int) -> list[list[Piece]]:
    """For each of `count` frames its fragments, for a value of PixelData that begins at `offset`.

    The offset table is used only if the fragments leave a doubt, and only if it points at fragments: it is often
    missing and sometimes wrong, and a wrong table would show images at wrong positions.

    Raises:
        FramesUnclear: it is unclear which fragment belongs to which frame.
    """
    table, fragments = _walk(stream, offset)
    filled = [piece for piece in fragments if piece[1]]
    if count == 1 and filled:
        return [filled]
    if len(filled) == count:
        return [[piece] for piece in filled]
    starts = _starts_by_table(table, fragments, count) or _starts_by_content(stream, filled, count)
    if not starts:
        raise FramesUnclear(
            message(
                "its {pieces} compressed pieces do not make {frames} frames; export the series again",
                pieces=len(filled),
                frames=count,
            )
        )
    ends = [*starts[1:], float("inf")]
    return [[p for p in filled if low <= p[0] < high] for low, high in zip(starts, ends, strict=True)]


def _walk(stream: BinaryIO, offset: int) -> tuple[list[int], list[Piece]]:
    """The offset table, and every fragment up to the delimiter or the end of the file."""
    end = stream.seek(0, io.SEEK_END)
    table: list[int] | None = None
    fragments: list[Piece] = []
    at = offset
    while at + _HEADER.size <= end and len(fragments) < _MOST_FRAGMENTS:
        stream.seek(at)
        group, element, length = _HEADER.unpack(stream.read(_HEADER.size))
        at += _HEADER.size
        if (group, element) == _END:
            break
        if (group, element) != _ITEM:
            raise FramesUnclear(message("its compressed pixels are damaged; copy the file again"))
        length = min(length, end - at)
        if table is None:
            values = stream.read(min(length, 4 * _MOST_FRAGMENTS))
            table = [value for (value,) in struct.iter_unpack("<L", values[: len(values) // 4 * 4])]
        else:
            fragments.append((at, length))
        at += length
    return table or [], fragments


def _starts_by_table(table: list[int], fragments: list[Piece], count: int) -> list[int]:
    if len(table) != count or not fragments or table[0] != 0 or sorted(set(table)) != table:
        return []
    first = fragments[0][0]
    places = {at for at, _ in fragments}
    starts = [first + entry for entry in table]  # the table counts from the first item's tag, and so does `first`
    return starts if places.issuperset(starts) else []


def _starts_by_content(stream: BinaryIO, filled: list[Piece], count: int) -> list[int]:
    starts = []
    for at, _ in filled:
        stream.seek(at)
        if stream.read(8).startswith(_STARTS):
            starts.append(at)
    return starts if len(starts) == count and starts[0] == filled[0][0] else []
