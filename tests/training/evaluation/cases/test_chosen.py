"""Which cases are evaluated: those that the model did not learn from, or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import training.evaluation.evaluate
from desktop.errors import WrongUse
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.manifest import Manifest
from desktop.learning.cohort.members import Cohort
from desktop.learning.cohort.split import NOBODY, Split, SplitRefused, make_split
from training.cohort.survey import read_cohort
from training.evaluation.cases.chosen import NotIndependent, choose_cases
from training.evaluation.cases.evaluated_model import Model
from training.evaluation.evaluate import Order, evaluate


@pytest.fixture
def cohort(small: Path) -> Cohort:
    return read_cohort(small)


@pytest.fixture
def stranger() -> Manifest:
    """A model that has nothing to do with the cohort."""
    return Bundle.shipped().manifest


def fitted(manifest: Manifest, cohort: Cohort, split: Split, fold: int | None = None) -> Manifest:
    """A model that learned from the cohort by a split."""
    prints = {"cohort": cohort.fingerprint, "whole split": split.fingerprint()}
    return replace(manifest, fingerprints=prints, cohort={"fold": fold})


@pytest.fixture
def own_split(cohort: Cohort, tmp_path: Path) -> tuple[Path, Split]:
    split = make_split(cohort, folds=2)
    split.save(tmp_path / "split.json")
    return tmp_path / "split.json", split


def test_without_a_split_all_cases_of_a_strange_cohort(small, cohort, stranger):
    found = choose_cases(cohort, None, "test", stranger)
    assert found.cases == cohort.cases
    assert found.test_set == small / "cohort.csv"
    assert not found.watched


def test_internal_validation_without_a_split_is_not_taken_for_all(cohort, stranger):
    with pytest.raises(WrongUse, match="name the split"):
        choose_cases(cohort, None, "validation", stranger)


def test_a_split_gives_its_test_patients_and_those_for_the_cutoff(small, cohort, stranger):
    path = small / "split.json"
    split = Split.load(path)
    for manifest in (stranger, fitted(stranger, cohort, split)):
        found = choose_cases(cohort, path, "test", manifest)
        assert {case.patient for case in found.cases} == split.test.all
        assert {case.patient for case in found.watched} == split.validation.all
        assert found.test_set == path


def test_a_model_fitted_with_a_fold_left_out_is_held_to_that_fold(cohort, stranger, tmp_path):
    split = make_split(cohort, folds=2)
    split.save(tmp_path / "split.json")
    manifest = fitted(stranger, cohort, split, fold=1)
    found = choose_cases(cohort, tmp_path / "split.json", "validation", manifest)
    assert {case.patient for case in found.cases} == split.folds[1].all
    assert found.test_set is None
    assert "fold 1 of 2" in found.words
    test = choose_cases(cohort, tmp_path / "split.json", "test", manifest)
    assert {case.patient for case in test.watched} == split.folds[1].all


def test_of_a_model_that_learned_from_all_training_patients_only_the_test_side_is_left(small, cohort, stranger):
    path = small / "split.json"
    split = Split.load(path)
    own = fitted(stranger, cohort, split)
    own = replace(own, cohort={**own.cohort, "watched": NOBODY})
    found = choose_cases(cohort, path, "test", own)
    assert {case.patient for case in found.cases} == split.test.all
    assert not found.watched, "no cut-off can be chosen on patients that were learned from"
    with pytest.raises(NotIndependent, match="learned from all training patients of this split, internal validation"):
        choose_cases(cohort, path, "validation", own)


def test_a_models_own_training_patients_are_refused(small, cohort, stranger, tmp_path):
    split = Split.load(small / "split.json")
    own = fitted(stranger, cohort, split)
    with pytest.raises(NotIndependent, match=r"learned from patients of .*: name the split"):
        choose_cases(cohort, None, "test", own)
    with pytest.raises(NotIndependent, match="evaluate its test side"):
        choose_cases(cohort, small / "split.json", "all", own)
    make_split(cohort, test=0.4, seed=5).save(tmp_path / "other.json")
    with pytest.raises(NotIndependent, match="with a split other than"):
        choose_cases(cohort, tmp_path / "other.json", "test", own)


def test_a_model_is_not_compared_on_patients_that_the_other_learned_from(own_split, cohort, stranger, monkeypatch):
    """Each was held to its own watched patients, and the other's were judged by both."""
    path, split = own_split
    models = {name: fitted(stranger, cohort, split, fold) for name, fold in (("one", 0), ("other", 1))}

    @contextmanager
    def opened(place: str, device: Device) -> Iterator[Model]:
        yield Model(SimpleNamespace(manifest=models[place]), {})  # type: ignore[arg-type]

    monkeypatch.setattr(training.evaluation.evaluate, "open_model", opened)
    order = Order("one", cohort.source, path, "validation", Device.CPU, against="other")
    with pytest.raises(NotIndependent, match="compare the two on the test side"):
        evaluate(order)
    assert not path.with_suffix(".looks.csv").exists()


def test_splits_without_test_patients_or_of_other_cohorts_are_refused(small, cohort, stranger, tmp_path):
    make_split(cohort, test=0, folds=2).save(tmp_path / "folds.json")
    with pytest.raises(NotIndependent, match="has no test patients"):
        choose_cases(cohort, tmp_path / "folds.json", "test", stranger)
    fewer = Cohort(cohort.source, cohort.cases[:-1])
    with pytest.raises(SplitRefused, match="made for another cohort"):
        choose_cases(fewer, small / "split.json", "test", stranger)
