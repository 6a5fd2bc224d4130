"""Drawings hold whatever readers are called; warnings are errors here, so a name that leaves no room would show."""

from __future__ import annotations

import numpy as np
import pytest

from training.drawings import (
    LONGEST_NAME,
    Curve,
    Moved,
    Point,
    Step,
    flow,
    learning_curve,
    legible,
    moved_scores,
    placements,
    roc,
    shortened,
)

CURVE = Curve("model", np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.5, 1.0]))


@pytest.mark.parametrize("name", ["$\\frac{$", "A $x$", "Söhne", "W" * LONGEST_NAME])
def test_a_legible_name_is_drawn_as_it_is(name):
    assert legible(name)
    assert "<svg" in roc("patient", [CURVE], None, [Point(name, 0.5, 0.5)])


@pytest.mark.parametrize("name", ["王医生", "A" * (LONGEST_NAME + 1)])
def test_a_name_without_room_or_letters_is_told(name):
    assert not legible(name)


def test_a_text_is_cut_to_its_room_or_replaced():
    assert shortened("no MRI", "") == "no MRI"
    assert len(shortened("W" * 60, "")) == LONGEST_NAME
    assert shortened("無 MRI", "reason 1") == "reason 1"


def test_the_other_drawings_are_drawn_without_a_warning():
    steps = [Step("10 series found", "2 left out:\n2 no MRI, $x$ {"), Step("8 series evaluated")]
    for drawing in (
        flow(steps),
        moved_scores([Moved(True, 0.8, 0.4, 0.9), Moved(False, 0.1, 0.0, 0.3)], "score s_2", 0.5),
        placements("patient", [CURVE, CURVE]),
        learning_curve([10, 20], [(0.7, 0.6, 0.8), (0.8, 0.7, 0.9)], ["0.70", "0.80"], "patient"),
    ):
        assert "<svg" in drawing
