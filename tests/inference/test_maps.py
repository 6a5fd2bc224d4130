"""Evidence per area of the patient, and the paper's look of it."""

import numpy as np
import pytest

from desktop.inference.maps import LEAST_SCALE, MapFacts, Maps

SIZE, STRIDE = 224, 32


@pytest.fixture
def contributions():
    """Of two slices: one with evidence for and against, one with evidence against alone."""
    draw = np.random.default_rng(0).normal(0, 0.3, (2, 7, 7)).astype(np.float32)
    draw[1] = -np.abs(draw[1])
    return draw


def test_evidence_is_per_area_so_that_small_and_large_rois_compare(contributions):
    maps = Maps.of(contributions, (18.0, 9.0), SIZE, STRIDE, None)
    for row, cell_cm2 in enumerate((18 / 49, 9 / 49)):
        np.testing.assert_allclose(maps.evidence[row, ::STRIDE, ::STRIDE], contributions[row] / cell_cm2, rtol=1e-5)


def test_the_papers_look_has_each_slices_own_maximum_and_nothing_against(contributions):
    maps = Maps.of(contributions, (18.0, 18.0), SIZE, STRIDE, None)
    assert (maps.grad_cam[0].min(), maps.grad_cam[0].max()) == (0, 1)
    assert not maps.grad_cam[1].any(), "nothing speaks for invasion"
    assert maps.evidence[1].min() < 0


def test_the_scale_is_the_models_or_else_the_cases_own(contributions):
    own = Maps.of(contributions, (18.0, 18.0), SIZE, STRIDE, None)
    assert (own.scale, own.scale_is_models) == (np.abs(own.evidence).max(), False)
    models = Maps.of(contributions, (18.0, 18.0), SIZE, STRIDE, MapFacts(1.5, None))
    assert (models.scale, models.scale_is_models) == (1.5, True)
    faint = Maps.of(contributions / 1e6, (18.0, 18.0), SIZE, STRIDE, None)
    assert faint.scale == LEAST_SCALE
