"""Which models were learned on this computer, by this user: they are a site's own, and nobody else could have signed
them.

A manifest cannot say it of itself, since anybody could write that into one; so it is noted where the model is made.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from pathlib import Path

from desktop.fields import Fields, Unfit
from desktop.files import folder_made, write_json
from desktop.plain_file import NotPlain, read_plain
from desktop.settings_file import local_data_folder
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import NotWritten

FILE = "made-here.json"
SCHEMA = "clivus-made-here/1"

MOST = 500
"""Models that are noted; the oldest are forgotten first."""

_MAXIMUM_BYTES = 64 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


def own_file() -> Path:
    """The user's own."""
    return local_data_folder() / FILE


def made_here(files: Iterable[Path]) -> frozenset[str]:
    """SHA-256 of the manifests of all models that these files note. A damaged file notes none: then its models count as
    what they are without it, not signed."""
    return frozenset(sum256 for file in files for sum256 in _noted(file))


def note_made_here(manifest_sha256: str, file: Path) -> None:
    """Note a model.

    Raises:
        NotWritten: the file cannot be written.
    """
    noted = [one for one in _noted(file) if one != manifest_sha256][1 - MOST :]
    try:
        with folder_made(file.parent):
            write_json(file, {"schema": SCHEMA, "manifests": [*noted, manifest_sha256]})
    except OSError as error:
        raise NotWritten(file, error) from None


def _noted(file: Path) -> tuple[str, ...]:
    with contextlib.suppress(NotPlain, NotStrict, Unfit):
        fields = Fields(from_json(read_plain(file, _MAXIMUM_BYTES)))
        fields.one_of("schema", (SCHEMA,))
        return tuple(one for one in fields.words("manifests", MOST) if _SHA256.fullmatch(one))
    return ()
