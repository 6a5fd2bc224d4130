"""The system's temporary folder: can it be used?"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

PROBE_BYTES = 2**20
"""Written to see whether there is any room: the figures of a file system know nothing of quotas."""


def temporary_trouble() -> str:
    """Why nothing can be written to a temporary folder, in words that follow "since"; "" where it can."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(bytes(PROBE_BYTES))
    except OSError as error:
        folder, reason = _cause(error)
        return f"the temporary folder {folder} cannot be written to ({reason})"
    return ""


def _cause(error: OSError) -> tuple[Path, str]:
    """The folder that is meant to be used and what is wrong with it."""
    folder = Path(os.environ.get("TMPDIR") or tempfile.tempdir or "/tmp")
    try:  # where tempfile finds no folder at all it names all that it tried, and no reason
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(PROBE_BYTES))
    except OSError as other:
        error = other
    return folder, error.strerror or str(error)
