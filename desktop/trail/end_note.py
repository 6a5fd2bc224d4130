"""Where the trail ended when it was last written. The note lies in another folder, so that a trail whose end was cut
off, or that was begun anew, is noticed: a chain alone is as sound without its last links."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass
from pathlib import Path

from desktop.fields import Fields, Unfit
from desktop.files import write_json
from desktop.plain_file import NotPlain, read_plain
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import NotWritten

SCHEMA = "clivus-trail-end/1"

_MOST_BYTES, _MOST_ENTRIES = 4096, 10**12
_OWNERS_ONLY = 0o600


@dataclass(frozen=True)
class EndNote:
    """The last entry.

    Attributes:
        trail: the id of the trail.
        number, digest: of its last entry.
    """

    trail: str
    number: int
    digest: str

    @staticmethod
    def load(path: Path) -> EndNote | None:
        """The note; None where there is none that can be read."""
        try:
            fields = Fields(from_json(read_plain(path, _MOST_BYTES)))
            fields.one_of("schema", (SCHEMA,))
            return EndNote(fields.text("trail"), fields.whole("number", 1, _MOST_ENTRIES), fields.sha256("digest"))
        except (OSError, NotPlain, NotStrict, Unfit):
            return None

    def save(self, path: Path) -> None:
        """Write the note, if that can be: the entry itself is written already, and the next one tries again."""
        with contextlib.suppress(OSError, NotWritten):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_json(path, {"schema": SCHEMA, **asdict(self)}, _OWNERS_ONLY)
