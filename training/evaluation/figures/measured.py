"""Everything that is measured on a judged cohort, unit by unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.reported import Reported
from desktop.reading.run import Cutoff
from training.evaluation.cases.judged import JudgedCase, JudgedCohort
from training.evaluation.figures.cutoffs import CutoffChoice, cutoff_choices
from training.evaluation.figures.performance import Area, Performance, Share, area, cases_of, performance
from training.evaluation.figures.sample import UNITS, Sample, Unit, sample
from training.evaluation.figures.undecided import Undecided, count_undecided
from training.statistics import further
from training.statistics.decision import DecisionCurve, decision_curve
from training.statistics.reliability import ReliabilityPoint, reliability
from training.statistics.sample_size import SampleSize, sample_size

THRESHOLDS = np.linspace(0.01, 0.99, 99)
"""Of the decision curve."""

WANTED = (0.8, 0.85, 0.9)
"""Lower bounds of sensitivity and specificity for which the number of patients is given."""

ASSURANCE = 0.8
"""With this probability a study of that size finds such a bound."""

NOT_STATED = "not stated"
"""The group of those of whom neither header nor table says anything."""

MOST_VALUES = 12
"""A column of the table with more values makes no subgroups: it is a measurement, with groups of hardly a case."""

FEWEST = 5
"""Of the positive and of the negative series of a subgroup: of fewer nothing is said but their numbers."""


@dataclass(frozen=True)
class Calibration:
    """How far probabilities can be taken at their word."""

    intercept: Reported | Undefined
    slope: Reported | Undefined
    brier: Reported | Undefined
    curve: tuple[ReliabilityPoint, ...] | Undefined


@dataclass(frozen=True)
class UnitFigures:
    """The figures of one unit.

    Attributes:
        left_out: how many have no verdict and are in no figure.
        performance: of the calls, and of the run; of slices, of the probability.
        by_score: the ROC over s_k; None for slices.
        calibration: of the probability, or of s_k.
    """

    unit: Unit
    left_out: int
    performance: Performance
    by_score: Area | None
    calibration: Calibration


@dataclass(frozen=True)
class AtPrevalence:
    """Predictive values, by patient, at a prevalence."""

    prevalence: float
    ppv: Reported | Undefined
    npv: Reported | Undefined


@dataclass(frozen=True)
class Needed:
    """How many patients would show that a share is above a bound, if it is what was found here."""

    of: str
    expected: float
    wanted: float
    size: SampleSize | Undefined


@dataclass(frozen=True)
class Subgroup:
    """The series of one value of a trait.

    Attributes:
        column: the trait: of the headers, or a column of the cohort's table.
        positive, negative: series with a verdict.
        sensitivity, specificity, auc: None where there are fewer than `FEWEST` series that they are measured on.
    """

    column: str
    value: str
    positive: int
    negative: int
    sensitivity: Share | None
    specificity: Share | None
    auc: Reported | Undefined | None


@dataclass(frozen=True)
class Measured:
    """All of it.

    Attributes:
        units: the one that counts for a patient first.
        undecided: by patient and by series, what has no verdict.
        cutoffs: by patient.
        decision: net benefit by patient, acting on s_k.
    """

    units: tuple[UnitFigures, ...]
    undecided: tuple[Undecided, ...]
    cutoffs: tuple[CutoffChoice, ...]
    decision: DecisionCurve | Undefined
    prevalences: tuple[AtPrevalence, ...]
    needed: tuple[Needed, ...]
    subgroups: tuple[Subgroup, ...]

    def by(self, unit: Unit) -> UnitFigures:
        """The figures of one unit."""
        return next(one for one in self.units if one.unit == unit)


def measure(
    judged: JudgedCohort, cutoff: Cutoff, watched: JudgedCohort | None, where: str, prevalences: tuple[float, ...]
) -> Measured:
    """Measure a judged cohort.

    Args:
        watched: other patients that the model did not learn from, on whom a cut-off may be chosen, or None.
        where: who these are, in words.
        prevalences: at which predictive values are given, besides the cohort's own.
    """
    samples = {unit: sample(judged, unit, cutoff.threshold) for unit in UNITS}
    patients = samples["patient"]
    others = sample(watched, "patient", cutoff.threshold) if watched else None
    units = tuple(_figures(samples[unit]) for unit in UNITS)
    return Measured(
        units=units,
        undecided=(count_undecided(judged, "patient", cutoff), count_undecided(judged, "series", cutoff)),
        cutoffs=cutoff_choices(patients, cutoff, others, where),
        decision=decision_curve(patients.positive, patients.score, THRESHOLDS),
        prevalences=tuple(
            AtPrevalence(prevalence, *further.predictive_values(cases_of(patients), patients.called, prevalence))
            for prevalence in prevalences
        ),
        needed=tuple(_needed(units[0].performance)),
        subgroups=tuple(_subgroups(judged, cutoff.threshold)),
    )


def _figures(own: Sample) -> UnitFigures:
    cases = cases_of(own)
    return UnitFigures(
        unit=own.unit,
        left_out=own.left_out,
        performance=performance("Model", own),
        by_score=None if own.run is None else area(replace(own, run=None)),
        calibration=Calibration(
            further.intercept(cases, own.score),
            further.slope(cases, own.score),
            further.brier_score(cases, own.score),
            reliability(own.positive, own.score, own.patient),
        ),
    )


def _needed(performance: Performance) -> Iterator[Needed]:
    shares = performance.shares
    everyone = shares.positive + shares.negative
    for name, share, of in (
        ("sensitivity", shares.sensitivity, shares.positive),
        ("specificity", shares.specificity, shares.negative),
    ):
        if isinstance(share.estimate, Undefined):
            continue
        for wanted in WANTED:
            size = sample_size(share.estimate.value, wanted, of / everyone, ASSURANCE)
            yield Needed(name, share.estimate.value, wanted, size)


def _subgroups(judged: JudgedCohort, threshold: float) -> Iterator[Subgroup]:
    columns = {
        "slice thickness": [case.traits.thickness_band for case in judged.cases],
        "vendor": [case.traits.vendor for case in judged.cases],
        "contrast": [case.phase for case in judged.cases],
    }
    for name in dict.fromkeys(name for case in judged.cases for name in case.strata):
        columns.setdefault(name, [case.strata.get(name, "") for case in judged.cases])
    for name, values in columns.items():
        groups: dict[str, list[JudgedCase]] = {}
        for case, value in zip(judged.cases, values, strict=True):
            groups.setdefault(value or NOT_STATED, []).append(case)
        is_key = all(len({case.patient for case in own}) == 1 for own in groups.values())
        if is_key or not 2 <= len(groups) <= MOST_VALUES:
            continue
        for value, own in sorted(groups.items()):
            series = sample(JudgedCohort(tuple(own)), "series", threshold)
            positive, negative = int(series.positive.sum()), int((~series.positive).sum())
            found = performance(value, series)
            yield Subgroup(
                name,
                value,
                positive,
                negative,
                found.shares.sensitivity if positive >= FEWEST else None,
                found.shares.specificity if negative >= FEWEST else None,
                found.auc.estimate if min(positive, negative) >= FEWEST else None,
            )
