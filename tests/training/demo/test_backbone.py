"""Training of all layers."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from training.demo.backbone import _batches, _Cells, _copy, train_backbone
from training.demo.heads import Heads, Twins, draw_twins
from training.demo.recipe import Pretraining, Stage
from training.model.network import SkullBaseNetwork

CPU = torch.device("cpu")
BRIEF = Pretraining(stages=(Stage(32, 6, 6), Stage(64, 6, 6)))


@pytest.fixture(scope="module")
def twins() -> Twins:
    """One head, intact and invaded."""
    return draw_twins([11], 1, "Phantoms")


@pytest.fixture(scope="module")
def few(heads: Heads) -> Heads:
    """Six slices of two phantoms, two of them invaded."""
    images = heads.images
    rows = np.zeros(len(images), dtype=bool)
    rows[np.concatenate([np.flatnonzero(~images.positive)[:4], np.flatnonzero(images.positive)[:2]])] = True
    return Heads(images.among(rows), heads.where[rows])


def test_training_repeats_with_the_seed_and_trains_all_layers(twins, few):
    trained = []
    for workers in (1, 2):
        torch.manual_seed(0)
        network = SkullBaseNetwork()
        before = copy.deepcopy(network.state_dict())
        train_backbone(network, twins, few, BRIEF, CPU, 1, workers)
        assert not any(torch.equal(before[name], p) for name, p in network.named_parameters())
        trained.append(network.state_dict())
    assert all(torch.equal(trained[0][name], trained[1][name]) for name in trained[0])


def test_a_batch_holds_invaded_slices_beside_the_same_slices_intact(twins):
    batches = list(_batches(twins, Stage(32, 35, 16), 0.75, np.random.default_rng(0)))
    assert [len(batch) for batch in batches] == [16, 16]
    for batch in batches:
        invaded, intact, others = batch[:6], batch[6:12], batch[12:]
        assert [(one.row, one.number) for one in invaded] == [(one.row, one.number) for one in intact]
        assert all(one.heads is twins.invaded and twins.invaded.images.positive[one.row] for one in invaded)
        assert all(one.heads is twins.intact for one in intact)
        assert not any(one.heads.images.positive[one.row] for one in others)
        assert len({one.number for one in (*invaded, *others)}) == 10
    assert [one.row for one in batches[0]] != [one.row for one in batches[1]]


def test_twins_are_moved_alike_and_differ_where_bone_is_invaded(twins):
    row = int(np.flatnonzero(twins.invaded.images.positive)[0])
    amounts = replace(BRIEF.augmentation, noise_hu=0.0)
    (intact, nowhere), (invaded, where) = (_copy(one, amounts, 3, 96, row, 1) for one in (twins.intact, twins.invaded))
    assert where.max() == 1.0
    assert nowhere.max() == 0.0
    differs = np.abs(intact - invaded) > 1
    assert differs[where > 0.5].mean() > 0.9
    assert differs[where == 0].mean() < 0.2


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
