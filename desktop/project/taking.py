"""A cohort into a project, to be confirmed or read a second time: its series become cases, its readings entries.

What is there stays as it is. A reading is an entry of the reader who confirmed it, else of the one who takes it over;
what nobody has confirmed stays a proposal, which counts for nothing until that reader has confirmed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from desktop.cohort_table import NEEDED, TABLE_FILE, Row, is_there, path_from, read_table
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
from desktop.quoting import quoted
from desktop.reading.matching import series_of, with_frames
from desktop.reading.saved import Reading
from desktop.unwritten import NotWritten, shortened
from desktop.work import UNWATCHED, Work

PHASES = ("plain", "contrast")


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
        told += [
            message("{other} of the table is {key} here.", other=one, key=now) for one, now in self.renamed.items()
        ]
        return sentences([*told, *self.troubles])


@dataclass(frozen=True)
class _Named:
    """A row with its reading, which is read before anything is changed."""

    row: Row
    reading: Reading
    series: Path

    @property
    def reader(self) -> str:
        """Who confirmed the reading."""
        return self.reading.origin.confirmed_by


def table_at(path: Path) -> Path | None:
    """The table of the cohort at a path: a folder that holds one, or the table itself; None if there is none."""
    table = path / TABLE_FILE if path.is_dir() else path
    return table if table.name == TABLE_FILE and table.is_file() else None


def take(
    project: Project, table: Path, reader: str, places: Places, work: Work = UNWATCHED, *, suggest: bool = False
) -> Taken:
    """Take over what a cohort's table names: what cannot be taken over is told, and the rest goes on.

    Args:
        reader: the code under which readings go that name nobody; "" where there are none of these.
        suggest: also look for range and ROI in each series, and keep what its pixels are.

    Raises:
        TableRefused: the table cannot be read.
        ProjectRefused: a code is needed, and none was given.
        Cancelled: `work` was asked to stop.
        NotWritten: the disk fails.
    """
    taking = _Taking(project, reader, suggest)
    by_source: dict[Path, list[_Named]] = {}
    for row in read_table(table):
        with taking.telling(row):
            one = _named(row, table)
            by_source.setdefault(one.series, []).append(one)
    named = [one for found in by_source.values() for one in found]
    if not reader and any(not one.reader for one in named):
        raise ProjectRefused(
            message("Some readings of {table} name no reader: give the code under which they go.", table=table.name)
        )
    try:
        for path, found in by_source.items():
            work.raise_if_stopped()
            taking.take(path, found)
            work.progress(taking.done, len(named))
    finally:
        if taking.where:
            places.remember(taking.where)
    return taking.taken


class _Taking:
    """What goes on over the rows of one table."""

    def __init__(self, project: Project, reader: str, suggest: bool) -> None:
        self._project, self._reader, self._suggest = project, reader, suggest
        self._patients: dict[str, str] = {}
        """What the table's patients are called here."""
        self.taken, self.where, self.done = Taken(), dict[str, Path](), 0

    @contextmanager
    def telling(self, *rows: Row) -> Iterator[None]:
        """What is wrong with some rows costs these rows."""
        try:
            yield
        except (Cancelled, NotWritten):
            raise
        except ClivusError as error:
            self.taken.troubles += [
                message("Case {case}: {reason}", case=quoted(row.cells["case"]), reason=error.message) for row in rows
            ]

    def take(self, path: Path, found: list[_Named]) -> None:
        """Everything of one source."""
        with self.telling(*(one.row for one in found)), Source.open(path) as source:
            scan = scan_for_images(source)
            for one in found:
                with self.telling(one.row):
                    self._take_case(path, scan, one)
        self.done += len(found)

    def _take_case(self, path: Path, scan: Scan, one: _Named) -> None:
        project, cells = self._project, one.row.cells
        stack = series_of(one.reading, scan.series, scan.shown)
        reading = with_frames(one.reading, stack)
        reading.roi.require_inside(stack.rows, stack.columns)
        code = one.reader or self._reader
        entries.add_reader(project, code)
        case, added = cases.add(project, stack, code, self._known(cells))
        self._patients.setdefault(cells["patient"].casefold(), case.patient)
        self.where[case.id] = place_of(stack, path)
        self.taken.new += added
        self.taken.known += not added
        if case.key != cells["case"]:
            self.taken.renamed[cells["case"]] = case.key
        if self._suggest and not case.suggestion:
            suggest_for(project, case, stack)
        self._take_reading(case, code, Entry.from_reading(reading))

    def _known(self, cells: dict[str, str]) -> Known:
        phase, mri = cells.get("contrast", "").casefold(), cells.get("mri", "").casefold()
        own = (*NEEDED, "contrast", "mri")
        return Known(
            key=cells["case"],
            patient=cells["patient"],
            same_as=self._patients.get(cells["patient"].casefold(), ""),
            contrast=phase if phase in PHASES else "",
            mri=next((value for value, word in MRI.items() if word == mri), None),
            strata={name: value for name, value in cells.items() if name and value and name not in own},
        )

    def _take_reading(self, case: Case, code: str, entry: Entry) -> None:
        there = entries.of_reader(self._project, case, code)
        if there:
            if all(kept.entry != entry for kept in there):
                self.taken.kept.append(case.key)
            return
        entries.keep(self._project, case, code, entry)
        self.taken.readings += 1
        self.taken.proposals += not entry.origin.confirmed


def _named(row: Row, table: Path) -> _Named:
    if empty := [name for name in NEEDED if not row.cells[name]]:
        raise RowRefused(message("{columns} is empty: fill it in.", columns=empty))
    series = path_from(table, row.cells["series"])
    if not is_there(series):
        raise RowRefused(message("there is no series at {series}: put it there.", series=shortened(series)))
    return _Named(row, Reading.load(path_from(table, row.cells["reading"])), series)
