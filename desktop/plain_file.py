"""Reading a file that must be a plain one: no link, pipe, device or folder, and no larger than stated."""

from __future__ import annotations

import os
import stat
from pathlib import Path


class NotPlain(Exception):
    """A file that is not read; the text goes on after "because"."""


_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFDIR: "a folder",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
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
    """The bytes of a file of at most `most` bytes, opened once.

    Looked at before it is opened, for opening a device may already move it; and again when it is open, for the name may
    lead elsewhere by then.

    Raises:
        NotPlain: it is not there, cannot be read, is not a plain file, is larger, or changes while it is read.
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
        raise NotPlain(f"it cannot be read ({error.strerror or 'the medium fails'})") from None
    if len(content) != found.st_size:
        raise NotPlain("it changed while it was read")
    return bytes(content)


def _require_plain(found: os.stat_result, most: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotPlain(f"it is {_KINDS.get(stat.S_IFMT(found.st_mode), 'not a file')}, and a plain file is expected")
    if found.st_size > most:
        raise NotPlain(f"it has {found.st_size / 1e6:,.0f} MB, more than the {most / 1e6:g} MB that are allowed")
