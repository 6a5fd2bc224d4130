"""How far two readers agree over a project: kappa, Dice, ends of the range, each with its interval and unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.project import cases, entries
from desktop.project.cases import Case
from desktop.project.database import Project
from desktop.project.differences import Differences, between
from desktop.project.entry import Entry

Floats = npt.NDArray[np.float64]

LEVEL = 0.95

RESAMPLED = 2000
_SEED = 0
"""Of the resampling of patients; the figures of a project do not change from one look to the next."""


@dataclass(frozen=True)
class Figure:
    """One measure.

    Attributes:
        unit: what was counted: "patient", "series" or "slice".
        value, low, high: with its interval at `LEVEL`; the ends are None where too few were counted.
        count: how many.
    """

    name: str
    unit: str
    value: float
    low: float | None
    high: float | None
    count: int


@dataclass(frozen=True)
class Agreement:
    """Two readers over the cases that both have read."""

    one: str
    other: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class _Pair:
    case: Case
    one: Entry
    other: Entry

    @property
    def apart(self) -> Differences:
        return between(self.case, self.one, self.other)


def of_readers(project: Project, one: str, other: str) -> Agreement:
    """How far two readers agree; cases that only one of them has read are not counted.

    Answers are compared by series; intervals come from patients drawn again, since series of one patient are alike
    (percentile bootstrap, Efron and Tibshirani 1993).
    """
    pairs = []
    for case in cases.every(project):
        kept = {name: entries.of_reader(project, case, name) for name in (one, other)}
        if not case.excluded and all(len(found) == 1 and found[0].entry.origin.confirmed for found in kept.values()):
            pairs.append(_Pair(case, kept[one][0].entry, kept[other][0].entry))
    apart = [(pair, pair.apart) for pair in pairs]
    answers = [
        (pair.case.patient, pair.one.verdict, pair.other.verdict) for pair, far in apart if far.answer is not None
    ]
    labels = [
        (pair.case.patient, pair.one.slice_labels[key], pair.other.slice_labels[key])
        for pair in pairs
        for key in pair.one.slice_labels
        if key in pair.other.slice_labels
    ]
    figures = [kappa_figure("answers", "series", answers), kappa_figure("slice labels", "slice", labels)]
    for name, values in (
        ("Dice of the ROI", [(pair.case.patient, far.dice) for pair, far in apart]),
        ("lower end of the range, mm apart", [(pair.case.patient, _size(far.low_mm)) for pair, far in apart]),
        ("upper end of the range, mm apart", [(pair.case.patient, _size(far.high_mm)) for pair, far in apart]),
    ):
        figures.append(_median(name, [(patient, value) for patient, value in values if value is not None]))
    return Agreement(one, other, tuple(figure for figure in figures if figure is not None))


def kappa(one: Sequence[object], other: Sequence[object]) -> float:
    """Cohen's kappa (Cohen 1960); 1 where both gave one and the same answer to all."""
    names = sorted({*map(str, one), *map(str, other)})
    table = np.zeros((len(names), len(names)))
    for a, b in zip(one, other, strict=True):
        table[names.index(str(a)), names.index(str(b))] += 1
    table /= table.sum()
    observed, expected = float(np.trace(table)), float(table.sum(axis=0) @ table.sum(axis=1))
    return 1.0 if math.isclose(expected, 1.0) else (observed - expected) / (1 - expected)


def kappa_figure(name: str, unit: str, pairs: Sequence[tuple[str, object, object]]) -> Figure | None:
    """Kappa with its interval, of (patient, one answer, other answer); None where there are no pairs."""
    if not pairs:
        return None
    patients = _by_patient([patient for patient, _, _ in pairs])
    one, other = [a for _, a, _ in pairs], [b for _, _, b in pairs]
    drawn = [kappa([one[k] for k in chosen], [other[k] for k in chosen]) for chosen in _draws(patients)]
    return _figure(f"kappa of {name}", unit, kappa(one, other), drawn, len(pairs))


def _median(name: str, values: Sequence[tuple[str, float]]) -> Figure | None:
    if not values:
        return None
    numbers, patients = np.array([value for _, value in values]), _by_patient([patient for patient, _ in values])
    drawn = [float(np.median(numbers[chosen])) for chosen in _draws(patients)]
    return _figure(f"median {name}", "series", float(np.median(numbers)), drawn, len(values))


def _figure(name: str, unit: str, value: float, drawn: Sequence[float], count: int) -> Figure:
    if not drawn:
        return Figure(name, unit, value, None, None, count)
    low, high = np.percentile(drawn, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return Figure(name, unit, value, float(low), float(high), count)


def _by_patient(patients: Sequence[str]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for number, patient in enumerate(patients):
        groups.setdefault(patient, []).append(number)
    return list(groups.values())


def _draws(patients: list[list[int]]) -> list[list[int]]:
    """Patients drawn with replacement, as lists of their rows; none where there are fewer than two."""
    if len(patients) < 2:
        return []
    chosen = np.random.default_rng(_SEED).integers(len(patients), size=(RESAMPLED, len(patients)))
    return [[row for patient in draw for row in patients[patient]] for draw in chosen]


def _size(value: float | None) -> float | None:
    return None if value is None else abs(value)
