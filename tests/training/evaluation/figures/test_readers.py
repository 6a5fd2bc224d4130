"""The reader study: the paper's own table from the one set of answers that fits it, and what is right instead."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from desktop.learning.statistics.estimate import Undefined
from desktop.reading.run import Run, Verdict
from training.evaluation.cases.calls import Call, ReaderCalls
from training.evaluation.cases.judged import JudgedCase, JudgedCohort
from training.evaluation.figures.readers import study_readers


def judged(key, patient, positive, run, verdict=None):
    said = verdict or (Verdict.POSITIVE if run >= 2 else Verdict.NEGATIVE)
    return JudgedCase(key, patient, positive, "", said, Run(run, 3.0 * run, 0), min(run, 2) / 2, 3.0, 18.0, ())


def the_paper_s_series():
    """Case, patient, label: 15 positive series of 13 patients, 22 negative ones of 17."""
    for label, patients, doubles in (("p", 13, 2), ("n", 17, 5)):
        for number in range(patients):
            for series in "ab"[: 2 if number < doubles else 1]:
                yield f"{label}{number}{series}", f"{label}{number}", label == "p"


MISSED = {"model": {"p2a"}, "SR": {"p2a", "p3a", "p4a"}, "JR": {"p3a", "p4a", "p5a", "p6a"}}
"""Of the positive series. Both readers called ten of them positive; the model's missed one is one of the senior's."""
ALARMS = {
    "SR": {"n0a", "n0b", "n9a"},
    "JR": {"n0a", "n0b", "n1a", "n1b", "n2a", "n2b", "n10a", "n11a", "n12a", "n13a", "n14a"},
}
RUNS_OF_ONE = {"n9a", "n1a", "n2b", "n3a", "n4b", "n5a", "n10a", "n12a", "n16a"}
"""Negative series; one of the senior's three false alarms is among them."""


def run_of(key, positive):
    if positive:
        return 0 if key in MISSED["model"] else 4
    return int(key in RUNS_OF_ONE)


PAPER = JudgedCohort.of(judged(key, patient, label, run_of(key, label)) for key, patient, label in the_paper_s_series())


def paper_s_reader(reader, with_model=False):
    return ReaderCalls(
        reader,
        with_model,
        {case.key: Call(case.key, reader, with_model, called(reader, case.key, case.positive)) for case in PAPER.cases},
    )


def called(reader, key, positive):
    return key not in MISSED[reader] if positive else key in ALARMS[reader]


@pytest.fixture(scope="module")
def study():
    return study_readers([paper_s_reader("JR"), paper_s_reader("SR")], PAPER)


def printed(estimate):
    return tuple(round(value, 3) for value in (estimate.value, estimate.low, estimate.high))


SHARES = ("accuracy", "sensitivity", "specificity", "ppv", "npv")


@pytest.mark.parametrize(
    ("name", "unit", "figures"),
    [
        (
            "Model",
            "series",
            [
                (0.953, 0.861, 1.045),
                (0.973, 0.858, 0.999),
                (0.933, 0.681, 0.998),
                (1.0, 1.0, 1.0),
                (1.0, 1.0, 1.0),
                (0.957, 0.781, 0.999),
            ],
        ),
        (
            "Reader SR",
            "patient",
            [
                (0.832, 0.704, 0.960),
                (0.833, 0.653, 0.944),
                (0.769, 0.462, 0.950),
                (0.882, 0.636, 0.985),
                (0.833, 0.516, 0.979),
                (0.833, 0.586, 0.964),
            ],
        ),
        (
            "Reader JR",
            "patient",
            [
                (0.617, 0.459, 0.774),
                (0.600, 0.406, 0.773),
                (0.692, 0.386, 0.909),
                (0.529, 0.278, 0.770),
                (0.529, 0.278, 0.770),
                (0.692, 0.386, 0.909),
            ],
        ),
    ],
)
def test_table_1_comes_out_as_printed_with_its_units_mixed(study, name, unit, figures):
    column = next(one for one in study.as_in_paper.columns if one.name == name)
    found = [column.auc.estimate, *(getattr(column.shares, share).estimate for share in SHARES)]
    for mine, theirs in zip(found, figures, strict=True):
        assert printed(mine) == theirs
    assert (column.auc.unit, column.shares.unit) == ("series", unit)


def test_the_printed_p_values_come_out_by_series(study):
    p = {(one.one, one.other): one.auc.p for one in study.as_in_paper.areas}
    assert p["Model", "Reader SR"] == pytest.approx(0.0496, abs=5e-5)
    assert p["Model", "Reader JR"] < 0.001
    assert p["Reader JR", "Reader SR"] == pytest.approx(0.0120, abs=5e-5)
    assert {one.series for one in study.as_in_paper.areas} == {37}


def between(study, one, other):
    return next(item for item in study.comparisons if (item.one.name, item.other.name) == (one, other))


def test_by_patient_and_paired_the_senior_is_not_shown_to_be_worse(study):
    found = between(study, "Model", "Reader SR")
    assert found.unit == found.one.shares.unit == found.other.auc.unit == "patient"
    assert printed(found.one.shares.accuracy.estimate) == (0.967, 0.833, 0.994)
    assert (found.one.shares.accuracy.hits, found.other.shares.accuracy.hits, found.accuracy.of) == (29, 25, 30)
    assert (found.accuracy.only_one, found.accuracy.only_other, found.accuracy.p) == (4, 0, 0.125)
    assert (found.sensitivity.of, found.sensitivity.only_one, found.sensitivity.only_other) == (13, 2, 0)
    assert (found.specificity.of, found.specificity.only_one, found.specificity.only_other) == (17, 2, 0)
    assert found.auc.estimate.low < 0 < found.auc.estimate.value < found.auc.estimate.high
    assert found.auc.p > 0.05
    junior = between(study, "Model", "Reader JR").auc
    assert junior.p < 0.05
    assert min(junior.delong.difference.low, junior.estimate.low) > 0
    assert between(study, "Model", "Reader JR").accuracy.p < 0.05
    assert found.not_compared == 0


def test_every_pair_is_compared_and_p_values_are_counted_and_said_to_be_uncorrected(study):
    assert [(one.one.name, one.other.name) for one in study.comparisons] == [
        ("Model", "Reader JR"),
        ("Model", "Reader SR"),
        ("Reader JR", "Reader SR"),
    ]
    assert study.p_values == 12
    assert study.multiplicity.startswith("The 12 p values of these 3 comparisons are not corrected")


def test_a_reader_with_and_without_the_model(study):
    aided = paper_s_reader("SR", with_model=True)
    better = {key: replace(call, positive=True) if key == "p3a" else call for key, call in aided.calls.items()}
    found = study_readers([paper_s_reader("SR"), replace(aided, calls=better)], PAPER)
    change = between(found, "Reader SR with the model", "Reader SR")
    assert (change.sensitivity.only_one, change.sensitivity.only_other, change.specificity.p) == (1, 0, 1.0)
    assert change.auc.estimate.value == pytest.approx(1 / 26)
    assert [column.name for column in found.as_in_paper.columns] == ["Model", "Reader SR"], "the paper had no other"


def test_readers_are_compared_in_the_same_mode_only():
    found = study_readers([paper_s_reader("JR", with_model=True), paper_s_reader("SR")], PAPER)
    assert [(one.one.name, one.other.name) for one in found.comparisons] == [
        ("Model", "Reader JR with the model"),
        ("Model", "Reader SR"),
    ]


def test_the_point_and_its_units(study):
    senior = next(one for one in study.readers if one.reader == "SR")
    assert senior.by_patient.point == pytest.approx((2 / 17, 10 / 13))
    assert senior.by_series.point == pytest.approx((3 / 22, 12 / 15))
    assert senior.by_series.auc.curve == ((0, 0), pytest.approx((3 / 22, 12 / 15)), (1, 1))
    assert (senior.by_series.shares.accuracy.hits, senior.by_series.shares.accuracy.of) == (31, 37)
    assert (senior.called, senior.series, senior.missing) == (37, 37, ())


def test_missing_cases_are_told_and_both_are_compared_on_what_both_have():
    senior = paper_s_reader("SR")
    kept = {key: call for key, call in senior.calls.items() if key not in ("p0a", "n7a")}
    kept["elsewhere"] = Call("elsewhere", "SR", False, True)
    found = study_readers([replace(senior, calls=kept)], PAPER)
    (reader,), (comparison,) = found.readers, found.comparisons
    assert (reader.called, reader.missing, reader.elsewhere) == (35, ("n7a", "p0a"), 1)
    assert comparison.not_compared == 1, "p0 has another series"
    assert comparison.accuracy.of == 29


def test_an_indeterminate_answer_of_the_model_leaves_the_patient_out():
    cases = [replace(case, verdict=Verdict.INDETERMINATE) if case.key == "n0a" else case for case in PAPER.cases]
    found = study_readers([paper_s_reader("SR")], JudgedCohort.of(cases))
    (comparison,) = found.comparisons
    assert (comparison.not_compared, comparison.accuracy.of) == (1, 29)
    assert "n0" in {patient.key for patient in JudgedCohort.of(cases).patients}


def test_confidence_makes_the_reader_s_curve_of_a_patient_the_highest_of_any_series():
    senior = paper_s_reader("SR")
    sure = {"p0a": 1.0, "p0b": 9.0}
    calls = {
        key: replace(call, confidence=sure.get(key, 6.0 if call.positive else 2.0))
        for key, call in senior.calls.items()
    }
    found = study_readers([replace(senior, calls=calls)], PAPER)
    (reader,) = found.readers
    assert reader.by_confidence
    assert found.as_in_paper.columns[1].auc.estimate.value == pytest.approx(0.832, abs=5e-4), "by the call alone"
    by_call = study_readers([senior], PAPER).readers[0].by_patient.auc.estimate.value
    assert reader.by_patient.auc.estimate.value == pytest.approx(by_call + 2 / (13 * 17) / 2)


def test_a_scale_that_tells_the_certainty_of_the_call_is_noticed():
    senior = paper_s_reader("SR")
    calls = {key: replace(call, confidence=5.0 if key != "n7a" else 9.0) for key, call in senior.calls.items()}
    (reader,) = study_readers([replace(senior, calls=calls)], PAPER).readers
    assert "1 cases called negative, such as n7a, have a higher confidence" in reader.remarks[0]


def test_readings_that_hold_the_model_s_result_are_noticed_where_it_was_not_to_be_seen():
    for with_model, remarks in ((False, 1), (True, 0)):
        calls = paper_s_reader("SR", with_model).calls
        kept = {key: replace(call, result_kept=key == "n7a") for key, call in calls.items()}
        (reader,) = study_readers([ReaderCalls("SR", with_model, kept)], PAPER).readers
        assert len(reader.remarks) == remarks


def test_a_reader_of_one_class_only_has_reasons_in_place_of_figures():
    positive = JudgedCohort.of(case for case in PAPER.cases if case.positive)
    (reader,) = study_readers([paper_s_reader("SR")], positive).readers
    assert isinstance(reader.by_patient.auc.estimate, Undefined)
    specificity = reader.by_patient.shares.specificity.estimate
    assert str(specificity) == "cannot be computed, because no patient with a verdict is negative"
    assert reader.by_patient.point is None
    assert reader.by_patient.shares.sensitivity.hits == 10


def test_a_reader_who_called_nothing_of_this_evaluation_is_told_of():
    elsewhere = ReaderCalls("SR", False, {"x": Call("x", "SR", False, True)})
    found = study_readers([elsewhere], PAPER)
    (reader,), (comparison,) = found.readers, found.comparisons
    assert (reader.called, len(reader.missing), comparison.not_compared) == (0, 37, 30)
    assert str(comparison.accuracy.p) == "cannot be computed, because no patient was answered by both"
    assert found.p_values == 0


def test_the_study_goes_into_a_document_without_nan(study):
    text = json.dumps(asdict(study), allow_nan=False)
    assert '"low"' in text
