"""Tables as training writes them."""

from __future__ import annotations

import csv
from pathlib import Path


def write_table(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows that have the same columns; UTF-8 with byte order mark, for spreadsheets to see what it is."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
