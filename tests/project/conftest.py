"""A project on disk, and series to put into it: one phantom's, under other UIDs and other patients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.imaging.scan import scan
from desktop.imaging.series import Patient, Series
from desktop.imaging.sources import Source
from desktop.project import cases, entries
from desktop.project.cases import Case
from desktop.project.database import Project
from desktop.project.entry import Entry
from desktop.reading.roi import Roi
from desktop.reading.run import Verdict

ROI = Roi.everywhere(100, 110, 90, 85)


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: float) -> None:
        """Days go by."""
        self.now += timedelta(days=days)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def project(tmp_path: Path, clock: Clock) -> Iterator[Project]:
    with Project.create(tmp_path / "department.clivus", clock) as made:
        entries.add_reader(made, "A")
        entries.add_reader(made, "B")
        yield made


@pytest.fixture(scope="session")
def drawn(study: Path) -> Series:
    return scan(Source.open(study)).series[0]


@pytest.fixture
def series(drawn: Series) -> Callable[..., Series]:
    """The phantom's series as number `n`, of a patient of its own unless one is named."""

    def make(number: int, patient: str = "", study: str = "") -> Series:
        slices = tuple(
            replace(item, sop_instance_uid=f"2.25.{number}.{place}") for place, item in enumerate(drawn.slices)
        )
        return replace(
            drawn,
            series_instance_uid=f"2.25.{number}",
            study_instance_uid=study or f"2.25.9{number}",
            patient=Patient("Doe^Jane", patient or f"ID-{number}", "19600101"),
            slices=slices,
        )

    return make


@pytest.fixture
def three(project: Project, series: Callable[..., Series]) -> list[Case]:
    return [cases.add(project, series(number))[0] for number in (1, 2, 3)]


def marked(case: Case, verdict: Verdict | None = None, low: int = 2, high: int = 7, labels: bool = True) -> Entry:
    """Range, ROI and labels over some slices of a case."""
    slices = range(low, high + 1) if labels else ()
    return Entry(
        roi=ROI,
        low_mm=case.positions_mm[low],
        high_mm=case.positions_mm[high],
        verdict=verdict,
        slice_labels={(f"{case.series_uid}.{place}", 0): verdict is Verdict.POSITIVE for place in slices},
    )
