"""The system's temporary folder: can it be used?"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROBE_BYTES = 2**20
"""Written to see whether there is any room: the figures of a file system know nothing of quotas."""


@dataclass(frozen=True)
class Trouble:
    """The folder that is meant to be used, and why nothing can be written to it."""

    folder: Path
    reason: str


def temporary_trouble() -> Trouble | None:
    """Why nothing can be written to a temporary folder; None where it can."""
    try:
        _probe(None)
    except OSError:
        folder = Path(os.environ.get("TMPDIR") or tempfile.tempdir or "/tmp")
        try:  # where tempfile finds no folder at all, it names all that it tried, and no reason
            _probe(folder)
        except OSError as other:
            error = other
        return Trouble(folder, error.strerror or str(error))
    return None


def _probe(folder: Path | None) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(PROBE_BYTES))
