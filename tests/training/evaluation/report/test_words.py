"""Figures in the words of a report."""

from __future__ import annotations

import pytest

from desktop.learning.statistics.estimate import Undefined
from training.evaluation.report.words import p_value


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (0.0496, "p = 0.050"),
        (0.001, "p = 0.001"),
        (0.0004, "p < 0.001"),
        (Undefined("nothing differs"), "p cannot be computed, because nothing differs"),
    ],
)
def test_a_p_value_is_never_nothing(found, told):
    """0.0004 was printed as 0.000."""
    assert p_value(found) == told
