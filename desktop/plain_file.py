"""Reading a file that must be a regular file of limited size: not a link, pipe, device or folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from desktop.errors import Reason
from desktop.messages import message
from desktop.system_errors import reason_of


class NotPlain(Reason):
    """Why a file is not read; a clause that follows "because"."""


_KINDS = {
    stat.S_IFLNK: message("it is a link, and a plain file is expected"),
    stat.S_IFIFO: message("it is a pipe, and a plain file is expected"),
    stat.S_IFDIR: message("it is a folder, and a plain file is expected"),
    stat.S_IFSOCK: message("it is a socket, and a plain file is expected"),
    stat.S_IFCHR: message("it is a device, and a plain file is expected"),
    stat.S_IFBLK: message("it is a device, and a plain file is expected"),
}

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)  # Windows
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # opening a pipe would wait for its writer
    | getattr(os, "O_NOCTTY", 0)
)

_PIECE = 1 << 20


def read_plain(path: Path, most: int) -> bytes:
    """The content of a file of at most `most` bytes.

    The file is checked before it is opened, because opening a device may already have an effect, and again afterwards,
    because the name may then lead elsewhere.

    Raises:
        NotPlain: it does not exist, cannot be read, is not a plain file, is larger, or changes while it is read.
    """
    try:
        _require_plain(os.lstat(path), most)
        descriptor = os.open(path, _FLAGS)
        with os.fdopen(descriptor, "rb", buffering=0) as stream:
            found = os.fstat(descriptor)
            _require_plain(found, most)
            content = bytearray()
            while len(content) <= found.st_size and (piece := stream.read(_PIECE)):
                content += piece
    except OSError as error:
        reason = reason_of(error) if error.strerror else message("the medium fails")
        raise NotPlain(message("it cannot be read ({reason})", reason=reason)) from None
    if len(content) != found.st_size:
        raise NotPlain(message("it changed while it was read"))
    return bytes(content)


def _require_plain(found: os.stat_result, most: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotPlain(_KINDS.get(stat.S_IFMT(found.st_mode), message("it is not a file")))
    if found.st_size > most:
        raise NotPlain(
            message(
                "it has {size:,.0f} MB, more than the {most:g} MB that are allowed",
                size=found.st_size / 1e6,
                most=most / 1e6,
            )
        )
