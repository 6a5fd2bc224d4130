"""Tables of a cohort and its readers as people's programs write them: rows of named cells."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.learning.cohort.problem import CohortRefused
from desktop.messages import message

TABLE_FILE = "cohort.csv"
NEEDED = ("case", "patient", "series", "reading")
"""Columns of a cohort's table, without which there is no case."""

_SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Row:
    """One line: its number as a spreadsheet counts it, and its cells by the names of the columns, in lower case."""

    number: int
    cells: dict[str, str]


def read_table(path: Path, needed: Sequence[str] = NEEDED) -> list[Row]:
    """The rows of a table; lines without any text are left out.

    UTF-8 with or without byte order mark, or UTF-16 with one (a spreadsheet's "Unicode text"); comma, semicolon or
    tabulator, with or without the line `sep=;`. Names of columns in any case.

    Args:
        needed: columns that must be there.

    Raises:
        CohortRefused: it cannot be read, a column is missing or named twice, or a row is longer than the header.
    """
    lines = _lines(path)
    if not lines:
        raise CohortRefused(
            message("The table {path} is empty: it needs the columns {needed}.", path=path, needed=", ".join(needed))
        )
    (_, header), *rows = lines
    names = [name.strip().casefold() for name in header]
    while names and not names[-1]:
        names.pop()
    if missing := [name for name in needed if name not in names]:
        raise CohortRefused(
            message(
                "The table {path} has no column {missing} (found: {found}): its first line must name {needed}.",
                path=path,
                missing=", ".join(missing),
                found=", ".join(filter(None, names)) or "none",
                needed=", ".join(needed),
            )
        )
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise CohortRefused(
            message(
                "The table {path} has the column {column!r} twice: leave one of them out.", path=path, column=twice[0]
            )
        )
    found = []
    for number, cells in rows:
        if any(cells[len(names) :]):
            raise CohortRefused(
                message(
                    "The table {path}, line {number}: there are more cells than columns: put cells that hold a comma "
                    "or semicolon in quotes.",
                    path=path,
                    number=number,
                )
            )
        padded = cells + [""] * (len(names) - len(cells))
        found.append(Row(number, dict(zip(names, padded, strict=False))))
    return found


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """Lines that hold text, with their numbers; the header first."""
    text = _text(path)
    first, _, rest = text.partition("\n")
    skipped = 0
    separator = max(_SEPARATORS, key=first.count)
    if first.strip().strip('"').casefold().startswith("sep="):
        separator, text, skipped = first.strip().strip('"')[4:5] or ",", rest, 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        lines = [(skipped + reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise CohortRefused(
            message(
                "The table {path}, line {number}, is damaged ({error}): save it again as CSV.",
                path=path,
                number=skipped + reader.line_num,
                error=error,
            )
        ) from None
    return [(number, cells) for number, cells in lines if any(cells)]


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CohortRefused(
            message(
                "The table {path} cannot be opened ({reason}): name a table that is there, or a folder.",
                path=path,
                reason=error.strerror or error,
            )
        ) from None
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise CohortRefused(
            message(
                'The table {path} is not in UTF-8: save it again as "CSV UTF-8", which spreadsheet programs offer.',
                path=path,
            )
        ) from None
