"""The trail for others: as a table, or one JSON object a line. The salt stays behind, so that whoever gets it cannot
try which series an entry is of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from desktop import events
from desktop.csv_text import MARK, csv_text
from desktop.errors import WrongUse
from desktop.events import Event
from desktop.files import require_new, write_file
from desktop.messages import message
from desktop.trail.trail_file import TrailFile, TrailPlace
from desktop.unwritten import shortened

COLUMNS = ("number", "at", "workstation", "reader", "what", "subject", "data", "origin", "before", "digest")
"""As in the file; `digest` is the SHA-256 over the JSON list of all between it and `number`."""

CSV, JSON_LINES = ".csv", ".jsonl"


@dataclass(frozen=True)
class Entry:
    """One entry, as it stands in the trail."""

    number: int
    event: Event
    digest: str

    @property
    def row(self) -> tuple[object, ...]:
        """Its values, in the order of `COLUMNS`."""
        return (self.number, *astuple(self.event), self.digest)

    def document(self) -> dict[str, object]:
        """As JSON; `data` stays the text that the digest is of."""
        return dict(zip(COLUMNS, self.row, strict=True))


def entries(place: TrailPlace, series_uid: str = "") -> list[Entry]:
    """All entries, or those of a series.

    Raises:
        TrailRefused: it is not a trail, damaged, or of a newer version.
        NotWritten: it cannot be opened.
    """
    if not place.begun:
        return []
    with TrailFile.opened(place.file) as trail:
        wanted = trail.stands_for(series_uid.partition(":")[0]) if series_uid else ""
        return [Entry(*one) for one in events.read(trail) if wanted in ("", one[1].subject)]


def export(found: Sequence[Entry], out: Path) -> None:
    """Write entries to a new file; its suffix says how.

    Raises:
        WrongUse: there is a file of this name, or the suffix is another.
        NotWritten: it cannot be written.
    """
    if out.suffix not in (CSV, JSON_LINES):
        raise WrongUse(
            message(
                "{file}: name a file that ends in {csv} (a table) or {lines} (one JSON object a line).",
                file=shortened(out),
                csv=CSV,
                lines=JSON_LINES,
            )
        )
    require_new(out)
    if out.suffix == CSV:
        text = f"{MARK}{csv_text(COLUMNS, [entry.row for entry in found])}"
    else:
        text = "".join(f"{json.dumps(entry.document(), ensure_ascii=True)}\n" for entry in found)
    write_file(out, text.encode())
