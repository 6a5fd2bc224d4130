"""The patients and series that were evaluated, as a publication's first table describes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from training.evaluation.cases.judged import JudgedCase, JudgedCohort, JudgedPatient
from training.evaluation.figures.measured import NOT_STATED
from training.evaluation.figures.quantiles import Quantiles

Label = Literal["positive", "negative", "all"]
LABELS: tuple[Label, ...] = ("positive", "negative", "all")
"""The columns of the table."""

Described = TypeVar("Described", JudgedCase, JudgedPatient)


@dataclass(frozen=True)
class Numbers:
    """One measured trait of patients or series.

    Attributes:
        by: "patient" or "series".
        spread: by label; None where nobody of that label states it.
        missing: how many do not state it.
        digits: after the point, as many as are worth printing.
    """

    name: str
    by: str
    spread: dict[Label, Quantiles | None]
    missing: int
    digits: int


@dataclass(frozen=True)
class Kinds:
    """One trait with a few values: by value and label, how many patients or series have it."""

    name: str
    by: str
    counts: dict[str, dict[Label, int]]


@dataclass(frozen=True)
class Characteristics:
    """The table: how many patients, series and slices there are by label, and a row for each trait."""

    patients: dict[Label, int]
    series: dict[Label, int]
    slices: dict[Label, int]
    rows: tuple[Numbers | Kinds, ...]


def describe(judged: JudgedCohort) -> Characteristics:
    """Describe the cases evaluated. Age and sex are left out where nobody states them, as on phantoms."""
    patients, series = judged.patients, judged.cases
    rows: list[Numbers | Kinds] = []
    if any(one.cases[0].traits.years is not None for one in patients):
        rows.append(_numbers("age, years", "patient", patients, lambda one: one.cases[0].traits.years, 0))
    if any(one.cases[0].traits.sex for one in patients):
        rows.append(_kinds("sex", "patient", patients, lambda one: one.cases[0].traits.sex))
    rows += [
        _kinds("contrast", "patient", patients, lambda one: one.phase),
        _kinds("vendor", "series", series, lambda one: one.traits.vendor),
        _numbers("slice thickness, mm", "series", series, lambda one: one.traits.thickness_mm, 2),
        _numbers("slice distance, mm", "series", series, lambda one: one.spacing_mm, 2),
        _numbers("slices in range", "series", series, lambda one: len(one.slices), 0),
        _numbers("slices labelled positive", "series", series, lambda one: sum(s.invaded for s in one.slices), 0),
        _numbers("area of the ROI, cm²", "series", series, lambda one: one.area_cm2, 1),
    ]
    return Characteristics(
        {label: len(of) for label, of in _by_label(patients).items()},
        {label: len(of) for label, of in _by_label(series).items()},
        {label: sum(len(one.slices) for one in of) for label, of in _by_label(series).items()},
        tuple(rows),
    )


def _by_label(many: Sequence[Described]) -> dict[Label, list[Described]]:
    return {label: [one for one in many if label == "all" or one.positive is (label == "positive")] for label in LABELS}


def _numbers(
    name: str, by: str, many: Sequence[Described], trait: Callable[[Described], float | None], digits: int
) -> Numbers:
    spread: dict[Label, Quantiles | None] = {}
    for label, group in _by_label(many).items():
        stated = [value for one in group if (value := trait(one)) is not None]
        spread[label] = Quantiles.over(stated) if stated else None
    return Numbers(name, by, spread, sum(trait(one) is None for one in many), digits)


def _kinds(name: str, by: str, many: Sequence[Described], trait: Callable[[Described], str]) -> Kinds:
    counts = {label: Counter(trait(one) or NOT_STATED for one in group) for label, group in _by_label(many).items()}
    values = sorted(counts["all"], key=lambda value: (value == NOT_STATED, value))
    return Kinds(name, by, {value: {label: counts[label][value] for label in LABELS} for value in values})
