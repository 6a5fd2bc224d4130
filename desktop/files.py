"""All writing of files and folders: either the new one is complete, or the previous one is unchanged.

    write_text(path, text)              a file; also write_json, write_file (bytes), write_with (for torch.save)
    with new_folder(out) as folder:     a folder: fill `folder` in any way; it becomes `out` at the end of the block
        ...

All raise `NotWritten`, which carries the sentence for the user: callers neither catch OSError nor write a sentence. The
folder of a file must exist; `with folder_made(folder):` makes it, and removes it again if the block fails.

Everything is first written beside its destination, as a new file with a name that cannot be mistaken for a user's
(`.clivus-`, 32 hexadecimal digits, `.part`), flushed to the disk (fsync), and then renamed. Links are not followed.
Meanwhile a lock is held on a file beside it (`.lock` instead of `.part`). A kill leaves at most these two files; the
next write into the folder removes those that no process holds.

Files get the mode that a plain `open` gives (0666 minus the umask, or what the folder prescribes): not that of the file
that they replace, and not the 0600 of `mkstemp`, which would make them unreadable to others on a share. A link at the
destination is replaced; its target is left alone.
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
"""Seconds. Windows refuses to replace a file that a virus scanner or an indexer has open, as they do for a moment."""


def write_file(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file, replacing an older one.

    Args:
        mode: permissions, minus the umask.

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
    """Write text in UTF-8, with line ends unchanged; see `write_file`."""
    write_file(path, text.encode())


def write_json(path: Path, content: Any, mode: int = 0o666) -> None:
    """Write an object as JSON; see `write_file`.

    Raises:
        ValueError: it holds a number that is not finite, which JSON cannot express.
    """
    # A file name that is not valid text holds lone surrogates; they are written as backslash escapes.
    write_file(path, f"{to_json(content)}\n".encode(errors="backslashreplace"), mode)


def write_with(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write what another library writes to a stream, for example `torch.save`; see `write_file`.

    The content is collected in memory first, because torch and Pillow raise errors of their own when a disk is full.
    """
    content = io.BytesIO()
    write(content)
    write_file(path, content.getvalue())


def require_new(out: Path) -> None:
    """Refuse a path that already holds something, and remove what a killed process left beside it.

    Raises:
        WrongUse: `out` exists and is not an empty folder.
        NotWritten: it cannot be examined.
    """
    sweep(out.parent)
    try:
        free = not out.exists() or (out.is_dir() and not any(out.iterdir()))
    except OSError as error:
        raise NotWritten(out, error) from None
    if not free:
        raise WrongUse(message("{folder} exists already: name a new folder.", folder=shortened(out)))


@contextmanager
def new_folder(out: Path, *, replaces: bool = False) -> Iterator[Path]:
    """A new folder that becomes `out` at the end of the block, or is removed if the block fails.

    Args:
        replaces: an older folder may be there, which the block removes once the new one is filled.

    Raises:
        WrongUse: `out` exists and is not an empty folder, or is the current one.
        NotWritten: the disk fails while it is filled.
    """
    if not replaces:
        require_new(out)
    try:
        place = Path(os.path.realpath(out))  # if `out` is a link to an empty folder, that folder
        if place == Path.cwd():  # replacing it would leave the process in a folder that no longer exists
            raise WrongUse(message("{folder} is the current folder: name a new one.", folder=shortened(place)))
        with folder_made(place.parent), _beside(place.parent) as part:
            part.mkdir()
            yield part
            _to_disk(part)
            if sys.platform == "win32" and place.exists():  # other systems replace an empty folder
                place.rmdir()
            _rename(part, place)
    except NotWritten as error:  # raised for a file in the folder
        raise NotWritten(out, error.error) from None
    except OSError as error:
        raise NotWritten(out, error) from None


def remove_folder(folder: Path) -> None:
    """Remove a folder and all that is in it; a kill leaves it as it was, or gone. Of a link, what it leads to stays.

    Raises:
        NotWritten: it cannot be removed, and is as it was.
    """
    try:
        if folder.is_symlink():
            folder.unlink()
            return
        with _beside(folder.parent) as part:
            folder.rename(part)  # which is removed with the block
    except OSError as error:
        raise NotWritten(folder, error) from None


@contextmanager
def folder_made(folder: Path) -> Iterator[None]:
    """Make a folder and its parents; if the block fails, remove those that were made.

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
    """Remove what ended processes left in a folder. Every write begins with this."""
    with contextlib.suppress(OSError):  # the folder cannot be listed or changed, so it cannot be tidied
        for stem in {found[1] for name in os.listdir(folder) if (found := _OURS.fullmatch(name))}:  # noqa: PTH208
            part, lock = folder / f"{stem}.part", folder / f"{stem}.lock"
            held = Lock.inherit(lock)
            # The lock is made before the part and removed after it, so a part without a lock is not in use.
            if held is not None or not os.path.lexists(lock):
                _remove(part)
            if held is not None:
                held.release()


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A path in a folder for something that is then renamed; what is left there at the end is removed."""
    sweep(folder)
    lock = None
    while lock is None:  # another process may sweep the file away before it is locked
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
    elif stat.S_ISREG(kind):  # Clivus makes no links and no pipes
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
    with contextlib.suppress(OSError):  # some file systems refuse it for folders; the file itself is safe
        _sync(place.parent)


def _to_disk(folder: Path) -> None:
    """Flush a folder of files to the disk: only then does a share report that it is full."""
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
