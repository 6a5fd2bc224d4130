"""Scale and localisation of a network's maps, measured on training crops."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch

from desktop.inference.gradcam import contributions
from desktop.learning.map_facts import SCALE_QUANTILE, centre_of_mass, inverted, measure_maps
from desktop.reading.landmarks import PAPERS_ROI
from training.fit.run import frozen_backbone
from training.fit.torch_maps import contributions_of
from training.model.network import ARCHITECTURE


@pytest.fixture(scope="module")
def network(brief):
    found, _ = frozen_backbone(brief)
    return found


def test_the_scale_is_a_quantile_of_the_training_crops_and_holds_for_small_ones(network, train):
    facts = measure_maps(partial(contributions_of, network), train, ARCHITECTURE.map_stride)
    with torch.inference_mode():
        maps = network.feature_maps(torch.from_numpy(train.crops(slice(None)))[:, None]).numpy()
    cell_cm2 = PAPERS_ROI.area_cm2 * (ARCHITECTURE.map_stride / train.crop_size) ** 2
    densities = np.abs(contributions(maps, network.fc.weight[0].detach().numpy())) / cell_cm2
    assert facts.scale == pytest.approx(max(np.quantile(densities, SCALE_QUANTILE), 0.05), rel=0.05)
    # The map of a crop of one cell always points at pixel 0.
    found = facts.localisation
    assert (found.rows_px, found.columns_px) == (-16.0, -16.0)
    assert found.error_px == pytest.approx(np.hypot(8, 24), abs=0.1)
    mm = np.sqrt(PAPERS_ROI.area_cm2) * 10 / train.crop_size
    assert found.error_mm == pytest.approx(found.error_px * mm, abs=0.1)
    assert found.patches == 9 * len(set(train.patient))


def test_a_patch_is_seen_on_air_tissue_and_bone_and_changes_nothing_else():
    crops = np.stack([np.full((64, 64), hu, np.float32) for hu in (-1000, 50, 1000)])
    changed = inverted(crops, 20, 40, 8)
    assert (changed != crops).sum(axis=(1, 2)).tolist() == [64, 64, 64]
    assert changed[:, 16:24, 36:44].reshape(3, -1).T.tolist() == [[360, 360, -240]] * 64


def test_the_centre_of_mass_is_in_pixels_of_the_crop():
    weights = np.zeros((7, 7), np.float32)
    weights[2, 3] = weights[2, 4] = 1
    assert centre_of_mass(weights, 32) == (64.0, 112.0)
