"""Tables as comma-separated text, whose lines end the same on every system."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

MARK = "\ufeff"
"""Byte order mark, by which spreadsheets see that a table is UTF-8."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A header and its rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
