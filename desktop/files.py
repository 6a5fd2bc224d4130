"""The one way to write: a file or a folder is there whole, or what was there before still is.

    write_text(path, text)              a file; also write_json, write_file (bytes), write_with (torch.save and such)
    with new_folder(out) as folder:     a folder: fill `folder` in any way, and it becomes `out` at the end of the block
        ...

All raise `NotWritten`, whose text is the sentence for the person: nobody who writes with them catches OSError or makes
a sentence. The folder of a file must be there; `with folder_made(folder):` makes it, and takes it away again if the
block fails.

How: everything is first written beside its place, under a name that nobody takes for a file of theirs (`.clivus-`, 32
hexadecimal digits, `.part`), made anew without following a link, brought to the disk (fsync), then renamed. Meanwhile a
lock is held on a file beside it (`.lock` instead of `.part`). A kill leaves at most these two: whoever writes into the
folder next removes those that nobody holds, and no others.

Files get the mode that a plain `open` gives (0666 less the umask, or what the folder says), not that of the file that
they replace, and not the 0600 of `mkstemp`, which would close them to the others on a share. A link in the place of a
file is replaced, and what it leads to is left alone.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from desktop.errors import WrongUse
from desktop.locks import Lock
from desktop.messages import message
from desktop.strict_json import to_json
from desktop.unwritten import NotWritten, shortened

_OURS = re.compile(r"(\.clivus-[0-9a-f]{32})\.(part|lock)")

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)

_WINDOWS_WAITS_S = (0.05, 0.2, 0.5, 1.0)
"""Windows refuses to replace what a virus scanner or an indexer looks at, which they do for a moment with new files."""


def write_file(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file, in the place of an older one if there is one.

    Args:
        mode: who may read it, less the umask.

    Raises:
        NotWritten: it cannot be written; an older file is as it was.
    """
    try:
        with _beside(path.parent) as part:
            descriptor = os.open(part, _NEW, mode)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(descriptor)
            _rename(part, path)
    except OSError as error:
        raise NotWritten(path, error) from None


def write_text(path: Path, text: str) -> None:
    """Write text in UTF-8, line ends as they are; see `write_file`."""
    write_file(path, text.encode())


def write_json(path: Path, content: Any, mode: int = 0o666) -> None:
    """Write an object as JSON; see `write_file`.

    Raises:
        ValueError: it holds a number that is not finite, for which JSON has no sign.
    """
    # A name that is no text holds half a pair of surrogates, which JSON writes as Python's backslash does.
    write_file(path, f"{to_json(content)}\n".encode(errors="backslashreplace"), mode)


def write_with(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write what something else puts onto a stream, such as `torch.save`; see `write_file`.

    It goes through the memory: where a disk is full, torch and Pillow end with errors of their own.
    """
    content = io.BytesIO()
    write(content)
    write_file(path, content.getvalue())


def require_new(out: Path) -> None:
    """Refuse a place that holds something, and remove what a kill has left beside it.

    Raises:
        WrongUse: `out` exists and is not an empty folder.
        NotWritten: it cannot even be looked at.
    """
    sweep(out.parent)
    try:
        free = not out.exists() or (out.is_dir() and not any(out.iterdir()))
    except OSError as error:
        raise NotWritten(out, error) from None
    if not free:
        raise WrongUse(message("{folder} exists already: name a new folder.", folder=shortened(out)))


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A folder beside `out` that becomes `out` at the end, or is gone.

    Raises:
        WrongUse: `out` exists and is not an empty folder, or is the current one.
        NotWritten: the disk fails while it is filled.
    """
    require_new(out)
    try:
        place = Path(os.path.realpath(out))  # of a link to an empty folder, the folder
        if place == Path.cwd():  # whoever stands in it would stand in a folder that is gone
            raise WrongUse(message("{folder} is the current folder: name a new one.", folder=shortened(place)))
        with folder_made(place.parent), _beside(place.parent) as part:
            part.mkdir()
            yield part
            _to_disk(part)
            if sys.platform == "win32" and place.exists():  # elsewhere an empty folder is replaced
                place.rmdir()
            _rename(part, place)
    except NotWritten as error:  # of a file in it
        raise NotWritten(out, error.error) from None
    except OSError as error:
        raise NotWritten(out, error) from None


@contextmanager
def folder_made(folder: Path) -> Iterator[None]:
    """Make a folder and those above it; if what follows fails, those that were made for it go again.

    Raises:
        OSError: it cannot be made.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for one in missing:
            with contextlib.suppress(OSError):
                one.rmdir()
        raise


def sweep(folder: Path) -> None:
    """Remove what writers that are gone have left in a folder. Every writer does so first."""
    with contextlib.suppress(OSError):  # nothing can be listed or removed, so nothing can be tidied
        for stem in {found[1] for name in os.listdir(folder) if (found := _OURS.fullmatch(name))}:  # noqa: PTH208
            part, lock = folder / f"{stem}.part", folder / f"{stem}.lock"
            held = Lock.inherit(lock)
            # The lock is made before the part and removed after it: a part without one has no holder either.
            if held is not None or not os.path.lexists(lock):
                _remove(part)
            if held is not None:
                held.release()


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A place in a folder where something can be made that is renamed then; what is left there at the end goes."""
    sweep(folder)
    lock = None
    while lock is None:  # another one's sweep may have come between making and locking
        stem = f".clivus-{secrets.token_hex(16)}"
        lock = Lock.take(folder / f"{stem}.lock")
    part = folder / f"{stem}.part"
    try:
        yield part
    finally:
        _remove(part)
        lock.release()


def _remove(part: Path) -> None:
    try:
        kind = part.lstat().st_mode
    except OSError:
        return
    if stat.S_ISDIR(kind):
        shutil.rmtree(part, ignore_errors=True)
    elif stat.S_ISREG(kind):  # a link or a pipe is not ours
        with contextlib.suppress(OSError):
            part.unlink()


def _rename(part: Path, place: Path) -> None:
    for wait in _WINDOWS_WAITS_S if sys.platform == "win32" else ():
        try:
            part.replace(place)
            return
        except PermissionError:
            time.sleep(wait)
    part.replace(place)
    with contextlib.suppress(OSError):  # some file systems refuse it for folders; the file itself is on the disk
        _sync(place.parent)


def _to_disk(folder: Path) -> None:
    """Bring a folder of files to the disk: a share says only then that it is full."""
    for here, _, names in os.walk(folder):
        for name in names:
            _sync(Path(here, name))
        with contextlib.suppress(OSError):
            _sync(Path(here))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if sys.platform != "win32" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
