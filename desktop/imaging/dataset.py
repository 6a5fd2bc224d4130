"""Reads the data set of a file up to its pixels, within limits, whatever the file claims."""

from __future__ import annotations

import io
import os
import struct
import zlib
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO, cast

from desktop.imaging import dicom
from desktop.imaging.attributes import UnfitFile
from desktop.imaging.transfer_syntaxes import (
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
)
from desktop.messages import message

UNDEFINED_LENGTH = 0xFFFFFFFF
INFLATED_LIMIT = 256 * 2**20
"""Size limit in bytes for inflated files: five hundred slices. A zip bomb of 10 MB would fill 10 GB."""

HEADER_BYTES, HEADER_READS = 64 * 2**20, 200_000
"""Limits for reading before the pixels, in bytes and in read calls (two or three for each attribute). Three thousand
frames of an Enhanced CT stay below; a file with a million empty items would take minutes and gigabytes."""

_PREAMBLE = 128
_META_LIMIT = 2**16
_META_GROUP = 0x0002
_TRANSFER_SYNTAX, _SOP_CLASS, _SOP_INSTANCE = 0x00020010, 0x00020002, 0x00020003
_PLAIN = (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN)
_LONG_VR = {b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"}
_TEXT_VR = {b"CS", b"UI", b"DA", b"TM", b"LO", b"SH", b"UL", b"US", b"OB", b"UN", b"UT"}
_FLOATING = {0x7FE00008, 0x7FE00009}
_PIXELS = {*_FLOATING, 0x7FE00010}
_FIRST_OF_PIXELS = min(_PIXELS)
"""Reading stops here: only a group length or an offset table may precede the pixels."""


@dataclass(frozen=True)
class FileDataset:
    """What a file states before its pixels.

    Attributes:
        dataset: the wanted attributes.
        transfer_syntax: its UID; if the file does not name one, derived from the encoding.
        sop_class, sop_instance_uid: from the file meta information; "" if there is none.
        pixels: offset of the value of PixelData and its stated length; None if there is none.
        pixels_vr: its value representation; "" if it is not stated.
        floating: whether the pixels are floating-point numbers.
        available: bytes from there to the end of the file, or of its inflated content.
        body: the stream from which the data set was read.
        budget: what remains for reading its sequences.
    """

    dataset: dicom.Dataset
    transfer_syntax: str
    sop_class: str
    sop_instance_uid: str
    pixels: tuple[int, int] | None
    pixels_vr: str
    floating: bool
    available: int
    body: BinaryIO
    budget: Budget

    def peek(self, offset: int, length: int) -> bytes:
        """Bytes of the pixels, from `offset` on."""
        assert self.pixels is not None
        self.body.seek(self.pixels[0] + offset)
        return self.body.read(length)


def read_file(stream: BinaryIO, wanted: tuple[str | int, ...], budget: Budget | None = None) -> FileDataset:
    """Read some attributes and find the pixels.

    Args:
        wanted: their keywords or tags.
        budget: for what is no image and has longer sequences; None for that of an image.

    Raises:
        UnfitFile: it is not a DICOM file, it is damaged, or it exceeds the limits.
        OSError: the disk fails.
    """
    start, meta = _meta(stream)
    named = meta.get(_TRANSFER_SYNTAX, "")
    syntax = named or _guess(stream, start)
    if syntax in _PLAIN and _is_big(stream, start) != (syntax == EXPLICIT_BIG_ENDIAN):
        syntax = _guess(stream, start)  # the file states the wrong byte order
    body = body_of(stream, syntax, start)
    if body is stream:
        body.seek(start)
    pixels: list[tuple[int, int, int, str]] = []

    def at_pixels(tag: dicom.BaseTag, vr: str | None, length: int) -> bool:
        number = int(tag)  # pydicom's tags compare slowly
        if number < _FIRST_OF_PIXELS:
            return False
        if number in _PIXELS:
            pixels.append((number, body.tell(), length, vr or ""))
        return True

    budget = Budget() if budget is None else budget
    implicit, little = syntax == IMPLICIT_LITTLE_ENDIAN, syntax != EXPLICIT_BIG_ENDIAN
    try:
        dataset = dicom.read_dataset(
            cast(BinaryIO, Bounded(body, budget)),
            implicit,
            little,
            stop_when=at_pixels,
            specific_tags=list(_tags(wanted)),
        )
    except MemoryError:
        raise
    except Exception as error:  # pydicom raises many types of error on damaged files
        if isinstance(error, OSError) and error.errno is not None:
            raise  # from the disk, not from pydicom
        raise UnfitFile(message("the header is damaged ({error})", error=type(error).__name__)) from None
    finally:
        budget.require_rest()  # pydicom may swallow what is raised while it reads
    available = body.seek(0, os.SEEK_END)
    place, pixels_vr, floating = None, "", False
    if pixels:
        tag, offset, length, pixels_vr = pixels[0]
        floating = tag in _FLOATING
        place, available = (offset, length), available - offset
    uids = (meta.get(_SOP_CLASS, ""), meta.get(_SOP_INSTANCE, ""))
    return FileDataset(dataset, syntax, *uids, place, pixels_vr, floating, available, body, budget)


@dataclass
class Budget:
    """What may still be read of a header: pydicom trusts every length that a file states."""

    bytes: int = HEADER_BYTES
    reads: int = HEADER_READS

    @property
    def exhausted(self) -> bool:
        """Whether more was requested than allowed."""
        return self.bytes < 0 or self.reads < 0

    def require_rest(self) -> None:
        """Refuse the file once the budget is exhausted.

        Raises:
            UnfitFile: the budget is exhausted.
        """
        if self.exhausted:
            raise UnfitFile(message("the header is damaged: it claims to be larger than any scanner writes"))


class Bounded:
    """A stream that returns no more than a budget allows."""

    def __init__(self, stream: BinaryIO, budget: Budget) -> None:
        self._stream, self._budget, self.tell, self.seek = stream, budget, stream.tell, stream.seek

    def read(self, size: int = -1) -> bytes:
        self._budget.reads -= 1
        self._budget.bytes -= size
        if size < 0 or self._budget.exhausted:
            raise EOFError
        return self._stream.read(size)


@cache
def _tags(wanted: tuple[str | int, ...]) -> tuple[dicom.BaseTag, ...]:
    return tuple(dicom.Tag(name) for name in wanted)


def by_keyword(dataset: dicom.Dataset, budget: Budget) -> dict[str, Any]:
    """The values of the standard attributes by keyword. Values that cannot be converted stay as stored.

    Raises:
        UnfitFile: its sequences exhaust the budget.
    """
    values: dict[str, Any] = {}
    for tag in dataset.keys():  # noqa: SIM118 - iterating over a data set itself would convert outside the `try`
        name = dicom.keyword_for_tag(tag)
        if not name:  # private attributes are ignored
            continue
        try:
            items = items_of(dataset, tag, budget)
            values[name] = dataset[tag].value if items is None else items
        except UnfitFile:
            raise
        except Exception:  # pydicom raises many types of error; the code that needs the value reports it
            values[name] = str(dataset.get_item(tag).value)
    return values


def items_of(dataset: dicom.Dataset, tag: dicom.BaseTag | int, budget: Budget) -> list[dicom.Dataset] | None:
    """The items of a sequence, read within a budget; None if the attribute is not a sequence.

    Raises:
        UnfitFile: the items exceed the budget.
    """
    raw: Any = dataset.get_item(tag)
    if not isinstance(raw, dicom.RawDataElement):
        return list(raw.value) if raw.VR == dicom.VR.SQ else None
    kind = raw.VR
    if kind in (None, dicom.VR.UN):
        kind = dicom.dictionary_VR(tag) if dicom.dictionary_has_tag(tag) else dicom.VR.UN
    if kind != dicom.VR.SQ:
        return None
    stream = Bounded(io.BytesIO(raw.value or b""), budget)
    try:
        return list(
            dicom.read_sequence(
                cast(BinaryIO, stream),
                raw.is_implicit_VR or raw.VR == dicom.VR.UN,
                raw.is_little_endian,
                len(raw.value or b""),
                dataset.original_character_set,
                raw.value_tell,
            )
        )
    finally:
        budget.require_rest()


def body_of(stream: BinaryIO, syntax: str, start: int | None = None) -> BinaryIO:
    """The stream that contains the data set: the file itself, or its inflated content (PS3.5 A.5).

    Raises:
        UnfitFile: the deflated content is damaged or exceeds INFLATED_LIMIT.
    """
    if syntax != DEFLATED_LITTLE_ENDIAN:
        return stream
    stream.seek(_meta(stream)[0] if start is None else start)
    inflater, parts, size = zlib.decompressobj(-zlib.MAX_WBITS), io.BytesIO(), 0
    try:
        while not inflater.eof and (chunk := inflater.unconsumed_tail or stream.read(2**20)):
            size += parts.write(inflater.decompress(chunk, 2**22))
            if size > INFLATED_LIMIT:
                raise UnfitFile(message("its deflated content grows beyond {limit} MiB", limit=INFLATED_LIMIT // 2**20))
    except zlib.error:
        raise UnfitFile(message("its deflated content is damaged; copy the file again")) from None
    parts.seek(0)
    return parts


def _meta(stream: BinaryIO) -> tuple[int, dict[int, str]]:
    """The offset of the data set, and the UIDs of the file meta information (PS3.10 7.1).

    Old exports omit the preamble, or all of the meta information: a file is accepted if it begins with an element of
    the first groups.
    """
    stream.seek(0)
    head = stream.read(_META_LIMIT)
    if head[_PREAMBLE : _PREAMBLE + 4] == b"DICM":
        at = _PREAMBLE + 4
    elif _begins_with_element(head):
        at = 0
    elif not head:
        raise UnfitFile(message("an empty file"))
    else:
        raise UnfitFile(message("not a DICOM file"))
    found: dict[int, str] = {}
    while len(head) >= at + 8:
        group, element, vr, length = struct.unpack_from("<HH2sH", head, at)
        if group != _META_GROUP:
            break
        at += 8
        if vr in _LONG_VR:
            if len(head) < at + 4:
                break
            (length,) = struct.unpack_from("<L", head, at)
            at += 4
        found[group << 16 | element] = head[at : at + length].strip(b"\0 ").decode("ascii", "replace")
        at += length
    return at, found


def _begins_with_element(head: bytes) -> bool:
    if len(head) < 8:
        return False
    group, element, vr, _ = struct.unpack_from("<HH2sH", head)
    if group == _META_GROUP:
        return vr in _TEXT_VR
    big_group, _ = struct.unpack_from(">HH", head)
    explicit = vr in _TEXT_VR and 8 in (group, big_group)
    return explicit or (group == 8 and element <= 0x70 and struct.unpack_from("<L", head, 4)[0] < 2**10)


def _is_big(stream: BinaryIO, start: int) -> bool:
    """Whether the first tag is big endian: its group number is small."""
    stream.seek(start)
    head = stream.read(2)
    return len(head) == 2 and head[0] < head[1] and not head[0]


def _guess(stream: BinaryIO, start: int) -> str:
    """The encoding of a data set whose file does not name it, derived from the first element."""
    stream.seek(start)
    head = stream.read(8)
    if len(head) < 8:
        raise UnfitFile(message("cut off before its first attribute; copy the file again"))
    group, _, vr, _ = struct.unpack("<HH2sH", head)
    if not (vr.isalpha() and vr.isupper()):
        return IMPLICIT_LITTLE_ENDIAN
    return EXPLICIT_LITTLE_ENDIAN if group < 0x400 else EXPLICIT_BIG_ENDIAN
