"""A cohort into a project, to be confirmed, read a second time or settled: its series become cases, its readings entries.

What is there stays as it is. A reading is an entry of the reader who confirmed it, else of the one who takes it over; what
nobody has confirmed stays a proposal, which counts for nothing until that reader has confirmed it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from desktop.cohort_table import NEEDED, TABLE_FILE, Row, path_from, read_table
from desktop.errors import Cancelled, ClivusError, InputRefused
from desktop.imaging.scan import scan_for_images
from desktop.imaging.series import Scan
from desktop.imaging.sources import Source
from desktop.messages import Message, counted, message, sentences
from desktop.project import cases, entries
from desktop.project.adding import place_of, suggest_for
from desktop.project.cases import Case, Known
from desktop.project.cohort import MRI
from desktop.project.database import Project, ProjectRefused
from desktop.project.entry import Entry
from desktop.project.places import Places
from desktop.reading.matching import series_of, with_frames
from desktop.reading.saved import Reading
from desktop.unwritten import NotWritten
from desktop.work import UNWATCHED, Work

_LICENCE = "licence"
_PHASES = ("plain", "contrast")


class RowRefused(InputRefused):
    """A row of a cohort's table that cannot be taken over."""


@dataclass
class Taken:
    """What came from a cohort.

    Attributes:
        new, known: cases that were added, and that were there.
        readings: how many became entries; `proposals` of them nobody has confirmed.
        kept: keys of cases whose reader has another entry already, which stays.
        renamed: keys of the table that stand for another case here, and what they are now.
        troubles: what could not be taken over, in sentences.
    """

    new: int = 0
    known: int = 0
    readings: int = 0
    proposals: int = 0
    kept: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    troubles: list[Message] = field(default_factory=list)

    @property
    def told(self) -> Message:
        """In words."""
        told = [
            message(
                "{new} added, {known} known already, {readings} taken over.",
                new=counted("{number} case", "{number} cases", self.new),
                known=self.known,
                readings=counted("{number} reading", "{number} readings", self.readings),
            )
        ]
        if self.proposals:
            told.append(
                counted(
                    "{number} of them is a proposal, which a reader has to confirm.",
                    "{number} of them are proposals, which a reader has to confirm.",
                    self.proposals,
                )
            )
        if self.kept:
            told.append(message("Read already, and left as it is: {cases}.", cases=self.kept))
        told += [message("{other} of the table is {key} here.", other=one, key=now) for one, now in self.renamed.items()]
        return sentences([*told, *self.troubles])


@dataclass(frozen=True)
class _Case:
    """A row with its reading, which is read before anything is changed."""

    row: Row
    reading: Reading
    series: Path
    reader: str


def table_at(path: Path) -> Path | None:
    """The table of the cohort at a path: a folder that holds one, or the table itself; None if there is none."""
    table = path / TABLE_FILE if path.is_dir() else path
    return table if table.name == TABLE_FILE and table.is_file() else None


def take(
    project: Project, table: Path, reader: str, places: Places, work: Work = UNWATCHED, *, suggest: bool = False
) -> Taken:
    """Take over what a cohort's table names: whatever cannot be is told, and the rest goes on.

    Args:
        reader: the code under which readings go that nobody has confirmed; "" where there are none of these.
        suggest: also look for range and ROI in each series, and keep what its pixels are.

    Raises:
        TableRefused: the table cannot be read.
        ProjectRefused: a code is needed, and none was given.
        Cancelled: `work` was asked to stop.
        NotWritten: the disk fails.
    """
    taken = Taken()
    by_source: dict[Path, list[_Case]] = {}
    for row in read_table(table):
        try:
            one = _read(row, table, reader)
            by_source.setdefault(one.series, []).append(one)
        except ClivusError as error:
            taken.troubles.append(_about(row, error))
    if any(not one.reader for found in by_source.values() for one in found):
        raise ProjectRefused(
            message("Some readings of {table} were confirmed by nobody: give the code of their reader.", table=table.name)
        )
    patients: dict[str, str] = {}
    where: dict[str, Path] = {}
    done, total = 0, sum(map(len, by_source.values()))
    try:
        for path, found in by_source.items():
            work.raise_if_stopped()
            _take_source(project, path, found, patients, where, taken, suggest)
            done += len(found)
            work.progress(done, total)
    finally:
        if where:
            places.remember(where)
    return taken


def _take_source(
    project: Project,
    path: Path,
    found: list[_Case],
    patients: dict[str, str],
    where: dict[str, Path],
    taken: Taken,
    suggest: bool,
) -> None:
    """All cases of one source. `patients`: what the table's are called here; `where`: in which places cases lie."""
    try:
        with Source.open(path) as source:
            scan = scan_for_images(source)
            for one in found:
                try:
                    where |= {_take(project, path, scan, one, patients, taken, suggest): path}
                except (Cancelled, NotWritten):
                    raise
                except ClivusError as error:
                    taken.troubles.append(_about(one.row, error))
    except (Cancelled, NotWritten):
        raise
    except ClivusError as error:
        taken.troubles += [_about(one.row, error) for one in found]
