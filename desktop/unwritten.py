"""Why something cannot be written, in words: the one place that turns the system's errors into sentences."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from desktop.errors import InputRefused

LONGEST_PATH = 120
"""Signs of a path in a sentence; of a longer one its beginning and its end are shown."""

_ELSEWHERE = "choose another place"
_CONNECTED = "check that the disk or share is connected, or choose another place"

_OPEN_ELSEWHERE = ", or another program has it open" if sys.platform == "win32" else ""
"""Windows says the same of both."""

_REASONS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", "make room there, or choose another place"),
    errno.EDQUOT: ("your share of the disk is full", "make room there, or choose another place"),
    errno.EFBIG: ("the file is larger than this disk allows", _ELSEWHERE),
    errno.EROFS: ("the disk is read-only", _ELSEWHERE),
    errno.EACCES: (f"you may not write there{_OPEN_ELSEWHERE}", "choose a folder you may write to"),
    errno.EPERM: ("you may not write there", "choose a folder you may write to"),
    errno.EBUSY: ("another program is using it", "close it there and try again"),
    errno.ENOENT: ("the folder is gone", _CONNECTED),
    errno.ENODEV: ("the disk is gone", _CONNECTED),
    errno.ENXIO: ("the disk is gone", _CONNECTED),
    errno.ESTALE: ("the share is gone", _CONNECTED),
    errno.ENOTCONN: ("the share is gone", _CONNECTED),
    errno.EHOSTDOWN: ("the share is gone", _CONNECTED),
    errno.EHOSTUNREACH: ("the share is gone", _CONNECTED),
    errno.ETIMEDOUT: ("the share does not answer", _CONNECTED),
    errno.EIO: ("the disk or share fails", _CONNECTED),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EINVAL: ("the name is not allowed there", "choose another one"),
    errno.EILSEQ: ("the name is not allowed there", "choose another one"),
    errno.ENOTDIR: ("a part of its path is a file and not a folder", "choose a folder"),
    errno.EEXIST: ("a file is in its place", "choose a folder"),
    errno.EISDIR: ("a folder is in its place", _ELSEWHERE),
    errno.ENOTEMPTY: ("something is in its place", _ELSEWHERE),
    errno.ELOOP: ("a link is in its place", _ELSEWHERE),
}
"""What the system says, and what a person does about it. A quota counts as a full disk: what helps is the same."""

_WINDOWS = {19: errno.EROFS, 21: errno.ENODEV, 39: errno.ENOSPC, 64: errno.ESTALE, 206: errno.ENAMETOOLONG}
_WINDOWS |= {1295: errno.EDQUOT}
"""Windows' own numbers whose errno says less: write-protected, not ready, full, share gone, name too long, quota."""

_NUMBER = re.compile(r"\[Errno (\d+)\]")


class NotWritten(InputRefused):
    """A file or folder that cannot be written; what was there before is as it was.

    Attributes:
        error: what the system said.
    """

    def __init__(self, path: Path, error: OSError) -> None:
        reason, advice = reason_and_advice(error)
        super().__init__(f"{shown(path)} cannot be written ({reason}), and nothing was changed: {advice}.")
        self.error = error


def reason_and_advice(error: OSError) -> tuple[str, str]:
    """Why the system refused, and what to do about it, in words without capital and full stop."""
    number = next(_numbers(error), 0)
    if number in _REASONS:
        return _REASONS[number]
    return (os.strerror(number) if number else "the disk or share fails"), _ELSEWHERE


def _numbers(error: BaseException | None) -> Iterator[int]:
    """The system's numbers of an error and of those that led to it.

    pydicom raises an error again with a traceback as its text and without its number, which stands in that text.
    """
    while error is not None:
        if isinstance(error, OSError):
            if error.errno:
                yield _WINDOWS.get(getattr(error, "winerror", 0), error.errno)
            elif found := _NUMBER.search(str(error)):
                yield int(found[1])
        error = error.__cause__ or error.__context__


def shown(path: Path) -> str:
    """A path as it can be printed, shortened in its middle."""
    text = "".join(sign if sign.isprintable() else "?" for sign in str(path))
    half = (LONGEST_PATH - 3) // 2
    return text if len(text) <= LONGEST_PATH else f"{text[:half]}...{text[-half:]}"
