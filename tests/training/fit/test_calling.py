"""Threshold and run chosen in folds, with ties and with what cannot be chosen."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.inference.averaging import Averaging
from desktop.learning.calling import HeldOut, decide_by
from desktop.learning.fit_settings import Decision
from desktop.learning.images import Images
from desktop.reading.run import Cutoff

SIDE = 6


def held(patients: dict[str, tuple[bool, list[float]]], folds: int = 2, spacing_mm: float = 2.0) -> HeldOut:
    """Patients with a label and the probabilities of their slices; of a positive one all slices are."""
    names = [name for name, (_, answers) in patients.items() for _ in answers]
    probability = np.array([answer for _, answers in patients.values() for answer in answers])
    positions = np.concatenate([np.arange(len(answers)) * spacing_mm for _, answers in patients.values()])
    fold = {name: number // 2 % folds for number, name in enumerate(patients)}
    count = len(names)
    images = Images(
        np.zeros((count, SIDE, SIDE), np.float16),
        np.array([patients[name][0] for name in names]),
        tuple(f"1.{n}" for n in range(count)),
        tuple(names),
        tuple(names),
        positions,
        np.full(count, spacing_mm),
    )
    logits = np.log(probability / (1 - probability)).astype(np.float32)
    return HeldOut(images, logits[None], np.array([fold[name] for name in names]))


APART = {
    "a": (True, [0.1, 0.35, 0.4, 0.1]),
    "b": (False, [0.1, 0.2, 0.1, 0.45]),
    "c": (True, [0.3, 0.38, 0.37, 0.2]),
    "d": (False, [0.2, 0.25, 0.2, 0.1]),
    "e": (True, [0.1, 0.36, 0.45, 0.1]),
    "f": (False, [0.2, 0.1, 0.1, 0.2]),
    "g": (True, [0.1, 0.37, 0.4, 0.1]),
    "h": (False, [0.15, 0.1, 0.1, 0.2]),
}
"""Apart by s_2 below 0.35, and not by the papers' 0.5."""


def test_fixed_is_as_given_and_finds_nobody_here():
    calls = decide_by(held(APART), Decision(), Averaging())
    assert calls.cutoff == Cutoff(2, 0.5)
    assert not calls.called["patient"].any()
    assert calls.score["patient"].tolist() == pytest.approx([0.35, 0.1, 0.37, 0.2, 0.36, 0.1, 0.37, 0.1], abs=1e-6)
    assert calls.patient["patient"].tolist() == list("abcdefgh")


@pytest.mark.parametrize("rule", ["youden", "sensitivity"])
def test_a_rule_finds_what_tells_patients_apart_and_keeps_the_run_among_equals(rule):
    calls = decide_by(held(APART), Decision(rule=rule, wanted_sensitivity=1.0), Averaging())
    assert calls.cutoff == Cutoff(2, 0.275), "between 0.2 and 0.35"
    assert calls.called["patient"].tolist() == [True, False] * 4
    assert calls.called["series"].tolist() == [True, False] * 4
    assert calls.unchosen == ""


def test_a_run_in_mm_is_the_same_tissue_at_another_spacing():
    settings = Decision(rule="youden", run_in="mm", cutoff_mm=4.0)
    assert decide_by(held(APART), settings, Averaging()).cutoff == Cutoff(1, 0.275, 4.0)
    thick = decide_by(held(APART, spacing_mm=4.0), settings, Averaging())
    assert thick.cutoff.mm == 5.0, "of the equals that ask for two slices the nearest to 4 mm"


def test_nobody_is_called_by_a_cutoff_that_the_own_label_had_a_part_in():
    patients = APART | {"a": (True, [0.1, 0.22, 0.22, 0.1]), "b": (False, [0.1, 0.1, 0.1, 0.45])}
    calls = decide_by(held(patients), Decision(rule="youden"), Averaging())
    assert calls.score["patient"][0] >= calls.cutoff.threshold, "all together choose one that finds a"
    assert not calls.called["patient"][0], "without its fold a higher one is chosen"


def test_what_tells_nothing_leaves_the_papers_and_says_so():
    alike = {name: (label, [0.3, 0.3, 0.3]) for name, (label, _) in APART.items()}
    calls = decide_by(held(alike), Decision(rule="youden"), Averaging())
    assert calls.cutoff == Cutoff(2, 0.5)
    assert "better than chance" in calls.unchosen


def test_a_sensitivity_that_no_cutoff_reaches_is_told():
    short = APART | {"a": (True, [0.001])}
    calls = decide_by(held(short), Decision(rule="sensitivity", wanted_sensitivity=1.0), Averaging())
    assert "come nearest" in calls.unchosen


def test_smoothing_and_crops_are_the_applications_own():
    one = held(APART)
    five = HeldOut(one.images, np.concatenate([one.logits, *[one.logits + 1] * 4]), one.fold)
    lifted = five.probabilities(Averaging(0.0, 1))
    np.testing.assert_allclose(np.log(lifted / (1 - lifted)), one.logits[0] + 0.8, atol=1e-5)
    np.testing.assert_allclose(five.probabilities(Averaging()), one.probabilities(Averaging()))
    smooth = one.probabilities(Averaging(0.25))
    logits = one.logits[0]
    assert np.log(smooth[0] / (1 - smooth[0])) == pytest.approx(2 / 3 * logits[0] + 1 / 3 * logits[1], abs=1e-5)
    assert np.log(smooth[4] / (1 - smooth[4])) == pytest.approx(2 / 3 * logits[4] + 1 / 3 * logits[5], abs=1e-5)
