"""A folder that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.errors import InputRefused, WrongUse
from desktop.scratch import Scratch, sweep

_PREFIX = ".clivus-"
"""Of a folder that is being filled, beside the one that it will be."""


class NotWritten(InputRefused):
    """A folder or file that cannot be written, for want of room or permission."""

    def __init__(self, path: Path, error: OSError) -> None:
        # pydicom repeats an error with a traceback as its text and without its number: the first line says it.
        reason = error.strerror or next(iter(str(error).splitlines()), "").rpartition("] ")[2] or "the medium fails"
        super().__init__(
            f"{path} cannot be written ({reason}), and nothing was kept: make room there, or choose a place where you "
            "may write."
        )


def require_new(out: Path) -> None:
    """Refuse a place that holds something.

    Raises:
        WrongUse: `out` exists and is not an empty folder.
        NotWritten: it cannot even be looked at.
    """
    try:
        free = not out.exists() or (out.is_dir() and not any(out.iterdir()))
    except OSError as error:
        raise NotWritten(out, error) from None
    if not free:
        raise WrongUse(f"{out} exists already: name a new folder.")


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A folder beside `out` that becomes `out` at the end, or is gone; after a kill, the next one there removes it.

    Raises:
        WrongUse: `out` exists and is not an empty folder.
        NotWritten: the medium fails while it is filled.
    """
    require_new(out)
    scratch: Scratch | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        sweep(out.parent, _PREFIX)
        scratch = Scratch(out.parent, _PREFIX)
        scratch.path.mkdir(0o700)  # open to others when it is whole
        yield scratch.path
        scratch.path.chmod(0o755)
        scratch.path.replace(out)
    except OSError as error:
        raise NotWritten(out, error) from None
    finally:
        if scratch is not None:
            scratch.close()
