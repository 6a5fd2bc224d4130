"""The split by patient: shares, strata, folds, and every way of leaking."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.errors import WrongUse
from desktop.learning.cohort.examine import Identity
from desktop.learning.cohort.members import Case, Cohort
from desktop.learning.cohort.shared import Trait
from desktop.learning.cohort.split import (
    Leak,
    Patients,
    Split,
    SplitRefused,
    arranged_split,
    make_split,
    require_no_leak,
)
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading


def case(patient: str, positive: bool, phase: str = "contrast") -> Case:
    verdict = Verdict.POSITIVE if positive else Verdict.NEGATIVE
    key = f"{patient}-{phase}"
    reading = Reading(key, Roi.everywhere(0, 0, 1, 1), PositionRange(0, 1), verdict=verdict)
    return Case(key, patient, Path("s"), reading, Path(f"{key}.json"), phase)


def cohort_of(positive: int, negative: int, plain_every: int = 5) -> Cohort:
    cases = []
    for number in range(positive + negative):
        phase = "plain" if number % plain_every == 0 else "contrast"
        cases.append(case(f"P{number:03d}", number < positive, phase))
        if number % 7 == 0:
            cases.append(case(f"P{number:03d}", number < positive, "contrast" if phase == "plain" else "plain"))
    return Cohort(Path("table.csv"), tuple(cases))


PAPER_LIKE = cohort_of(42, 58)


def sizes(side: Patients) -> tuple[int, int]:
    return len(side.positive), len(side.negative)


def test_the_papers_shares():
    split = make_split(PAPER_LIKE)
    assert sizes(split.training) == (29, 41)
    assert sizes(split.test) == (13, 17)
    assert sizes(split.validation) == (9, 12)
    assert sizes(split.sides()[0]) == (20, 29)
    assert split.training.all | split.test.all == {patient.key for patient in PAPER_LIKE.patients}


def test_each_phase_has_its_share():
    tested = make_split(PAPER_LIKE).test.all
    for phase in ("plain", "contrast", "both"):
        keys = [patient.key for patient in PAPER_LIKE.patients if patient.phase == phase]
        assert abs(sum(key in tested for key in keys) - 0.3 * len(keys)) <= 1.5


def test_the_same_seed_the_same_split_and_another_seed_another():
    shuffled = Cohort(Path("elsewhere"), PAPER_LIKE.cases[::-1])
    assert make_split(shuffled, seed=4) == make_split(PAPER_LIKE, seed=4)
    assert make_split(PAPER_LIKE, seed=5).test != make_split(PAPER_LIKE, seed=4).test


@pytest.mark.parametrize("test", [0.0, 0.3])
def test_folds_hold_each_training_patient_once(test):
    split = make_split(PAPER_LIKE, test=test, folds=5)
    assert sum(len(fold.all) for fold in split.folds) == len(split.training.all)
    for number, fold in enumerate(split.folds):
        learned, left_out = split.sides(number)
        assert left_out == fold
        assert learned.all | fold.all == split.training.all
        assert not learned.all & fold.all
    assert max(len(fold.positive) for fold in split.folds) - min(len(fold.positive) for fold in split.folds) <= 1


@pytest.mark.parametrize(
    ("numbers", "asked", "sentence"),
    [
        ((0, 9), {}, "0 positive and 9 negative patients"),
        ((9, 0), {}, "no negative ones"),
        ((2, 9), {}, "no positive ones"),
        ((6, 20), {"folds": 7}, "fold . of 7 would have no"),
    ],
)
def test_too_few_patients_are_one_sentence(numbers, asked, sentence):
    with pytest.raises(SplitRefused, match=sentence):
        make_split(cohort_of(*numbers), **asked)


@pytest.mark.parametrize("asked", [{"test": 1.0}, {"test": -0.1}, {"test": 0.0}, {"folds": 1}, {"folds": -2}])
def test_shares_that_make_no_sense(asked):
    with pytest.raises(WrongUse):
        make_split(PAPER_LIKE, **asked)


def test_written_once_and_read_back(tmp_path):
    split, other = make_split(PAPER_LIKE, folds=3), make_split(PAPER_LIKE, seed=1)
    path = tmp_path / "new" / "split.json"
    split.save(path)
    assert Split.load(path) == split
    assert Split.load(path).fingerprint() == split.fingerprint() != other.fingerprint()
    with pytest.raises(WrongUse, match="exists already"):
        other.save(path)
    assert Split.load(path) == split
    other.save(path, replace=True)
    assert Split.load(path) == other
    assert [item.name for item in path.parent.iterdir()] == ["split.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": "clivus-split/2"}',
        '{"schema": "clivus-split/1", "cohort": "", "seed": 0}',
        '{"schema": "clivus-split/1", "cohort": "", "seed": 1e999}',
    ],
)
def test_a_damaged_split(tmp_path, text):
    path = tmp_path / "split.json"
    path.write_text(text)
    with pytest.raises(SplitRefused):
        Split.load(path)


def test_a_split_belongs_to_its_cohort():
    split = make_split(PAPER_LIKE)
    split.require_of(PAPER_LIKE)
    with pytest.raises(SplitRefused, match="another cohort"):
        split.require_of(cohort_of(42, 57))


def test_a_patient_on_two_sides_is_refused():
    split = make_split(PAPER_LIKE)
    with pytest.raises(SplitRefused, match=f"{split.test.positive[0]} appears twice"):
        replace(split, training=Patients((*split.training.positive, split.test.positive[0]), split.training.negative))


def identity(patient: str, **shared: str) -> Identity:
    own = {"study": patient, "frame": patient, "instance": patient, "pixels": patient} | shared
    return Identity(
        f"case {patient}", patient, patient, own["study"], own["frame"], (patient + "x", own["instance"]),
        (patient + "y", own["pixels"]), False,
    )  # fmt: skip


LEAKS = [
    ("study", Trait.STUDY),
    ("frame", Trait.FRAME),
    ("instance", Trait.INSTANCE),
    ("pixels", Trait.PIXELS),
]


@pytest.mark.parametrize(("what", "trait"), LEAKS)
def test_a_leak_between_training_and_test_names_both_cases(what, trait):
    split = arranged_split(cohort_of(6, 6), ["P000", "P006"])
    clean = [identity(f"P{number:03d}") for number in range(12)]
    require_no_leak(clean, split)
    spoiled = [*clean[:-1], replace_identity(clean[-1].patient, what)]
    with pytest.raises(Leak) as caught:
        require_no_leak(spoiled, split)
    assert caught.value.trait is trait
    assert caught.value.cases == ("case P000", "case P011")
    assert "case P000 in test" in str(caught.value).lower().replace("p000", "P000")


def replace_identity(patient: str, what: str) -> Identity:
    return identity(patient, **{what: "P000"})


def test_a_leak_into_internal_validation_counts_too():
    split = arranged_split(cohort_of(6, 6), ["P000", "P006"])
    watched, learned = split.validation.positive[0], split.sides()[0].positive[0]
    with pytest.raises(Leak, match="internal validation"):
        require_no_leak([identity(watched), identity(learned, pixels=watched)], split)
    require_no_leak([identity(watched), identity(watched + "", pixels=watched)], split)


def test_without_a_uid_nothing_is_shared():
    split = arranged_split(cohort_of(6, 6), ["P000", "P006"])
    require_no_leak([identity("P000", frame=""), identity("P001", frame="")], split)


def test_a_case_that_is_in_no_side():
    split = arranged_split(cohort_of(6, 6), ["P000", "P006"])
    with pytest.raises(SplitRefused, match="P099 is not in the split"):
        require_no_leak([identity("P099")], split)
