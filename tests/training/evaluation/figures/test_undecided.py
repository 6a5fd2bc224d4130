"""What has no verdict is counted, with its reasons, and in four ways."""

from __future__ import annotations

from desktop.reading.run import Cutoff, Run, Verdict
from training.evaluation.cases.judged import JudgedCase, JudgedCohort
from training.evaluation.figures.undecided import (
    AS_ANSWERED,
    AS_POSITIVE,
    AS_WRONG,
    LEFT_OUT,
    Undecided,
    count_undecided,
)

CUTOFF = Cutoff(2, 0.5)


def case(key: str, positive: bool, run: int, failed: tuple[str, ...] = (), withheld: bool = False) -> JudgedCase:
    verdict = Verdict.POSITIVE if run >= CUTOFF.slices else Verdict.NEGATIVE
    return JudgedCase(
        key,
        key.partition("-")[0],
        positive,
        "",
        Verdict.INDETERMINATE if failed else verdict,
        Run(run, 3.0 * run, 0),
        0.5,
        3.0,
        18.0,
        (),
        failed=failed,
        withheld=withheld,
    )


def hits(found: Undecided, way: str) -> list[str]:
    own = found.shares[way]
    return [f"{one.hits}/{one.of}" for one in (own.sensitivity, own.specificity)]


def judged() -> JudgedCohort:
    return JudgedCohort.of(
        [
            case("A", True, 3),
            case("B", False, 0),
            case("C", True, 3, ("familiarity",), withheld=True),
            case("D", False, 3, ("familiarity", "noise"), withheld=True),
            case("E", False, 1, ("noise",)),
            case("F-plain", True, 2),
            case("F-contrast", True, 0, ("noise",)),
        ]
    )


def test_by_patient_each_is_counted_once_and_by_its_kind():
    found = count_undecided(judged(), "patient", CUTOFF)
    assert (found.of, found.withheld, found.indeterminate, found.number, found.positive) == (6, 2, 1, 3, 1)
    assert found.reasons == {"familiarity": 2, "noise": 2}  # F has a verdict by its other series


def test_the_shares_in_four_ways():
    found = count_undecided(judged(), "patient", CUTOFF)
    assert hits(found, LEFT_OUT) == ["2/2", "1/1"]
    assert hits(found, AS_WRONG) == ["2/3", "1/3"]
    assert hits(found, AS_POSITIVE) == ["3/3", "1/3"]
    assert hits(found, AS_ANSWERED) == ["3/3", "2/3"]


def test_by_series_the_second_series_counts_for_itself():
    found = count_undecided(judged(), "series", CUTOFF)
    assert (found.of, found.withheld, found.indeterminate) == (7, 2, 2)
    assert hits(found, AS_WRONG) == ["2/4", "1/3"]


def test_without_any_the_four_ways_agree():
    found = count_undecided(JudgedCohort.of([case("A", True, 3), case("B", False, 0)]), "patient", CUTOFF)
    assert found.number == 0
    assert {str(hits(found, way)) for way in found.shares} == {"['1/1', '1/1']"}
