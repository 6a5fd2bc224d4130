"""Training of the backbone and of the final layer."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from training.cohort.crops import LabelledCrops
from training.demo.backbone import _batches, slice_logits, train_backbone
from training.demo.final_layer import fit_final_layer
from training.demo.recipe import BackboneRecipe, FinalLayerRecipe, Stage
from training.model.network import SkullBaseNetwork

CPU = torch.device("cpu")
BRIEF = BackboneRecipe(patients=2, stages=(Stage(32, 6, 6), Stage(64, 6, 6)))
SHORT = FinalLayerRecipe(positive_patients=1, negative_patients=1, copies=0, epochs=40, learning_rate=1e-2)


@pytest.fixture(scope="module")
def few(crops: LabelledCrops) -> LabelledCrops:
    """Three slices of each phantom, two of them invaded."""
    intact = np.flatnonzero(~crops.patient_invaded)[:3]
    ill = np.concatenate(
        [np.flatnonzero(crops.invaded)[:2], np.flatnonzero(crops.patient_invaded & ~crops.invaded)[:1]]
    )
    wanted = np.zeros(len(crops.invaded), dtype=bool)
    wanted[np.concatenate([intact, ill])] = True
    return crops.chosen(wanted)


def test_the_final_layers_fit_changes_nothing_else(stored, few):
    network = copy.deepcopy(stored)
    fit_final_layer(network, few, SHORT, CPU, 7)
    for name, value in network.state_dict().items():
        assert torch.equal(value, stored.state_dict()[name]) is not name.startswith("fc."), name
    assert not network.training
    again = copy.deepcopy(stored)
    fit_final_layer(again, few, SHORT, CPU, 7)
    assert torch.equal(again.fc.weight, network.fc.weight)
    logits = slice_logits(network, few, CPU)
    assert logits[few.invaded].min() > logits[~few.invaded].max(), "six slices must be told apart by 2048 features"


def test_training_repeats_with_the_seed_and_trains_all_layers(few):
    trained = []
    watch = few.chosen(np.arange(6) % 4 == 0)
    for _ in range(2):
        torch.manual_seed(0)
        network = SkullBaseNetwork()
        before = copy.deepcopy(network.state_dict())
        train_backbone(network, few, watch, BRIEF, CPU, 1)
        assert not any(torch.equal(before[name], p) for name, p in network.named_parameters())
        trained.append(network.state_dict())
    assert all(torch.equal(trained[0][name], trained[1][name]) for name in trained[0])


def test_a_stage_shows_every_image_before_any_again():
    shown = list(_batches(10, Stage(32, 25, 4), np.random.default_rng(0)))
    assert [len(batch) for batch in shown] == [4] * 6
    flat = np.concatenate(shown)
    assert sorted(flat[:10]) == sorted(flat[10:20]) == list(range(10))
    assert flat[:10].tolist() != flat[10:20].tolist()
