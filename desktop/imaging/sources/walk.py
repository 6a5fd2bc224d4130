"""Lists every file below a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from desktop.imaging.sources.listing import Candidate, Found, Listing
from desktop.imaging.sources.names import Parts, is_leftover, plain, printable, reachable
from desktop.messages import Message, message
from desktop.system_errors import reason_of
from desktop.work import Work

LEFTOVER = message("written by the operating system, not an image")
ZIP_MAGIC = b"PK\x03\x04"

_ASK_EVERY = 256


def walk(folder: Path, work: Work, enter: Callable[[Parts], bool] = lambda parts: True) -> Listing:
    """List the regular files below a folder, at any depth; links to folders are not followed.

    Only files named *.zip are opened, and no file sizes are read: that would take seconds on a disc.

    Args:
        folder: where to begin.
        work: checked between folders and every few files.
        enter: whether to look into a sub-folder, by its place below the folder.

    Raises:
        OSError: the folder itself cannot be read. Unreadable sub-folders are listed as skipped.
        Cancelled: `work` was asked to stop.
    """
    listing = Listing()
    seen: set[str] = set()
    waiting: list[tuple[str, Parts]] = [(os.fspath(reachable(folder)), ())]
    while waiting:
        where, parts = waiting.pop()
        real = os.path.realpath(where)
        if real in seen:  # a Windows junction, which Python 3.11 treats as a folder, may lead back
            continue
        seen.add(real)
        try:
            for entry in _entries(where, work):
                place = (*parts, entry.name)
                if not entry.is_dir(follow_symlinks=False):
                    _take(entry, place, real, listing)
                elif enter(place):
                    waiting.append((entry.path, place))
        except OSError as error:
            if not parts:
                raise
            listing.skip(_shown(where), message("the folder cannot be read ({error})", error=reason_of(error)))
    return listing


def _entries(where: str, work: Work) -> Iterator[os.DirEntry[str]]:
    with os.scandir(where) as entries:
        for number, entry in enumerate(entries):
            if number % _ASK_EVERY == 0:
                work.raise_if_stopped()
            yield entry


def _take(entry: os.DirEntry[str], parts: Parts, folder: str, listing: Listing) -> None:
    shown = _shown(entry.path)
    linked = entry.is_symlink()
    reason = _reason_to_skip(entry, linked)
    if reason:
        listing.skip(shown, reason)
        return
    # The path has no links up to the folder, so the real path of most files needs no disc access.
    real = os.path.realpath(entry.path) if linked else folder + os.sep + entry.name
    listing.files.append(Found(Candidate(Path(entry.path), shown), parts, real))


def _reason_to_skip(entry: os.DirEntry[str], linked: bool) -> Message | None:
    try:
        if linked and entry.is_dir():
            return message("a link to another folder, which is not followed: open that folder itself")
        if not entry.is_file():
            # Reading from a pipe or a device would block.
            return (
                message("a link that leads to no file") if linked else message("a pipe, socket or device, not a file")
            )
    except OSError as error:  # circular links
        return message("cannot be opened ({error})", error=reason_of(error))
    if is_leftover(entry.name):
        return LEFTOVER
    if entry.name.lower().endswith(".zip") and _is_zip(entry.path):
        return message("a zip archive: open it by itself")
    return None


def _is_zip(path: str) -> bool:
    try:
        with Path(path).open("rb") as stream:
            return stream.read(len(ZIP_MAGIC)) == ZIP_MAGIC
    except OSError:  # reported when the header is read
        return False


def _shown(path: str) -> str:
    return printable(plain(path))
