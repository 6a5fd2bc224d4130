"""A crash shows itself at the next start.

An error in a library can end the program without a word. Python then still writes where it was, into a file that is
made at the start and removed at an orderly end: names of functions and numbers of lines, nothing of a patient.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.messages import Message, message

_PREFIX, _SUFFIX = "clivus-running-", ".log"
LAST_CRASH = "clivus-crash.log"


@contextmanager
def watched(folder: Path) -> Iterator[Message | None]:
    """Watch the program for crashes inside the block; what is told, if an earlier one crashed.

    Args:
        folder: the user's own, made if needed. Where it cannot be written, nothing is watched.
    """
    told = _last_crash(folder)
    own = folder / f"{_PREFIX}{os.getpid()}{_SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = own.open("w", encoding="utf-8")
    except OSError:
        yield told
        return
    faulthandler.enable(stream)
    try:
        yield told
    finally:
        faulthandler.disable()
        stream.close()
        with contextlib.suppress(OSError):
            own.unlink()


def _runs(process: int) -> bool:
    from psutil import pid_exists  # not above: it takes 30 ms, and a start seldom finds what another one left

    return bool(pid_exists(process))


def _last_crash(folder: Path) -> Message | None:
    """What earlier programs left; of those that ended without a word nothing is known."""
    crashed = False
    for path in sorted(folder.glob(f"{_PREFIX}*{_SUFFIX}")):
        number = path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
        if number.isdigit() and (int(number) == os.getpid() or not _runs(int(number))):
            with contextlib.suppress(OSError):
                if path.stat().st_size:
                    path.replace(folder / LAST_CRASH)
                    crashed = True
                else:
                    path.unlink()
    if not crashed:
        return None
    return message(
        "Clivus ended unexpectedly the last time; unsaved marks are offered with their series. For whoever mends it, "
        "without anything of a patient: {file}",
        file=folder / LAST_CRASH,
    )
