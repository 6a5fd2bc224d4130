"""Diagnostics collected for a window in a process of their own, which opens a window and decodes to try both."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from desktop.children import DIAGNOSTICS, child_command
from desktop.errors import Cancelled, ClivusError, InstallationUnsound
from desktop.headless.pipes import how_it_ended, start
from desktop.messages import Message, language, message, verbatim
from desktop.system_errors import reason_of
from desktop.temporary import sweep_temporary

_LOOK_S = 0.2
"""Seconds between two looks at whether to stop."""


class NotCollected(ClivusError):
    """Diagnostics that were not written."""


def written(path: Path) -> Message:
    """What is said of the file."""
    return message("{file} was written; it holds nothing of a patient, and you can look into it.", file=path)


def collect_apart(path: Path, stop: Callable[[], bool]) -> None:
    """Write what `clivus diagnostics` writes into a new file.

    Raises:
        NotCollected: why, in the reader's language.
        Cancelled: `stop` said so.
        InstallationUnsound: the process cannot be started.
    """
    order = json.dumps({"path": str(path), "language": language()}).encode() + b"\n"
    try:
        child = start(child_command(DIAGNOSTICS))
    except OSError as error:
        how = verbatim(reason_of(error))
        raise InstallationUnsound(
            message("The process that collects diagnostics cannot be started: {how}.", how=how)
        ) from None
    with child:
        try:
            answer = _answer(child, order, stop)
        finally:
            child.kill()
            sweep_temporary()
    if not answer:
        how = how_it_ended(child.returncode)
        raise NotCollected(message("Diagnostics were not collected: {how}.", how=how))
    if why := json.loads(answer)["why"]:
        raise NotCollected(verbatim(why))


def _answer(child: subprocess.Popen[bytes], order: bytes, stop: Callable[[], bool]) -> bytes:
    given: bytes | None = order
    while True:
        if stop():
            raise Cancelled
        try:
            return child.communicate(given, timeout=_LOOK_S)[0]
        except subprocess.TimeoutExpired:
            given = None  # it has been written
