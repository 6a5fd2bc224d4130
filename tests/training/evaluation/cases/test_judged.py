"""A patient's answer from that of several series, and the numbers for each unit."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.reading.run import Run, Verdict
from training.evaluation.cases.judged import JudgedCase, JudgedCohort, JudgedSlice, one_verdict
from training.evaluation.figures.sample import sample

POSITIVE, NEGATIVE, OPEN = Verdict.POSITIVE, Verdict.NEGATIVE, Verdict.INDETERMINATE


def case(key: str, verdict: Verdict, run: int, positive: bool = True, phase: str = "plain") -> JudgedCase:
    slices = tuple(
        JudgedSlice(f"{key}.{n}", 3.0 * n, 1.0 if n < run else -1.0, 0.73 if n < run else 0.27, positive and n < 2)
        for n in range(4)
    )
    return JudgedCase(
        key, key.partition("-")[0], positive, phase, verdict, Run(run, 3.0 * run, 0), run / 10, 3.0, 18.0, slices
    )


@pytest.mark.parametrize(
    ("series", "together"),
    [
        ([NEGATIVE, NEGATIVE], NEGATIVE),
        ([NEGATIVE, POSITIVE], POSITIVE),
        ([OPEN, POSITIVE], POSITIVE),
        ([NEGATIVE, OPEN], OPEN),
    ],
)
def test_any_positive_series_makes_a_positive_patient_and_no_negative_one_clears_an_open_one(series, together):
    assert one_verdict(series) is together


@pytest.fixture
def judged() -> JudgedCohort:
    return JudgedCohort.of(
        [
            case("P3-b", OPEN, 3, positive=False),
            case("P1-plain", NEGATIVE, 1),
            case("P1-contrast", POSITIVE, 3, phase="contrast"),
            case("P2-plain", POSITIVE, 2, positive=False),
        ]
    )


def test_cases_are_in_the_order_of_their_keys(judged):
    assert [one.key for one in judged.cases] == ["P1-contrast", "P1-plain", "P2-plain", "P3-b"]
    assert [one.key for one in judged.patients] == ["P1", "P2", "P3"]
    assert judged.patients[0].phase == "both"


def test_by_patient(judged):
    found = sample(judged, "patient", 0.5)
    assert found.keys == ("P1", "P2")
    assert found.positive.tolist() == [True, False]
    assert found.called.tolist() == [True, True]
    assert found.run is not None
    assert found.run.tolist() == [3, 2]
    assert found.score.tolist() == pytest.approx([0.3, 0.2])
    assert found.left_out == 1


def test_by_series_two_of_one_patient_are_known_as_such(judged):
    found = sample(judged, "series", 0.5)
    assert found.patient.tolist() == ["P1", "P1", "P2"]
    assert found.called.tolist() == [True, False, True]
    assert np.array_equal(found.ranked, [3, 1, 2])
    assert found.left_out == 1


def test_by_slice_at_the_threshold(judged):
    found = sample(judged, "slice", 0.73)
    assert len(found) == 12
    assert found.left_out == 4
    assert found.called.tolist() == [True] * 3 + [False] + [True] + [False] * 3 + [True] * 2 + [False] * 2
    assert found.positive.tolist() == [True, True, False, False] * 2 + [False] * 4
    assert np.array_equal(found.ranked, found.score)
    assert not sample(judged, "slice", 0.74).called.any()


def test_a_series_without_a_verdict_lends_its_patient_neither_run_nor_score():
    (patient,) = JudgedCohort.of([case("P1-a", POSITIVE, 2), case("P1-b", OPEN, 4)]).patients
    assert (patient.verdict, patient.run_slices, patient.score) == (POSITIVE, 2, 0.2)
    (open_one,) = JudgedCohort.of([case("P1-b", OPEN, 4)]).patients
    assert open_one.run_slices == 4


def test_what_is_misread():
    assert case("a", NEGATIVE, 0, positive=True).misread
    assert case("a", POSITIVE, 2, positive=False).misread
    assert not case("a", POSITIVE, 2, positive=True).misread
    assert not case("a", OPEN, 2, positive=False).misread
