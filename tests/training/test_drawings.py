"""Drawings hold whatever readers are called; warnings are errors here, so a name that leaves no room would show."""

from __future__ import annotations

import numpy as np
import pytest

from training.drawings import LONGEST_NAME, Curve, Point, legible, roc

CURVE = Curve("model", np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.5, 1.0]))


@pytest.mark.parametrize("name", ["$\\frac{$", "A $x$", "Söhne", "W" * LONGEST_NAME])
def test_a_legible_name_is_drawn_as_it_is(name):
    assert legible(name)
    assert "<svg" in roc("patient", [CURVE], None, [Point(name, 0.5, 0.5)])


@pytest.mark.parametrize("name", ["王医生", "A" * (LONGEST_NAME + 1)])
def test_a_name_without_room_or_letters_is_told(name):
    assert not legible(name)
