"""What is refused, or marked, for not being shown to be better than chance."""

from __future__ import annotations

import pytest

from desktop.inference.manifest import Metric
from desktop.learning.chance import COIN, hopeless, near_chance
from desktop.learning.statistics.proportions import clopper_pearson, wilson


def rate(name: str, hits: int, of: int, marked: str = "folds", unit: str = "patient") -> Metric:
    found = wilson(hits / of, of)  # as printed; the limit is held against the exact interval
    return Metric(name, unit, found.value, found.low, found.high, "Wilson", f"{hits}/{of}, {marked}")


@pytest.mark.parametrize(
    ("found", "of", "cleared", "well", "doubtful"),
    [
        (27, 29, 39, 41, ()),
        (21, 29, 28, 41, ()),
        (20, 29, 28, 41, ("sensitivity",)),
        (29, 29, 27, 41, ("specificity",)),
        (0, 8, 8, 8, ("sensitivity",)),
        (8, 8, 0, 8, ("specificity",)),
        (6, 6, 6, 6, ()),
        (5, 5, 5, 5, ("sensitivity", "specificity")),
    ],
)
def test_both_intervals_must_lie_above_a_half(found, of, cleared, well, doubtful):
    assert near_chance([rate("sensitivity", found, of), rate("specificity", cleared, well)]) == doubtful


def test_figures_by_patient_in_folds_count_and_what_is_not_known_is_doubtful():
    good = [rate("sensitivity", 20, 20), rate("specificity", 20, 20)]
    assert near_chance([*good, rate("sensitivity", 1, 9, "validation")]) == ()
    assert near_chance([rate("sensitivity", 9, 9, "validation"), rate("specificity", 9, 9, "validation")]) == ()
    assert near_chance([rate("sensitivity", 90, 90, unit="slice"), good[1]]) == ("sensitivity",)
    assert near_chance([]) == ("sensitivity", "specificity")
    assert near_chance([rate("sensitivity", 20, 20, "test"), good[1]]) == ("sensitivity",)


def test_a_small_site_is_told_before_anything_is_computed():
    assert hopeless(6, 6) == ""
    assert "with 5 positive patients no model can be shown" in hopeless(5, 20)
    assert "with 1 negative patient no model" in hopeless(20, 1)
    assert clopper_pearson(6, 6).low > COIN >= clopper_pearson(5, 5).low
