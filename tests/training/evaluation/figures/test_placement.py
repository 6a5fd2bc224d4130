"""Two readers' rectangles on the same series."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from training.evaluation.cases.second import SecondRefused
from training.evaluation.figures.placement import Overlap, Placed, Repeated, compare_placements, judge_again

SIDES = st.floats(1, 200)
RECTANGLES = st.tuples(st.floats(0, 300), st.floats(0, 300), SIDES, SIDES)


def test_the_overlap_of_two_rectangles_in_numbers():
    found = Overlap.of((10, 20, 40, 30), (20, 20, 40, 60), row_mm=0.5, column_mm=0.25)
    assert found.dice == pytest.approx(2 * 900 / (1200 + 2400))
    assert found.iou == pytest.approx(900 / 2700)
    assert found.centre_mm == pytest.approx((2.5**2 + 7.5**2) ** 0.5)
    assert found.area_ratio == 2


@given(RECTANGLES, RECTANGLES)
def test_overlap_is_of_both_alike_and_whole_only_for_the_same(one, other):
    found, back = Overlap.of(one, other, 0.4, 0.5), Overlap.of(other, one, 0.4, 0.5)
    assert found.dice == pytest.approx(back.dice)
    assert 0 <= found.iou <= found.dice + 1e-9 <= 1 + 2e-9
    assert found.dice == pytest.approx(2 * found.iou / (1 + found.iou))
    assert found.area_ratio * back.area_ratio == pytest.approx(1)
    same = Overlap.of(one, one, 0.4, 0.5)
    assert (same.dice, same.centre_mm, same.area_ratio) == (pytest.approx(1), pytest.approx(0), 1)


def test_apart_is_no_overlap():
    assert Overlap.of((0, 0, 10, 10), (10, 0, 10, 10), 1, 1).dice == 0


@pytest.fixture(scope="module")
def again(seen, phantom_case, network):
    """The same case with a rectangle 10 pixels further to the right and a range that lacks its lowest slice."""
    first, positions = phantom_case.reading, seen.marked.region.positions_mm
    column, row, width, height = first.roi.at(0)
    second = replace(
        first,
        roi=Roi.everywhere(column + 10, row, width, height),
        range=PositionRange(float(positions[1]), first.range.high_mm),
        verdict=None,
        slice_labels={},
    )
    return judge_again(seen, second, network)


def test_a_case_is_judged_again_by_the_second_reader_s_marks(again, seen, phantom_case):
    assert (again.key, again.patient, again.positive) == ("P1-plain", "P1", True)
    assert (again.first.verdict, again.first.score) == (seen.result.verdict, seen.result.score)
    assert again.second.roi[0] == again.first.roi[0] + 10
    assert again.second.slices == again.shared_slices == again.first.slices - 1
    assert again.second.score != again.first.score
    assert again.overlap.centre_mm == pytest.approx(10 * seen.marked.region.volume.series.column_mm)
    assert again.overlap.area_ratio == pytest.approx(1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"roi": Roi.everywhere(500, 0, 100, 100)}, "reaches outside the slice"),
        ({"range": PositionRange(-999, -998)}, "holds 0 slice"),
        ({"sop_instance_uid": "9.9"}, "which is not at"),
    ],
)
def test_marks_that_do_not_lie_in_the_series_are_refused_with_the_case(seen, phantom_case, network, changes, sentence):
    with pytest.raises(SecondRefused, match=rf"^Case P1-plain: its second reading cannot be used\. .*{sentence}"):
        judge_again(seen, replace(phantom_case.reading, **changes), network)


def placed(run, verdict=None):
    said = verdict or (Verdict.POSITIVE if run >= 2 else Verdict.NEGATIVE)
    return Placed((0, 0, 10, 10), 18.0, (0.0, 9.0), 4, said, run, 3.0 * run, run / 10)


def repeated(key, patient, positive, first, second, **overlap):
    shared = {"dice": 0.8, "iou": 2 / 3, "centre_mm": 3.0, "area_ratio": 1.1} | overlap
    return Repeated(key, patient, positive, placed(first), placed(second), Overlap(**shared), 4)


CASES = (
    repeated("a1", "a", True, 4, 4),
    repeated("a2", "a", True, 0, 3, dice=0.6),
    repeated("b1", "b", True, 3, 1),
    repeated("c1", "c", True, 5, 2, dice=0.9),
    repeated("d1", "d", False, 0, 0),
    repeated("e1", "e", False, 1, 2),
    repeated("f1", "f", False, 1, 0),
)


def test_verdicts_and_aucs_are_compared_by_patient_and_by_series():
    found = compare_placements(CASES[::-1])
    assert [case.key for case in found.cases] == [case.key for case in CASES]
    assert found.changed == ("a2", "b1", "e1")
    assert found.by_patient.auc.estimate.value == pytest.approx(1 - 7.5 / 9)
    assert found.by_series.one.auc.estimate.value == pytest.approx((9 + 0.5) / 12)
    assert (found.by_patient.unit, found.by_series.unit) == ("patient", "series")
    assert (found.by_patient.sensitivity.only_one, found.by_patient.specificity.only_one) == (1, 1)
    assert (found.by_series.accuracy.only_one, found.by_series.accuracy.only_other) == (2, 1)
    patient, series = found.agreement
    assert (patient.unit, patient.same.hits, patient.same.of) == ("patient", 4, 6)
    assert (series.unit, series.same.hits, series.same.of) == ("series", 4, 7)
    assert patient.kappa == pytest.approx((4 / 6 - 0.5) / 0.5)
    assert patient.same.estimate.low < 4 / 6 < patient.same.estimate.high
    assert (found.dice.of, found.dice.median) == (7, 0.8)
    assert found.dice.lowest < 0.8 < found.dice.highest


def test_the_same_marks_differ_in_nothing_and_say_why_there_is_no_p():
    found = compare_placements([replace(case, second=case.first) for case in CASES])
    assert found.changed == ()
    assert found.by_patient.auc.estimate.value == 0
    assert "cannot be computed" in str(found.by_patient.auc.p)
    assert [one.kappa for one in found.agreement] == [1.0, 1.0]


def test_where_all_verdicts_are_the_same_there_is_no_kappa():
    found = compare_placements([case for case in CASES if case.key in ("a1", "c1")])
    assert [str(one.kappa) for one in found.agreement] == [
        "cannot be computed, because no two patient verdicts differ, so that chance alone would agree as well",
        "cannot be computed, because no two series verdicts differ, so that chance alone would agree as well",
    ]
    assert "cannot be computed" in str(found.by_patient.one.auc.estimate)


def test_a_verdict_that_became_indeterminate_has_changed_and_is_not_counted():
    lost = replace(CASES[4], second=placed(0, Verdict.INDETERMINATE))
    found = compare_placements([*CASES[:4], lost, *CASES[5:]])
    assert "d1" in found.changed
    assert [one.undecided for one in found.agreement] == [1, 1]
    assert found.by_patient.not_compared == 1


def test_the_comparison_goes_into_a_document_without_nan():
    assert '"kappa"' in json.dumps(asdict(compare_placements(CASES)), allow_nan=False)
