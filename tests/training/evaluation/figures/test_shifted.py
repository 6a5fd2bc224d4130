"""Rectangles moved at random, and what becomes of the verdicts of many cases."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from desktop.inference.graph import Answers
from desktop.inference.stability import Spread
from desktop.reading.run import Verdict
from training.evaluation.figures.shifted import MovedCase, move, simulation


class Mean:
    """A network that answers with the mean HU of each crop, squeezed into 0 to 1."""

    reference = None

    def __init__(self, network):
        self.manifest = network.manifest

    def judge(self, crops, work):
        logits = (crops.mean(axis=(1, 2)) / 100).astype(np.float32)
        return Answers(logits, 1 / (1 + np.exp(-logits)), np.zeros((len(crops), 7, 7), np.float32), crops[:, 0])


def test_an_unmoved_rectangle_gives_the_same_answers_by_the_network_itself(seen, network):
    moved = move(seen, network, Spread(0, 0, draws=1))
    assert moved.verdicts == (seen.result.verdict,)
    assert moved.scores == pytest.approx([seen.result.score], abs=1e-5)
    assert moved.runs == (seen.result.run.slices,)
    assert moved.held_inside == 0


def test_draws_depend_on_seed_case_and_number_alone(seen, network):
    spread = Spread(3.0, 0.05, draws=4, seed=7)
    stub = Mean(network)
    first = move(seen, stub, spread)
    assert move(seen, stub, replace(spread, draws=2)).scores == first.scores[:2]
    assert move(seen, stub, replace(spread, seed=8)).scores != first.scores
    another = replace(seen, case=replace(seen.case, key="another"))
    assert move(another, stub, spread).scores != first.scores
    assert move(seen, stub, spread) == first


def test_a_case_without_a_verdict_is_not_moved(seen, network):
    lost = replace(seen, result=replace(seen.result, verdict=Verdict.INDETERMINATE))
    assert move(lost, Mean(network), Spread(1, 0, draws=3)).verdicts == ()


P, N, X = Verdict.POSITIVE, Verdict.NEGATIVE, Verdict.INDETERMINATE
SPREAD = Spread(2.0, 0.1, draws=4)


def moved(key, patient, positive, marked, verdicts, shift=0.1):
    run = {P: 3, N: 0, X: 0}
    scores = tuple(0.5 + shift * number for number in range(4))
    return MovedCase(key, patient, positive, marked, run[marked], 0.5, verdicts, tuple(map(run.get, verdicts)), scores)


CASES = (
    moved("a1", "a", True, P, (P, P, N, P)),
    moved("a2", "a", True, N, (N, N, N, N)),
    moved("b1", "b", True, P, (P, P, P, P)),
    moved("c1", "c", False, N, (N, P, N, P), shift=-0.1),
    moved("d1", "d", False, N, (N, N, N, X)),
    moved("e1", "e", False, X, ()),
)


def test_what_all_cases_show_together_by_patient():
    found = simulation(CASES[::-1], SPREAD)
    assert [(case.key, case.same, case.indeterminate) for case in found.cases] == [
        ("c1", 2, 0),
        ("a1", 3, 0),
        ("d1", 3, 1),
        ("a2", 4, 0),
        ("b1", 4, 0),
    ]
    assert found.same == 16 / 20
    assert (found.left_out, found.patients) == (("e1",), 4)
    assert found.sensitivity.as_marked == 1
    # 1, 1, 0.5, 1 over the draws
    assert (found.sensitivity.drawn.median, found.sensitivity.drawn.lower) == (1, 0.875)
    # 1, 0.5, 1, 0: in the last draw one negative patient has no verdict
    assert (found.specificity.as_marked, found.specificity.drawn.median) == (1, 0.75)
    assert found.auc.as_marked == 1
    assert found.auc.drawn.of == 4
    assert found.cases[0].score_shift.median == pytest.approx(-0.15)
    assert found.score_moves.median == pytest.approx(0.15)


def test_one_class_and_no_case_have_reasons_in_place_of_figures():
    found = simulation(CASES[:3], SPREAD)
    assert str(found.specificity) == "cannot be computed, because no patient is negative"
    assert "no negative case" in str(found.auc)
    nothing = simulation(CASES[-1:], SPREAD)
    assert nothing.cases == ()
    assert "no series has a verdict as marked" in str(nothing.same)
    assert "no patient is positive" in str(nothing.sensitivity)


def test_the_simulation_goes_into_a_document_without_nan():
    assert '"shift_mm": 2.0' in json.dumps(asdict(simulation(CASES, SPREAD)), allow_nan=False)
