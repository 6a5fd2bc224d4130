"""Zip archives, unpacked into a private folder. Nothing that an archive states about itself is trusted."""

from __future__ import annotations

import errno
import io
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from desktop.errors import Reason
from desktop.imaging.sources.listing import Candidate, Found, Listing, NothingToRead, NotUnpacked
from desktop.imaging.sources.names import Parts, is_leftover, printable
from desktop.imaging.sources.private import PrivateFolder
from desktop.imaging.sources.walk import LEFTOVER, ZIP_MAGIC
from desktop.messages import message
from desktop.system_errors import reason_of
from desktop.work import Work

MEMBERS = 100_000
"""Largest number of files in an archive; a study has several thousand."""

UNPACKED_BYTES = 20 * 10**9
"""Largest unpacked size in bytes."""

RESERVE_BYTES = 2**30
"""Bytes left free on the disk for other programs."""

SUSPICIOUS_BYTES = 2**30
SUSPICIOUS_RATIO = 200
"""An archive that has grown to that many bytes and times its size is a bomb.

CT shrinks to about half, a slice of air to a thousandth (deflate's limit is 1032), so that a single member says
nothing; a gigabyte of air does. The archive's size on the disk counts, since members may share their packed bytes.
"""

CONTENTS_BYTES = 64 * 2**20
"""Largest size of an archive's directory: zipfile loads all of it before members can be counted."""

_CHUNK = 2**20
_UTF8_NAME, _LOCKED = 0x800, 0x41
_LOCKED_METHOD = 99
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz"}

_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)
"""Errors of zipfile on damaged archives; NotImplementedError and decoding errors are among them."""


class _Unfit(Reason):
    """Why a member is skipped."""


class _Stream(io.BufferedReader):
    """An archive whose directory is not too large."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > CONTENTS_BYTES:
            raise zipfile.BadZipFile
        return super().read(size)


class _Room:
    """How much may still be unpacked."""

    def __init__(self, archive: Path, shown: str, folder: PrivateFolder) -> None:
        """Raises OSError if the free space cannot be determined."""
        self._packed = archive.stat().st_size
        self._shown = shown
        self._free = shutil.disk_usage(folder.path).free - RESERVE_BYTES
        self._taken = 0

    def take(self, count: int) -> None:
        """Count bytes before they are written.

        Raises:
            NothingToRead: too many for an archive of images.
            NotUnpacked: the disk does not have enough space.
        """
        self._taken += count
        if self._taken > max(SUSPICIOUS_BYTES, SUSPICIOUS_RATIO * self._packed):
            raise NothingToRead(
                message(
                    "The archive {archive} grows to more than {ratio} times its size, as no CT does: ask "
                    "for it again where it came from.",
                    archive=self._shown,
                    ratio=SUSPICIOUS_RATIO,
                )
            )
        self.check(self._taken)

    def check(self, count: int) -> None:
        """Raise as `take` does if the archive unpacks to so many bytes."""
        if count > UNPACKED_BYTES:
            raise NothingToRead(
                message(
                    "The archive {archive} unpacks to more than {limit:g} GB: unpack it yourself, then open "
                    "the folder of one study.",
                    archive=self._shown,
                    limit=UNPACKED_BYTES / 10**9,
                )
            )
        if count > self._free:
            raise _no_room(self._shown)


def unpack(path: Path, shown: str, work: Work) -> tuple[PrivateFolder, Listing]:
    """Unpack a zip archive. Members are written under numbers, so that no name can lead outside the folder.

    Args:
        path: the archive.
        shown: its name for people.
        work: progress in members, checked for every megabyte.

    Raises:
        NothingToRead: it is damaged, empty, encrypted, or would fill the disk.
        NotUnpacked: there is not enough space for it.
        Cancelled: `work` was asked to stop. In all these cases nothing is left on the disk.
    """
    try:
        stream = _Stream(io.FileIO(path))
    except OSError:
        raise damaged(shown) from None
    with stream:
        try:
            archive = ZipFile(stream)
        except _DAMAGE:
            raise damaged(shown) from None
        with archive:
            members = [info for info in archive.infolist() if not info.filename.endswith(("/", "\\"))]
            _check_members(members, shown)
            return _Unpacking(archive, path, shown, work).run(members)


def damaged(shown: str) -> NothingToRead:
    """The error for an archive that cannot be opened."""
    return NothingToRead(message("The archive {archive} is damaged or incomplete: copy it again.", archive=shown))


def _check_members(members: list[ZipInfo], shown: str) -> None:
    if not members:
        raise NothingToRead(
            message(
                "The archive {archive} is empty: choose the archive that holds the CT's DICOM files.", archive=shown
            )
        )
    if len(members) > MEMBERS:
        raise NothingToRead(
            message(
                "The archive {archive} holds {members} files, more than {limit}: unpack it yourself, then open the "
                "folder of one study.",
                archive=shown,
                members=len(members),
                limit=MEMBERS,
            )
        )
    if all(map(_is_locked, members)):
        raise NothingToRead(
            message(
                "The archive {archive} is locked with a password: unpack it with the password first, then open the "
                "folder.",
                archive=shown,
            )
        )


class _Unpacking:
    """The unpacking of one archive into a private folder."""

    def __init__(self, archive: ZipFile, path: Path, shown: str, work: Work) -> None:
        self._archive = archive
        self._path = path
        self._shown = shown
        self._work = work
        self._listing = Listing()

    def run(self, members: list[ZipInfo]) -> tuple[PrivateFolder, Listing]:
        """Unpack the members; raises as `unpack` does."""
        try:
            folder = PrivateFolder()
        except OSError as error:
            raise self._not_written(error) from None
        try:
            try:
                room = _Room(self._path, self._shown, folder)
            except OSError as error:
                raise self._not_written(error) from None
            room.check(sum(info.file_size for info in members))
            for number, info in enumerate(members, start=1):
                self._unpack(info, number, folder, room)
                self._work.progress(number, len(members))
        except BaseException:
            folder.close()
            raise
        return folder, self._listing

    def _unpack(self, info: ZipInfo, number: int, folder: PrivateFolder, room: _Room) -> None:
        parts = _parts(info)
        shown = f"{self._shown} > {printable('/'.join(parts))}"
        path = folder.file(number)
        try:
            _check_member(info, parts)
            self._write(info, number, folder, room)
        except _Unfit as unfit:
            path.unlink(missing_ok=True)
            self._listing.skip(shown, unfit.message)
        else:
            self._listing.files.append(Found(Candidate(path, shown), parts, str(path)))

    def _write(self, info: ZipInfo, number: int, folder: PrivateFolder, room: _Room) -> None:
        try:
            with folder.create(number) as target:
                for chunk in _chunks(self._archive, info):
                    self._work.raise_if_stopped()
                    room.take(len(chunk))
                    target.write(chunk)
        except OSError as error:  # from writing: errors of reading are already `_Unfit`
            raise self._not_written(error) from None

    def _not_written(self, error: OSError) -> NotUnpacked:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return _no_room(self._shown)
        return NotUnpacked(
            message(
                "The archive {archive} cannot be unpacked into the temporary folder ({error}): unpack it "
                "yourself, then open the folder.",
                archive=self._shown,
                error=reason_of(error),
            )
        )


def _no_room(shown: str) -> NotUnpacked:
    return NotUnpacked(
        message(
            "There is not enough room on the disk of the temporary folder to unpack the archive {archive}: "
            "free some space, or unpack it onto another disk and open the folder.",
            archive=shown,
        )
    )


def _check_member(info: ZipInfo, parts: Parts) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)  # 0 where the archive was not made on Unix
    if kind not in {0, stat.S_IFREG}:
        raise _Unfit(message("a link or device, not a file"))
    if parts[:1] == ("__MACOSX",) or is_leftover(parts[-1]):
        raise _Unfit(LEFTOVER)
    if _is_locked(info):
        raise _Unfit(
            message("locked with a password: unpack the archive with the password first, then open the folder")
        )
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        # zipfile supports some, but does not limit their size in memory.
        method = _METHODS.get(info.compress_type) or message("method {number}", number=info.compress_type)
        raise _Unfit(
            message(
                "compressed by {method}, which cannot be read here: unpack the archive first, then open the folder",
                method=method,
            )
        )


def _chunks(archive: ZipFile, info: ZipInfo) -> Iterator[bytes]:
    """The bytes of a member; raises _Unfit if they are damaged or are an archive themselves."""
    count = 0
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                if not count and chunk.startswith(ZIP_MAGIC) and chunk[128:132] != b"DICM":
                    raise _Unfit(
                        message("an archive within the archive: unpack the outer one, then open this one by itself")
                    )
                count += len(chunk)
                yield chunk
    except _DAMAGE:
        raise _Unfit(message("damaged in the archive: copy the archive again")) from None
    if count != info.file_size:
        raise _Unfit(message("cut off in the archive: copy the archive again"))


def _is_locked(info: ZipInfo) -> bool:
    return bool(info.flag_bits & _LOCKED) or info.compress_type == _LOCKED_METHOD


def _parts(info: ZipInfo) -> Parts:
    """The components of a member's name; ".." stays, since the name is only shown and compared."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        # zipfile decodes the bytes as code page 437; they are UTF-8, or of an unknown system.
        name = name.encode("cp437", "replace").decode("utf-8", "surrogateescape")
    if "/" not in name:  # some Windows programs write backslashes
        name = name.replace("\\", "/")
    return tuple(part for part in name.split("/") if part not in {"", "."}) or ("",)
