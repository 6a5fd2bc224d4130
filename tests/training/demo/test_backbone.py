"""Training of all layers."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from training.demo.backbone import _batches, _Cells, _copy, train_backbone
from training.demo.heads import Heads
from training.demo.recipe import Pretraining, Stage
from training.model.network import SkullBaseNetwork

CPU = torch.device("cpu")
BRIEF = Pretraining(stages=(Stage(32, 6, 6), Stage(64, 6, 6)))


@pytest.fixture(scope="module")
def few(heads: Heads) -> Heads:
    """Six slices of two phantoms, two of them invaded."""
    images = heads.images
    rows = np.zeros(len(images), dtype=bool)
    rows[np.concatenate([np.flatnonzero(~images.positive)[:4], np.flatnonzero(images.positive)[:2]])] = True
    return Heads(images.among(rows), heads.where[rows])


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


def test_where_bone_is_invaded_moves_with_the_copy(few):
    bright = Heads(replace(few.images, hu=few.where.astype(np.float16) * 1000), few.where)
    amounts = replace(BRIEF.augmentation, offset_hu=0.0, noise_hu=0.0)
    hu, where = _copy(bright, amounts, 3, 96, 5, 1)
    assert where.max() == 1.0
    assert np.abs(hu - 1000 * where).max() < 0.5
    assert not np.array_equal(where, _copy(bright, amounts, 3, 96, 5, 2)[1])


def test_a_cell_is_asked_about_the_pixels_around_its_centre():
    torch.manual_seed(0)
    network = SkullBaseNetwork().eval()
    cells = _Cells(network)
    where = torch.zeros(1, 1, 96, 96)
    where[..., 30:34, 62:66] = 1.0  # around pixel 32 down and 64 across
    stages = [torch.zeros(1, 2048 * stride // 32, 96 // stride, 96 // stride) for stride in (4, 8, 16, 32)]
    with torch.no_grad():
        for unit in cells.units:
            unit.weight.zero_()
            unit.weight[0, 0] = 40.0
            unit.bias.fill_(-20.0)
        for maps, stride in zip(stages, (4, 8, 16, 32), strict=True):
            maps[0, 0, 32 // stride, 64 // stride] = 1.0
        assert cells.loss(stages, where) < 1e-6
        stages[3][0, 0, 1, 2], stages[3][0, 0, 2, 1] = 0.0, 1.0
        assert cells.loss(stages, where) > 1
