"""`cohort check`: each fault is found, and named."""

from __future__ import annotations

import json

import numpy as np
import pytest

from desktop.learning.cohort.members import Case
from desktop.learning.cohort.problem import CohortRefused
from desktop.learning.cohort.slices import load_slices
from desktop.learning.cohort.split import Split
from training.cohort.check import check_cohort
from training.cohort.survey import read_cohort


def only(report):
    (problem,) = report.problems
    return problem


def test_a_sound_cohort_in_numbers(small):
    report = check_cohort(small, Split.load(small / "split.json"))
    assert report.sound, report.text()
    whole = report.numbers["all"]
    assert (whole.patients, whole.series, whole.plain_only, whole.contrast_only, whole.both) == (6, 7, 2, 3, 1)
    assert report.numbers["training, positive"].patients == 2
    assert report.numbers["training, positive"].series == 3
    positive, negative = report.numbers["positive"], report.numbers["negative"]
    assert 0 < positive.positive_slices < positive.slices
    assert positive.training_images == positive.positive_slices
    assert negative.positive_slices == 0
    assert negative.training_images == negative.slices
    assert json.loads(json.dumps(report.document()))["sound"] is True
    assert "no problems" in report.text()


def test_slices_are_those_of_the_reading(small):
    for case in read_cohort(small).cases:
        slices = load_slices(case)
        count = len(slices.invaded)
        assert slices.hu.shape == (count, 336, 336)
        assert slices.hu.dtype == np.float16
        assert (np.diff(slices.positions_mm) > 0).all()
        assert np.diff(slices.positions_mm) == pytest.approx(slices.spacing_mm, abs=1e-3)
        labels = case.reading.slice_labels
        assert [labels[uid, 0] for uid in slices.identity.sop_instance_uids] == slices.invaded.tolist()
        assert len(labels) == count == len(set(slices.identity.pixel_hashes))
        assert slices.for_training.sum() == (slices.invaded.sum() if case.positive else count)
        assert slices.phase == case.phase


def test_a_reading_of_another_series(cohort):
    case = cohort.one("positive")
    cohort.edit(case, series="1.2.3", sop_instance_uid="")
    problem = only(check_cohort(cohort.table))
    assert problem.kind == "series"
    assert str(problem.message).startswith(f"Case {case}: its reading belongs to series 1.2.3")


def test_no_dicom_at_the_series(cohort):
    case = cohort.one("positive")
    (cohort.folder / "empty").mkdir()
    rows = cohort.rows()
    rows[0]["series"] = "empty"
    cohort.write(rows)
    assert f"Case {case}: The folder" in str(only(check_cohort(cohort.table)).message)


def test_an_roi_outside_the_slice(cohort):
    case = cohort.one("positive")
    (roi,) = cohort.edit(case)["roi"]
    cohort.edit(case, roi=[roi | {"column": 500}])
    assert only(check_cohort(cohort.table)).kind == "roi"
    cohort.edit(case, roi=[roi | {"width": 5, "height": 5}])
    assert any("cm² are expected" in str(problem.message) for problem in check_cohort(cohort.table).problems)


def test_a_range_with_one_slice(cohort):
    case = cohort.one("positive")
    low, _ = cohort.edit(case)["range_mm"]
    cohort.edit(case, range_mm=[low, low + 0.5])
    problem = only(check_cohort(cohort.table))
    assert problem.kind == "range"
    assert case in str(problem.message)


def test_a_range_beyond_the_series_is_not_eligible(cohort):
    case = cohort.one("negative")
    low, high = cohort.edit(case)["range_mm"]
    cohort.edit(case, range_mm=[low, high + 100])
    assert any(
        problem.kind == "eligibility" and case in str(problem.message)
        for problem in check_cohort(cohort.table).problems
    )


@pytest.mark.parametrize(
    ("label", "change", "sentence"),
    [
        ("positive", lambda labels: [], "have no label"),
        ("positive", lambda labels: labels[1:], "1 of"),
        (
            "positive",
            lambda labels: [one | {"label": "negative"} for one in labels],
            "no slice in range is called positive",
        ),
        (
            "negative",
            lambda labels: [labels[0] | {"label": "positive"}, *labels[1:]],
            "1 of its slices is called positive",
        ),
        (
            "negative",
            lambda labels: [*labels, labels[0] | {"sop_instance_uid": "1.2.3"}],
            "that the series does not hold, 1.2.3",
        ),
    ],
)
def test_labels_that_contradict(cohort, label, change, sentence):
    case = cohort.one(label)
    cohort.edit(case, slice_labels=change(cohort.edit(case)["slice_labels"]))
    problems = [problem for problem in check_cohort(cohort.table).problems if problem.kind == "label"]
    assert len(problems) == (2 if label == "other" else 1)
    assert sentence in str(problems[0].message)
    assert str(problems[0].message).startswith(f"Case {case}: ")
    with pytest.raises(CohortRefused, match=f"Case {case}"):
        load_slices(read_cohort(cohort.table).cases[0])


def test_a_negative_case_needs_no_slice_labels(cohort):
    case = cohort.one("negative")
    cohort.edit(case, slice_labels=[])
    assert not load_slices(read_cohort(cohort.table).cases[0]).invaded.any()


def test_one_class_only(cohort):
    cohort.one("negative")
    assert "nothing can be learned without positive ones" in str(only(check_cohort(cohort.table)).message)


def test_a_copy_under_another_patient(cohort):
    rows = [row for row in cohort.rows() if cohort.label(row["case"]) == "negative"][:1]
    copy = rows[0] | {"case": "copy", "patient": "another"}
    (cohort.folder / "readings" / "copy.json").write_bytes(cohort.reading(rows[0]["case"]).read_bytes())
    cohort.write([rows[0], copy | {"reading": "readings/copy.json"}])
    messages = [str(problem.message) for problem in check_cohort(cohort.table).problems]
    assert len(messages) == 4
    for what in ("StudyInstanceUID", "FrameOfReferenceUID", "SOPInstanceUID", "pixel for pixel"):
        (message,) = [message for message in messages if what in message]
        assert rows[0]["case"] in message
        assert "case copy (patient another)" in message


def test_a_copy_is_found_whatever_else_is_wrong_with_it(cohort):
    rows = [row for row in cohort.rows() if cohort.label(row["case"]) == "positive"][:1]
    reading = cohort.edit(rows[0]["case"])
    (cohort.folder / "readings" / "copy.json").write_text(json.dumps(reading | {"slice_labels": []}))
    cohort.write([rows[0], rows[0] | {"case": "copy", "patient": "another", "reading": "readings/copy.json"}])
    kinds = [problem.kind for problem in check_cohort(cohort.table).problems]
    assert kinds == ["label", *["duplicate"] * 4]


def test_a_copy_within_a_patient_is_a_remark(cohort):
    rows = [row for row in cohort.rows() if cohort.label(row["case"]) == "negative"][:1]
    (cohort.folder / "readings" / "copy.json").write_bytes(cohort.reading(rows[0]["case"]).read_bytes())
    cohort.write([rows[0], rows[0] | {"case": "copy", "reading": "readings/copy.json"}])
    report = check_cohort(cohort.table)
    assert [problem.kind for problem in report.problems] == ["label"]  # one class only
    assert sum("of the same patient" in str(remark.message) for remark in report.remarks) == 2


def test_plain_and_contrast_of_a_patient_share_the_head_and_no_picture(small):
    by_patient: dict[str, list[Case]] = {}
    for case in read_cohort(small).cases:
        by_patient.setdefault(case.patient, []).append(case)
    (pair,) = [[load_slices(case) for case in cases] for cases in by_patient.values() if len(cases) == 2]
    one, other = pair
    assert {one.phase, other.phase} == {"plain", "contrast"}
    assert one.identity.study == other.identity.study
    assert one.identity.series != other.identity.series
    assert one.identity.frame_of_reference == other.identity.frame_of_reference
    assert not set(one.identity.sop_instance_uids) & set(other.identity.sop_instance_uids)
    assert not set(one.identity.pixel_hashes) & set(other.identity.pixel_hashes)
    np.testing.assert_allclose(one.positions_mm, other.positions_mm)


def test_table_and_header_that_disagree_on_contrast_are_a_remark(cohort):
    row = next(row for row in cohort.rows() if row["contrast"] == "contrast")
    cohort.write([row | {"contrast": "Plain"}])
    remarks = check_cohort(cohort.table).remarks
    assert any(f"Case {row['case']}: the table says plain" in str(remark.message) for remark in remarks)


def test_a_split_of_another_cohort_is_a_problem(cohort, small):
    split = Split.load(small / "split.json")
    cohort.one("negative")
    assert any(problem.kind == "split" for problem in check_cohort(cohort.table, split).problems)
