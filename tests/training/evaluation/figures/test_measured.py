"""Everything that is measured, on made-up cohorts whose figures are known, and on those that have none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.reported import Reported
from desktop.reading.run import Cutoff, Run, Verdict
from training.evaluation.cases.judged import JudgedCase, JudgedCohort, JudgedSlice
from training.evaluation.cases.traits import Traits
from training.evaluation.figures.cutoffs import folds
from training.evaluation.figures.measured import ASSURANCE, measure
from training.evaluation.figures.sample import sample
from training.evaluation.report.plain import plain
from training.statistics.sample_size import SampleSize, sample_size

CUTOFF = Cutoff(2, 0.5)


def cohort(runs: Sequence[tuple[bool, int]], **strata: Sequence[str]) -> JudgedCohort:
    """Patients of one series, by label and run."""
    cases = []
    for number, (positive, run) in enumerate(runs):
        probabilities = [0.9 if n < run else 0.1 for n in range(5)]
        cases.append(
            JudgedCase(
                key=f"C{number:03d}",
                patient=f"P{number:03d}",
                positive=positive,
                phase="plain" if number % 2 else "contrast",
                verdict=Verdict.POSITIVE if run >= CUTOFF.slices else Verdict.NEGATIVE,
                run=Run(run, 3.0 * run, 0),
                score=sorted(probabilities)[-CUTOFF.slices],
                spacing_mm=3.0,
                area_cm2=18.0,
                slices=tuple(
                    JudgedSlice(f"{number}.{n}", 3.0 * n, 2.2 if p > 0.5 else -2.2, p, positive and n < 3)
                    for n, p in enumerate(probabilities)
                ),
                strata={name: values[number] for name, values in strata.items()},
            )
        )
    return JudgedCohort.of(cases)


PAPER = [(True, 0)] + [(True, 3)] * 14 + [(False, 0)] * 13 + [(False, 1)] * 9
"""The paper's series, each as a patient of its own."""


def value(found: Reported | Undefined) -> float:
    assert isinstance(found, Reported), found
    return found.value


def test_the_papers_figures_come_out_of_the_papers_runs():
    found = measure(cohort(PAPER), CUTOFF, None, "", (0.42,))
    own = found.by("patient").performance
    assert (own.shares.accuracy.hits, own.shares.accuracy.of) == (36, 37)
    assert (own.shares.sensitivity.hits, own.shares.specificity.hits) == (14, 22)
    assert value(own.auc.estimate) == pytest.approx(0.95303, abs=1e-5)
    assert value(found.by("slice").performance.shares.specificity.estimate) < 1


def test_the_cutoff_in_four_ways():
    watched = cohort([(True, 4), (True, 4), (False, 1), (False, 3)])
    ways = measure(cohort(PAPER), CUTOFF, watched, "two others", ()).cutoffs
    own, elsewhere, in_folds, here = ways
    assert [choice.too_good for choice in ways] == [False, False, False, True]
    assert (own.slices, elsewhere.slices, in_folds.slices, here.slices) == (2, 4, None, 3)
    assert "two others" in elsewhere.way
    assert not isinstance(elsewhere.shares, Undefined)
    assert elsewhere.shares.sensitivity.hits == 0
    assert len(measure(cohort(PAPER), CUTOFF, None, "", ()).cutoffs) == 3


def test_folds_are_by_patient_and_hold_both_labels():
    own = sample(cohort(PAPER), "patient", 0.5)
    place = folds(own)
    assert set(place.tolist()) == {0, 1, 2, 3, 4}
    for fold in range(5):
        assert {True, False} == set(own.positive[place == fold].tolist())
    slices = sample(cohort(PAPER), "slice", 0.5)
    by_slice = folds(slices)
    for patient in np.unique(slices.patient):
        assert len(set(by_slice[slices.patient == patient].tolist())) == 1


def test_subgroups_are_the_tables_columns_with_few_values():
    runs = [(True, 3), (False, 0)] * 4
    found = measure(cohort(runs, t_class=["T3", "T4"] * 4, number=[str(n) for n in range(8)]), CUTOFF, None, "", ())
    assert [(one.column, one.value) for one in found.subgroups] == [
        ("contrast", "contrast"),
        ("contrast", "plain"),
        ("t_class", "T3"),
        ("t_class", "T4"),
    ]
    third = found.subgroups[2]
    assert (third.positive, third.negative) == (4, 0)
    assert (third.sensitivity, third.specificity, third.auc) == (None, None, None)  # four are too few


def test_subgroups_of_the_headers_say_what_enough_series_allow():
    judged = cohort([(True, 3)] * 6 + [(False, 0)] * 6)
    thin, thick = Traits(1.25, "Siemens"), Traits(3.0, "Siemens")
    cases = [replace(case, traits=thin if n < 9 else thick) for n, case in enumerate(judged.cases)]
    found = measure(JudgedCohort.of(cases), CUTOFF, None, "", ()).subgroups
    assert [(one.column, one.value, one.positive, one.negative) for one in found[:2]] == [
        ("slice thickness", "0 to 1.5 mm", 6, 3),
        ("slice thickness", "above 2.5 mm", 0, 3),
    ]
    assert "vendor" not in {one.column for one in found}  # one vendor alone is no subgroup
    assert found[1].sensitivity is None
    assert found[0].sensitivity is not None
    assert (found[0].sensitivity.hits, found[0].sensitivity.of) == (6, 6)
    assert (found[0].specificity, found[0].auc) == (None, None)


def test_a_patients_key_makes_no_subgroups():
    found = measure(cohort([(True, 3), (False, 0)] * 2, seed=["1", "2", "3", "4"]), CUTOFF, None, "", ())
    assert {one.column for one in found.subgroups} == {"contrast"}


def test_patients_needed_are_those_of_the_sample_size():
    found = measure(cohort(PAPER), CUTOFF, None, "", ())
    first = found.needed[0]
    assert (first.of, first.wanted) == ("sensitivity", 0.8)
    assert first.size == sample_size(14 / 15, 0.8, 15 / 37, ASSURANCE)
    assert isinstance(first.size, SampleSize)


@pytest.mark.parametrize(
    "runs",
    [
        [(True, 3)],
        [(True, 3), (True, 0)],
        [(False, 0)] * 3,
        [(True, 3), (False, 0)],
        [(True, 1), (False, 1)] * 5,
    ],
    ids=["one case", "positives only", "negatives only", "one of each", "ties everywhere"],
)
def test_what_cannot_be_computed_says_so_and_nothing_is_nan(runs):
    found = plain(measure(cohort(runs), CUTOFF, cohort(runs), "the same", (0.1,)))
    text = json.dumps(found, allow_nan=False)
    assert "cannot_be_computed_because" in text or len(runs) == 10


def test_numbers_that_are_none_are_a_defect():
    for strange in (float("nan"), float("inf"), object()):
        with pytest.raises(ValueError, match="has no form in JSON"):
            plain({"figure": strange})
