"""Which phantoms are used for what."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from training.demo.drawn_cases import (
    BACKBONE_SEEDS,
    FINAL_LAYER_SEEDS,
    HELD_OUT_SEEDS,
    VALIDATION_SEEDS,
    balanced,
    draw_cases,
    is_invaded,
)
from training.demo.recipe import Recipe

USES = (BACKBONE_SEEDS, VALIDATION_SEEDS, FINAL_LAYER_SEEDS, HELD_OUT_SEEDS)


def test_no_phantom_serves_two_purposes():
    for one, other in combinations(USES, 2):
        assert one.stop <= other.start or other.stop <= one.start
    recipe = Recipe()
    most = max(recipe.backbone.patients, recipe.validation_patients, recipe.held_out_patients, 2 * 41)
    assert most <= min(len(seeds) for seeds in USES)


def test_as_many_of_each_kind_as_asked_for():
    for positive, negative in ((3, 3), (2, 5), (5, 2)):
        seeds = balanced(FINAL_LAYER_SEEDS, positive, negative)
        assert len(set(seeds)) == len(seeds)
        assert set(seeds) <= set(FINAL_LAYER_SEEDS)
        assert sum(map(is_invaded, seeds)) == positive
        assert len(seeds) == positive + negative


def test_held_out_patients_suffice():
    assert Recipe().held_out_patients >= 60


def test_other_processes_draw_the_same_phantoms(cases):
    for case, same in zip(cases, draw_cases([10, 11], 2, "Phantoms"), strict=True):
        assert (same.seed, same.invaded, same.region, same.rectangle) == (
            case.seed,
            case.invaded,
            case.region,
            case.rectangle,
        )
        np.testing.assert_array_equal(same.hu, case.hu)
        np.testing.assert_array_equal(same.slice_invaded, case.slice_invaded)
