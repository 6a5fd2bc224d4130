"""From a table of series to a cohort of suggested marks, which a reader has to look at and confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.cohort_table import TABLE_FILE, Row, path_from, path_to, read_table
from desktop.csv_text import write_table
from desktop.errors import ClivusError, InputRefused
from desktop.files import new_folder, require_new
from desktop.imaging.eligibility import check_series
from desktop.imaging.scan import scan_for_images
from desktop.imaging.series import Series
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.learning.cohort.problem import CohortRefused
from desktop.messages import Message, counted, message
from desktop.reading.origin import Origin
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.suggestion import suggest
from training.work.progress import Progress

NEEDED = ("case", "patient", "series")
VERDICT = "verdict"
LIST_FILE = "suggest.csv"
"""Every case of the table: what is suggested, or why it was left out."""


class SeriesUnclear(InputRefused):
    """A path that holds no suitable series, or several."""


@dataclass(frozen=True)
class Suggested:
    """A case whose marks are suggested.

    Attributes:
        series: where its files are.
        cautions: what the reader should know.
    """

    row: Row
    series: Path
    reading: Reading
    cautions: tuple[Message, ...]

    @property
    def key(self) -> str:
        """The case's."""
        return self.row.cells["case"]


@dataclass(frozen=True)
class LeftOut:
    """A case without marks, and why."""

    row: Row
    reason: Message

    @property
    def key(self) -> str:
        """The case's."""
        return self.row.cells["case"]


def suggest_cohort(table: Path, out: Path) -> tuple[list[Suggested], list[LeftOut]]:
    """Write a cohort of suggestions; the folder appears when all of it is there.

    Args:
        table: case, patient, series (a path, from the table's folder); a verdict (positive, negative or nothing), and
            any other columns of a cohort's table, which are kept.

    Raises:
        WrongUse: `out` exists and is not an empty folder.
        CohortRefused: the table cannot be read, or nothing is suggested for any of its cases.
        NotWritten: the medium fails; nothing is left then.
    """
    require_new(out)
    rows = read_table(table, NEEDED)
    _require_keys(table, rows)
    suggested: list[Suggested] = []
    left_out: list[LeftOut] = []
    progress = Progress("Cases", len(rows))
    for number, row in enumerate(rows, start=1):
        try:
            suggested.append(_suggest(row, path_from(table, row.cells["series"])))
        except ClivusError as error:
            left_out.append(LeftOut(row, error.message))
        progress.tell(number)
    progress.close(f"{len(rows)} cases")
    if not suggested:
        raise CohortRefused(_nothing(table, left_out))
    with new_folder(out) as folder:
        (folder / "readings").mkdir()
        for item in suggested:
            item.reading.save(folder / _reading_of(item.key))
        write_table(folder / TABLE_FILE, [_row(item, out) for item in suggested])
        write_table(folder / LIST_FILE, [*map(_listed, suggested), *map(_listed_left_out, left_out)])
    return suggested, left_out


def _require_keys(table: Path, rows: Sequence[Row]) -> None:
    """A key becomes a file's name."""
    seen: set[str] = set()
    for row in rows:
        key = row.cells["case"]
        if not key or key.casefold() in seen or not key.replace("_", "").replace("-", "").isalnum():
            raise CohortRefused(
                message(
                    "The table {table}, line {number}: the case {key!r} is no key: give each case its own, of letters, "
                    "digits, - and _.",
                    table=table,
                    number=row.number,
                    key=key,
                )
            )
        seen.add(key.casefold())


def _suggest(row: Row, path: Path) -> Suggested:
    verdict = _verdict(row)
    with Source.open(path) as source:
        series = _suitable(scan_for_images(source).series, path)
        volume = load(series)
    found = suggest(volume)
    first = volume.series.slices[0]
    reading = Reading(
        series.name,
        found.roi,
        found.range,
        verdict=verdict,
        sop_instance_uid=first.sop_instance_uid,
        frame=first.place.frame,
        origin=Origin("suggested", "suggested", "the table's verdict" if verdict else ""),
    )
    return Suggested(row, path, reading, found.cautions)


def _verdict(row: Row) -> Verdict | None:
    said = row.cells.get(VERDICT, "").casefold()
    if not said:
        return None
    if said not in (Verdict.POSITIVE, Verdict.NEGATIVE):
        raise CohortRefused(message("The verdict is {said!r}: positive, negative or nothing is expected.", said=said))
    return Verdict(said)


def _suitable(found: Sequence[Series], path: Path) -> Series:
    suitable = [series for series in found if all(check.status != "fail" for check in check_series(series))]
    if len(suitable) == 1:
        return suitable[0]
    if not suitable:
        raise SeriesUnclear(message("No series in {path} is suitable: see `clivus scan`.", path=path))
    raise SeriesUnclear(
        message(
            "{number} series in {path} would do: name a folder that holds the one meant.",
            number=len(suitable),
            path=path,
        )
    )


def _nothing(table: Path, left_out: Sequence[LeftOut]) -> Message:
    if not left_out:
        return message("The table {table} has no cases.", table=table)
    return counted(
        "Nothing is suggested for {table}: {number} case was left out, {key}, because: {reason}",
        "Nothing is suggested for {table}: {number} cases were left out, the first, {key}, because: {reason}",
        len(left_out),
        table=table,
        key=left_out[0].key,
        reason=left_out[0].reason,
    )


def _reading_of(key: str) -> str:
    return f"readings/{key}.json"


def _row(item: Suggested, out: Path) -> dict[str, str]:
    others = {name: cell for name, cell in item.row.cells.items() if name != VERDICT}
    return {**others, "series": path_to(out, item.series), "reading": _reading_of(item.key)}


def _listed(item: Suggested) -> dict[str, str]:
    span = item.reading.range
    return {
        "case": item.key,
        "outcome": "suggested",
        "low_mm": f"{span.low_mm:.1f}",
        "high_mm": f"{span.high_mm:.1f}",
        "verdict": item.reading.verdict or "",
        "remark": " ".join(map(str, item.cautions)),
    }


def _listed_left_out(item: LeftOut) -> dict[str, str]:
    return {
        "case": item.key,
        "outcome": "left out",
        "low_mm": "",
        "high_mm": "",
        "verdict": "",
        "remark": str(item.reason),
    }
