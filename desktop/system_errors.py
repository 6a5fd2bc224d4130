"""The reasons that the system gives for files that cannot be opened or read, translated."""

from __future__ import annotations

from desktop.messages import Message, message, verbatim

_KNOWN = {
    str(reason): reason
    for reason in (
        message("No such file or directory"),
        message("Permission denied"),
        message("Operation not permitted"),
        message("Input/output error"),
        message("Is a directory"),
        message("Not a directory"),
        message("File name too long"),
        message("Too many levels of symbolic links"),
        message("Too many open files"),
        message("No space left on device"),
        message("Disk quota exceeded"),
        message("Read-only file system"),
        message("Stale file handle"),
        message("Device or resource busy"),
        message("Cannot allocate memory"),
    )
}
"""The usual ones, listed here so that the catalogues contain them; others are shown as the system has them."""


def reason_of(error: OSError) -> Message:
    """Why the system refused."""
    words = error.strerror or str(error)
    return _KNOWN.get(words) or verbatim(words)
