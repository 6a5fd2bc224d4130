"""The kinds of a cohort's phantoms: seeds take them in turn."""

from __future__ import annotations

import pytest

from desktop.phantoms import PLAIN, RICH, VARIETIES
from training.cohort.kinds import KINDS, kind_at
from training.cohort.selection import COHORT_SEEDS
from training.demo.heads import BACKBONE_SEEDS


def test_each_kind_can_be_had_by_itself():
    assert {name: KINDS[name] for name in VARIETIES} == {"plain": (PLAIN,), "rich": (RICH,)}


@pytest.mark.parametrize("invaded", [False, True])
@pytest.mark.parametrize("seeds", [BACKBONE_SEEDS, COHORT_SEEDS])
def test_of_both_two_thirds_are_rich_whatever_the_label(seeds, invaded):
    """Labels go by odd and even seeds: a kind must not tell the label."""
    drawn = [kind_at(seed, KINDS["both"]) for seed in seeds[int(invaded) : 3000 : 2]]
    assert (drawn.count(RICH), drawn.count(PLAIN)) == (1000, 500)
