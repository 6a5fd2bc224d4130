"""Tables as comma-separated text: for programs, whose lines end the same on every system, and for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

MARK = "\ufeff"
"""Byte order mark, by which spreadsheets see that a table is UTF-8."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A header and its rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def write_table(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows that have the same columns; UTF-8 with byte order mark, for spreadsheets to see what it is."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
