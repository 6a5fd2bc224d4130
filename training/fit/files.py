"""Files that are whole or not there."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from desktop.errors import ClivusError


class CannotWrite(ClivusError):
    """A file of a run cannot be written; what was there before is as it was."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"{path} cannot be written ({error.strerror or error}): make room or choose another folder; the same "
            "command then goes on from what was saved."
        )


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its place, then put it there: a kill or a full disk leaves the old one or none.

    Raises:
        CannotWrite: the disk is full, or the folder cannot be written to.
    """
    partial = path.with_name(partial_name(path.name))
    content = io.BytesIO()
    write(content)  # not onto the disk: where that is full, torch ends with a RuntimeError of its own
    try:
        with partial.open("wb") as stream:
            stream.write(content.getbuffer())
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise CannotWrite(path, error) from None


def write_text(path: Path, text: str) -> None:
    """Write text in UTF-8; see `write_whole`."""
    write_whole(path, lambda stream: stream.write(text.encode()))


def write_json(path: Path, content: Any) -> None:
    """Write an object as JSON; see `write_whole`."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def partial_name(name: str) -> str:
    """Name of a file that is still being written."""
    return f".{name}.partial"
