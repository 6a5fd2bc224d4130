"""Whether a folder, above all the system's temporary one, can be written to."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from desktop.messages import Message
from desktop.system_errors import reason_of

_PROBE_BYTES = 2**20
"""Written as a test: the free space that a file system reports does not consider quotas."""


@dataclass(frozen=True)
class Trouble:
    """The temporary folder, and why it cannot be written to."""

    folder: Path
    reason: Message


def temporary_trouble() -> Trouble | None:
    """Why the temporary folder cannot be written to; None if it can."""
    try:
        require_room(None)
    except OSError:
        folder = Path(os.environ.get("TMPDIR") or tempfile.tempdir or "/tmp")
        try:  # if tempfile finds no usable folder, its error names the candidates but no reason
            require_room(folder)
        except OSError as other:
            error = other
        return Trouble(folder, reason_of(error))
    return None


def require_room(folder: Path | None) -> None:
    """Write into a folder, None for the temporary one, and take it away again.

    Raises:
        OSError: nothing can be written there.
    """
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(_PROBE_BYTES))
