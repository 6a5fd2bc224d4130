"""The learning curve: folds by patient, growing shares, and going on where a kill ended it."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.errors import WrongUse
from desktop.work import UNWATCHED
from training.fit.learning_curve import CurveCase, CurveOrder, CurveRefused, _begin, _repeat, levels

ORDER = CurveOrder(repeats=2, folds=3, shares=(0.3, 0.6, 1.0))


def cases(patients: int = 18) -> list[CurveCase]:
    """Positive and negative patients in turn, whose slices differ in the first feature."""
    chance, found = np.random.default_rng(1), []
    for number in range(patients):
        invaded = np.array([False, True, True, True]) & (number % 2 == 0)
        features = chance.normal(0, 1, (4, 6)).astype(np.float32)
        features[:, 0] += 2 * invaded
        positions = np.arange(4) * 3.0
        found.append(
            CurveCase(f"P{number:02d}", number % 2 == 0, features, positions, 3.0, invaded, invaded | (number % 2 == 1))
        )
    return found


def test_more_patients_are_learned_from_at_each_share_and_answers_get_no_worse():
    points = [point for repeat in range(4) for point in _repeat(cases(), ORDER, repeat, 0.1, UNWATCHED)]
    assert [point.share for point in points[:3]] == [0.3, 0.6, 1.0]
    assert [point.patients for point in points[:3]] == [4, 8, 12]
    curve = levels(points, "auc_slice")
    assert [level.share for level in curve] == [0.3, 0.6, 1.0]
    assert all(level.least <= level.mean <= level.greatest for level in curve)
    assert curve[-1].mean > 0.8


def test_a_repeat_is_the_same_whenever_it_is_made_and_differs_from_the_next():
    first, again, other = (_repeat(cases(), ORDER, repeat, 0.1, UNWATCHED) for repeat in (0, 0, 1))
    assert first == again
    assert [point.auc_slice for point in first] != [point.auc_slice for point in other]


def test_nobody_is_answered_by_a_layer_that_learned_from_them():
    """Features that name the patient and nothing else are worth nothing on patients left out."""
    own = []
    for number, case in enumerate(cases()):
        features = np.zeros((4, 18), dtype=np.float32)
        features[:, number] = 1
        own.append(
            CurveCase(
                case.patient,
                case.positive,
                features,
                case.positions_mm,
                case.spacing_mm,
                case.invaded,
                case.learnable,
            )
        )
    (*_, whole) = _repeat(own, ORDER, 0, 0.1, UNWATCHED)
    assert whole.auc_patient is not None
    assert whole.auc_patient <= 0.6


def test_too_few_patients_are_said():
    with pytest.raises(CurveRefused, match="3 folds need 3 patients of either label, and training has 2"):
        _repeat(cases(4), ORDER, 0, 1.0, UNWATCHED)


def test_a_share_of_too_few_patients_is_left_out():
    points = _repeat(cases(8), CurveOrder(folds=2, shares=(0.2, 1.0)), 0, 1.0, UNWATCHED)
    assert [point.share for point in points] == [1.0]


class Begun:
    """What is needed of a run to begin a curve."""

    fingerprints = {"backbone": "a" * 64}  # noqa: RUF012


def test_a_folder_of_another_curve_is_refused_and_its_own_goes_on(tmp_path):
    out = tmp_path / "curve"
    record = _begin(out, Begun(), ORDER)  # type: ignore[arg-type]
    assert _begin(out, Begun(), ORDER) == record  # type: ignore[arg-type]
    with pytest.raises(WrongUse, match="begun otherwise"):
        _begin(out, Begun(), CurveOrder(repeats=3))  # type: ignore[arg-type]
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WrongUse, match="exists already"):
        _begin(tmp_path, Begun(), ORDER)  # type: ignore[arg-type]
