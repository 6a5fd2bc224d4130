"""Whether the system's temporary folder can be used."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from desktop.messages import Message
from desktop.system_errors import reason_of

PROBE_BYTES = 2**20
"""Written as a test: the free space that a file system reports does not consider quotas."""


@dataclass(frozen=True)
class Trouble:
    """The temporary folder, and why it cannot be written to."""

    folder: Path
    reason: Message


def temporary_trouble() -> Trouble | None:
    """Why the temporary folder cannot be written to; None if it can."""
    try:
        _probe(None)
    except OSError:
        folder = Path(os.environ.get("TMPDIR") or tempfile.tempdir or "/tmp")
        try:  # if tempfile finds no usable folder, its error names the candidates but no reason
            _probe(folder)
        except OSError as other:
            error = other
        return Trouble(folder, reason_of(error))
    return None


def _probe(folder: Path | None) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(PROBE_BYTES))
