"""A bundle as one file: a zip archive of exactly its files, so that a model can be carried to a site.

Nothing that an archive states about itself is trusted. All of it is looked at before the first byte is unpacked, and
it is unpacked into memory: no name in it can lead anywhere.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from desktop.errors import Reason
from desktop.messages import Message, message
from desktop.plain_file import NotPlain, read_plain
from desktop.quoting import quoted

MOST_RATIO = 20
"""Times its packed size that a bundle may unpack to: weights shrink by a tenth, text to a fifth."""

MOST_FILES = 16
"""A bundle has five."""

_CONTENTS_BYTES = 2**20
"""Largest size of an archive's directory: zipfile loads all of it before files can be counted."""

_CHUNK = 2**19
"""Bytes; less than `_CONTENTS_BYTES`, by which reading of the directory is told from reading of a file."""

_LOCKED = 0x41
"""Flags of a file that is locked with a password."""

_DATE = (1980, 1, 1, 0, 0, 0)
_MODE, _UNIX = stat.S_IFREG | 0o644, 3
"""What every file is packed with, so that the same bundle is the same bytes on every computer."""

_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)
"""Errors of zipfile on damaged archives; NotImplementedError and decoding errors are among them."""


class NotPacked(Reason):
    """Why a file is not taken for a bundle; a clause that follows "because"."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """The archive of a bundle's files, in the order given. Stored, since compressors differ between versions."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            info = ZipInfo(name, _DATE)
            info.create_system, info.external_attr = _UNIX, _MODE << 16
            archive.writestr(info, content)
    return packed.getvalue()


def unpack(file: Path, largest: Mapping[str, int]) -> dict[str, bytes]:
    """The files of a bundle that was packed.

    Args:
        largest: bytes, by the names that files of a bundle may have.

    Raises:
        NotPacked: it is damaged, locked, too large, or holds anything but plain files of these names, each once.
    """
    try:
        content = read_plain(file, sum(largest.values()) + _CONTENTS_BYTES)
    except NotPlain as error:
        raise NotPacked(error.message) from None
    try:
        archive = ZipFile(_Stream(content))
    except _DAMAGE:
        raise NotPacked(_DAMAGED) from None
    with archive:
        members = archive.infolist()
        _require_names([info.filename for info in members], largest)
        for info in members:
            _require_plain(info, largest[info.filename])
        _require_possible(members, len(content))
        return {info.filename: _content(archive, info) for info in members}


class _Stream(io.BytesIO):
    """An archive whose directory is not too large."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _CONTENTS_BYTES:
            raise zipfile.BadZipFile
        return super().read(size)


_DAMAGED = message("it is damaged or incomplete")


def _require_names(names: list[str], known: Collection[str]) -> None:
    if not names:
        raise NotPacked(message("it is empty"))
    if len(names) > MOST_FILES:
        raise NotPacked(message("it holds {number} files, and a model has a few", number=len(names)))
    strange = next((name for name in names if name not in known), None)
    if strange is not None:
        raise NotPacked(message("it holds {file}, which is not a file of a model", file=quoted(strange)))
    twice = [name for name, number in Counter(names).items() if number > 1]
    if twice:
        raise NotPacked(message("it holds {file} more than once", file=twice[0]))


def _require_plain(info: ZipInfo, most: int) -> None:
    if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG}:  # 0: not packed on Unix
        raise _of(info, message("a link or device, not a file"))
    if info.flag_bits & _LOCKED:
        raise _of(info, message("locked with a password"))
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _of(info, message("compressed by method {number}", number=info.compress_type))
    if info.file_size > most:
        found = message(
            "of {size:,.0f} MB, more than the {most:g} MB that are allowed", size=info.file_size / 1e6, most=most / 1e6
        )
        raise _of(info, found)


def _require_possible(members: list[ZipInfo], size: int) -> None:
    """Files that share their packed bytes, or grow as no weights do, are a bomb."""
    packed, unpacked = sum(info.compress_size for info in members), sum(info.file_size for info in members)
    if packed > size:
        raise NotPacked(_DAMAGED)
    if unpacked > MOST_RATIO * size:
        raise NotPacked(message("it grows to more than {ratio} times its size, as no model does", ratio=MOST_RATIO))


def _content(archive: ZipFile, info: ZipInfo) -> bytes:
    content = bytearray()
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):  # at most the size that is stated, and with its checksum
                content += chunk
    except _DAMAGE:
        raise NotPacked(_DAMAGED) from None
    if len(content) != info.file_size:
        raise NotPacked(_DAMAGED)
    return bytes(content)


def _of(info: ZipInfo, what: Message) -> NotPacked:
    return NotPacked(message("its file {file} is {what}", file=info.filename, what=what))
