"""Do maps depend on what the network has learned? The same on phantoms, with figures: tests/proofs/maps.py."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

import onnx_models
from desktop.inference.crop import CROP_SIZE
from desktop.inference.selftest import procedural_crop


@pytest.fixture(scope="module")
def proof(command_at) -> ModuleType:
    return command_at("proofs/maps.py")


def test_the_maps_of_the_shipped_network_show_what_it_has_learned(proof):
    """Cascading randomisation (Adebayo et al. 2018), and what a map is made of."""
    network = proof.rebuilt(onnx_models.default_bundle())
    crops = np.stack([procedural_crop(CROP_SIZE, seed) for seed in range(2)])
    assert proof.by_autograd(network, crops) <= proof.MOST_OFF
    assert proof.completeness(network, crops) <= proof.MOST_OFF
    cascade = dict(proof.randomised(network, crops, ("fc", "layer4.2", "layer4.1", "layer4.0"), cascading=True))
    assert cascade["fc"] < proof.STILL_ALIKE
    assert abs(cascade["layer4.0"]) < proof.STILL_ALIKE
    # A block adds to what its shortcut carries, so replacing the last one alone changes a map least: a property of
    # residual networks that docs/training.md tells.
    alone = dict(proof.randomised(network, crops, ("layer4.2", "layer4"), cascading=False))
    assert alone["layer4.2"] > abs(alone["layer4"]) + 0.2
