"""Training of all layers."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from training.demo.backbone import _batches, train_backbone
from training.demo.recipe import Pretraining, Stage
from training.fit.images import Images
from training.model.network import SkullBaseNetwork

CPU = torch.device("cpu")
BRIEF = Pretraining(stages=(Stage(32, 6, 6), Stage(64, 6, 6)))


@pytest.fixture(scope="module")
def few(heads: Images) -> Images:
    """Six slices of two phantoms, two of them invaded."""
    rows = np.concatenate([np.flatnonzero(~heads.positive)[:4], np.flatnonzero(heads.positive)[:2]])
    return Images(
        heads.hu[rows],
        heads.positive[rows],
        *(tuple(names[row] for row in rows) for names in (heads.sop_uid, heads.case, heads.patient)),
        heads.position_mm[rows],
        heads.spacing_mm[rows],
    )


def test_training_repeats_with_the_seed_and_trains_all_layers(few):
    trained = []
    for workers in (1, 2):
        torch.manual_seed(0)
        network = SkullBaseNetwork()
        before = copy.deepcopy(network.state_dict())
        train_backbone(network, few, few, BRIEF, CPU, 1, workers)
        assert not any(torch.equal(before[name], p) for name, p in network.named_parameters())
        trained.append(network.state_dict())
    assert all(torch.equal(trained[0][name], trained[1][name]) for name in trained[0])


def test_a_stage_shows_every_image_before_any_again():
    shown = list(_batches(10, Stage(32, 25, 4), np.random.default_rng(0)))
    assert [len(batch) for batch in shown] == [4] * 6
    flat = np.concatenate(shown)
    assert sorted(flat[:10]) == sorted(flat[10:20]) == list(range(10))
    assert flat[:10].tolist() != flat[10:20].tolist()
