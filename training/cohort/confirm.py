"""A reader confirms the readings of a cohort that nobody has confirmed yet, one by one or as they are proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.cohort_table import TABLE_FILE, Row, path_from, read_table
from desktop.errors import WrongUse
from desktop.imaging.scan import scan_for_images
from desktop.imaging.series import Series
from desktop.imaging.sources import Source
from desktop.learning.cohort.examine import examine
from desktop.learning.cohort.members import Case
from desktop.learning.cohort.problem import refusal
from desktop.messages import message
from desktop.reading.as_json import SliceKey
from desktop.reading.matching import series_of
from desktop.reading.roi import PositionRange
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading


@dataclass(frozen=True)
class Correction:
    """What the reader saw otherwise than proposed.

    Attributes:
        verdict: None for the one that is proposed.
        invaded: where invasion is seen, replacing the labels that are proposed; empty to keep them.
    """

    verdict: Verdict | None = None
    invaded: tuple[PositionRange, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """A case whose reading nobody has confirmed."""

    row: Row
    series: Path
    file: Path
    reading: Reading

    @property
    def key(self) -> str:
        """The case's."""
        return self.row.cells["case"]


def waiting(path: Path) -> list[Waiting]:
    """The cases of a cohort's table that wait for a reader.

    Raises:
        CohortRefused: the table cannot be read.
        ReadingRefused, RoiRefused, RangeRefused: a reading cannot be read.
    """
    table = path / TABLE_FILE if path.is_dir() else path
    found = []
    for row in read_table(table):
        file = path_from(table, row.cells["reading"])
        reading = Reading.load(file)
        if not reading.origin.confirmed:
            found.append(Waiting(row, path_from(table, row.cells["series"]), file, reading))
    return found


def confirm(case: Waiting, reader: str, correction: Correction) -> Reading:
    """Write the reading again as one that a reader stands for.

    Raises:
        WrongUse: slices are invaded and the verdict is negative.
        CohortRefused: the confirmed reading would not be fit to learn from; nothing is changed.
        NotWritten: the medium fails; the reading is as it was.
    """
    reading = replace(
        case.reading,
        verdict=correction.verdict or case.reading.verdict,
        origin=replace(case.reading.origin, confirmed_by=reader),
    )
    if correction.invaded:
        if reading.verdict is Verdict.NEGATIVE:
            raise WrongUse(
                message(
                    "Case {case} is negative, so invasion is seen on no slice: give --verdict positive too, or leave "
                    "--invaded out.",
                    case=case.key,
                )
            )
        with Source.open(case.series) as source:
            found = scan_for_images(source)
        labels = _labels(series_of(reading, found.series, found.shown), reading.range, correction.invaded)
        reading = replace(reading, slice_labels=labels)
    elif reading.verdict is Verdict.NEGATIVE:
        reading = replace(reading, slice_labels={})
    cells = case.row.cells
    problems = examine(Case(case.key, cells["patient"], case.series, reading, case.file)).problems
    if problems:
        raise refusal(list(problems))
    reading.save(case.file)
    return reading


def _labels(stack: Series, judged: PositionRange, invaded: Sequence[PositionRange]) -> dict[SliceKey, bool]:
    positions = stack.geometry.positions_mm
    return {
        stack.slices[index].key: any(part.contains(float(positions[index])) for part in invaded)
        for index in judged.indices(positions)
    }
