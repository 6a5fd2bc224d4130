"""Rectangles moved by chance, and what becomes of the verdicts."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from desktop.errors import WrongUse
from desktop.inference.graph import Answers
from desktop.reading.run import Verdict
from desktop.work import UNWATCHED
from training.evaluation.figures.shifted import MovedCase, Spread, move, simulation


class Mean:
    """A network that answers with the mean HU of each crop, squeezed into 0 to 1."""

    def __init__(self, network):
        self.manifest = network.manifest

    def judge(self, crops, work):
        logits = (crops.mean(axis=(1, 2)) / 100).astype(np.float32)
        return Answers(logits, 1 / (1 + np.exp(-logits)), np.zeros((len(crops), 7, 7), np.float32), crops[:, 0])


@pytest.fixture
def asked(monkeypatch):
    """The rectangles that the network is asked about, one for each draw: a draw moves all slices by as much."""
    asked = []

    def ask(network, region, rectangles):
        assert len(rectangles) == len(region.hu)
        (rectangle,) = set(rectangles)
        asked.append(rectangle)
        return network.judge(np.zeros((len(rectangles), 1, 1), np.float32), UNWATCHED)

    monkeypatch.setattr("training.evaluation.figures.shifted.ask", ask)
    return asked


def test_an_unmoved_rectangle_gives_the_same_answers_by_the_network_itself(seen, network):
    moved = move(seen, network, Spread(0, 0, draws=1))
    assert moved.verdicts == (seen.result.verdict,)
    assert moved.scores == pytest.approx([seen.result.score], abs=1e-5)
    assert moved.runs == (seen.result.run.slices,)
    assert moved.held_inside == 0


def test_shifts_are_in_millimetres_and_scales_about_the_centre(asked, seen, network):
    moved = move(seen, Mean(network), Spread(2.0, 0.1, draws=400, seed=1))
    column, row, width, height = seen.marked.region.rectangles[0]
    geometry = seen.marked.region.volume.geometry
    found = np.array(asked)
    centres = found[:, :2] + found[:, 2:] / 2 - np.array([column + width / 2, row + height / 2])
    mm = centres * [geometry.column_mm, geometry.row_mm]
    growth = np.log(found[:, 2:] / [width, height])
    assert moved.held_inside == 0
    assert np.abs(mm.mean(axis=0)).max() < 0.4
    assert mm.std(axis=0) == pytest.approx([2, 2], rel=0.15)
    assert growth[:, 0] == pytest.approx(growth[:, 1])
    assert growth[:, 0].std() == pytest.approx(0.1, rel=0.15)
    assert abs(np.corrcoef(mm[:, 0], mm[:, 1])[0, 1]) < 0.2


def test_a_rectangle_stays_inside_the_slice_and_that_is_counted(asked, seen, network):
    moved = move(seen, Mean(network), Spread(200.0, 1.0, draws=50))
    rows, columns = seen.marked.region.volume.hu.shape[1:]
    assert all(c >= 0 and r >= 0 and c + w <= columns and r + h <= rows for c, r, w, h in asked)
    assert 25 < moved.held_inside <= 50
    assert Verdict.INDETERMINATE in moved.verdicts, "some are too large or too small to be judged"


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
    lost = replace(seen, case=replace(seen.case, verdict=Verdict.INDETERMINATE))
    assert move(lost, Mean(network), Spread(1, 0, draws=3)).verdicts == ()


@pytest.mark.parametrize("values", [(-1, 0, 5), (1, -0.1, 5), (1, 0.1, 0), (float("nan"), 0, 5)])
def test_a_spread_that_cannot_be(values):
    with pytest.raises(WrongUse, match="cannot be simulated"):
        Spread(*values)


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
