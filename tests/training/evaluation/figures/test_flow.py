"""Who was found, left out, split and evaluated, and what the patients are like."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.learning.cohort.problem import CohortRefused
from desktop.learning.cohort.split import Split
from desktop.reading.run import Run, Verdict
from training.cohort.survey import read_cohort
from training.evaluation.cases.excluded import read_excluded
from training.evaluation.cases.judged import JudgedCase, JudgedCohort, JudgedSlice
from training.evaluation.cases.traits import Traits
from training.evaluation.figures.characteristics import Kinds, Numbers, describe
from training.evaluation.figures.flow import Flow, Group


def test_the_flow_counts_patients_and_series_on_every_side(small):
    cohort, split = read_cohort(small), Split.load(small / "split.json")
    evaluated = [case for case in cohort.cases if case.patient in split.test.all]
    flow = Flow.of(cohort, split, evaluated, {"thicker than 4 mm": 2})
    assert flow.cohort == Group("cohort", 6, 3, 7, 4)
    assert [side.name for side in flow.sides] == ["learned from", "internal validation", "test"]
    assert sum(side.patients for side in flow.sides) == 6
    assert flow.sides[2] == replace(flow.evaluated, name="test") == Group("test", 2, 1, 2, 1)
    assert Flow.of(cohort, None, evaluated, {}).sides == ()


def test_what_was_left_out_is_counted_by_its_reason(cohort):
    known = read_cohort(cohort.folder)
    assert read_excluded(known) == {}
    (cohort.folder / "excluded.csv").write_text("case;reason\nX1;no MRI\nX2;thicker than 4 mm\nX3;no MRI\n")
    excluded = read_excluded(known)
    assert list(excluded) == ["X1", "X2", "X3"]
    flow = Flow.of(known, None, known.cases, excluded)
    assert list(flow.excluded.items()) == [("no MRI", 2), ("thicker than 4 mm", 1)]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [("{here},no MRI", "is in the cohort and in"), ("X1,", "line 2: there is no reason"), ("X1", "there is no reason")],
)
def test_a_file_of_exclusions_that_contradicts_the_cohort_is_refused(cohort, row, sentence):
    known = read_cohort(cohort.folder)
    (cohort.folder / "excluded.csv").write_text("case,reason\n" + row.format(here=known.cases[0].key) + "\n")
    with pytest.raises(CohortRefused, match=sentence):
        read_excluded(known)


def judged(traits: list[Traits]) -> JudgedCohort:
    return JudgedCohort.of(
        JudgedCase(
            f"C{number}",
            f"P{number // 2}",
            number < 2,
            "plain" if number % 2 else "contrast",
            Verdict.NEGATIVE,
            Run(0, 0.0, 0),
            0.1,
            2.0,
            18.0,
            (JudgedSlice("1", 0.0, -2.0, 0.1, number < 2),) * (number + 1),
            traits=own,
        )
        for number, own in enumerate(traits)
    )


def test_the_table_of_patients_counts_by_patient_and_by_series():
    table = describe(judged([Traits(2.0, "GE", "female", 60)] * 2 + [Traits(3.0, "GE"), Traits(None, "")]))
    assert (table.patients, table.series) == (
        {"positive": 1, "negative": 1, "all": 2},
        {"positive": 2, "negative": 2, "all": 4},
    )
    assert table.slices == {"positive": 3, "negative": 7, "all": 10}
    rows = {row.name: row for row in table.rows}
    sex, vendor, age, thickness = (rows[name] for name in ("sex", "vendor", "age, years", "slice thickness, mm"))
    assert isinstance(sex, Kinds)
    assert sex.counts == {
        "female": {"positive": 1, "negative": 0, "all": 1},
        "not stated": {"positive": 0, "negative": 1, "all": 1},
    }
    assert isinstance(vendor, Kinds)
    assert vendor.counts["not stated"] == {"positive": 0, "negative": 1, "all": 1}
    assert isinstance(age, Numbers)
    assert age.missing == 1
    assert age.spread["negative"] is None
    assert isinstance(thickness, Numbers)
    assert thickness.spread["positive"] is not None
    assert thickness.spread["positive"].median == 2.0


def test_what_nobody_states_of_a_person_is_left_out():
    names = {row.name for row in describe(judged([Traits(2.0, "GE")] * 4)).rows}
    assert "vendor" in names
    assert not names & {"sex", "age, years"}
