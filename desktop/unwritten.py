"""Why a file or folder cannot be written: turns errors of the system into sentences."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from desktop.errors import InputRefused
from desktop.messages import Message, message, verbatim

LONGEST_PATH = 120
"""Characters of a path in a sentence; the middle of a longer one is left out."""

_ELSEWHERE = message("choose another place")
_ROOM = message("make room there, or choose another place")
_OWN_FOLDER = message("choose a folder you may write to")
_CONNECTED = message("check that the disk or share is connected, or choose another place")
_FOLDER = message("choose a folder")
_OTHER_NAME = message("choose another name")

_DISK_GONE, _SHARE_GONE = message("the disk is gone"), message("the share is gone")
_NAME_NOT_ALLOWED = message("the name is not allowed there")
_FAILS = message("the disk or share fails")
_NO_PERMISSION = message("you may not write there")

_REASONS: dict[int, tuple[Message, Message]] = {
    errno.ENOSPC: (message("the disk is full"), _ROOM),
    errno.EDQUOT: (message("your share of the disk is full"), _ROOM),
    errno.EFBIG: (message("the file is larger than this disk allows"), _ELSEWHERE),
    errno.EROFS: (message("the disk is read-only"), _ELSEWHERE),
    errno.EACCES: (
        message("you may not write there, or another program has it open")  # Windows says the same of both
        if sys.platform == "win32"
        else _NO_PERMISSION,
        _OWN_FOLDER,
    ),
    errno.EPERM: (_NO_PERMISSION, _OWN_FOLDER),
    errno.EBUSY: (message("another program is using it"), message("close it there and try again")),
    errno.ENOENT: (message("the folder is gone"), _CONNECTED),
    errno.ENODEV: (_DISK_GONE, _CONNECTED),
    errno.ENXIO: (_DISK_GONE, _CONNECTED),
    errno.ESTALE: (_SHARE_GONE, _CONNECTED),
    errno.ENOTCONN: (_SHARE_GONE, _CONNECTED),
    errno.EHOSTDOWN: (_SHARE_GONE, _CONNECTED),
    errno.EHOSTUNREACH: (_SHARE_GONE, _CONNECTED),
    errno.ETIMEDOUT: (message("the share does not answer"), _CONNECTED),
    errno.EIO: (_FAILS, _CONNECTED),
    errno.ENAMETOOLONG: (message("the name is too long"), message("choose a shorter name")),
    errno.EINVAL: (_NAME_NOT_ALLOWED, _OTHER_NAME),
    errno.EILSEQ: (_NAME_NOT_ALLOWED, _OTHER_NAME),
    errno.ENOTDIR: (message("a part of its path is a file and not a folder"), _FOLDER),
    errno.EEXIST: (message("a file is in its place"), _FOLDER),
    errno.EISDIR: (message("a folder is in its place"), _ELSEWHERE),
    errno.ENOTEMPTY: (message("something is in its place"), _ELSEWHERE),
    errno.ELOOP: (message("a link is in its place"), _ELSEWHERE),
}
"""The reason for each error number, and the advice. A quota counts as a full disk: the same advice helps."""

_WINDOWS = {19: errno.EROFS, 21: errno.ENODEV, 39: errno.ENOSPC, 64: errno.ESTALE, 206: errno.ENAMETOOLONG}
_WINDOWS |= {1295: errno.EDQUOT}
"""Windows error codes that are more precise than their errno: write-protected, not ready, full, share gone, name too
long, quota."""

_NUMBER = re.compile(r"\[Errno (\d+)\]")


class NotWritten(InputRefused):
    """A file or folder that cannot be written; what was there before is unchanged.

    Attributes:
        error: the error of the system.
    """

    def __init__(self, path: Path, error: OSError) -> None:
        reason, advice = reason_and_advice(error)
        super().__init__(
            message(
                "{path} cannot be written ({reason}), and nothing was changed: {advice}.",
                path=shortened(path),
                reason=reason,
                advice=advice,
            )
        )
        self.error = error


def reason_and_advice(error: OSError) -> tuple[Message, Message]:
    """The reason for the refusal and the advice, as clauses."""
    number = next(_numbers(error), 0)
    if number in _REASONS:
        return _REASONS[number]
    return (verbatim(os.strerror(number)) if number else _FAILS), _ELSEWHERE


def _numbers(error: BaseException | None) -> Iterator[int]:
    """The error numbers of an error and of its causes.

    pydicom raises errors again without their number, with a traceback as text; the number is then taken from the text.
    """
    while error is not None:
        if isinstance(error, OSError):
            if error.errno:
                yield _WINDOWS.get(getattr(error, "winerror", 0), error.errno)
            elif found := _NUMBER.search(str(error)):
                yield int(found[1])
        error = error.__cause__ or error.__context__


def shortened(path: Path) -> str:
    """A printable path, shortened in the middle."""
    text = "".join(sign if sign.isprintable() else "?" for sign in str(path))
    half = (LONGEST_PATH - 3) // 2
    return text if len(text) <= LONGEST_PATH else f"{text[:half]}...{text[-half:]}"
