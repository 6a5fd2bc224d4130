"""A bundle's backbone as first weights."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import onnx
import pytest
import torch
from onnx import numpy_helper

import onnx_models
from desktop.inference.manifest import LONGEST_ORIGIN
from training.model.network import SkullBaseNetwork
from training.model.weights import first_weights
from training.model.weights_file import WeightsRefused

SHIPPED = onnx_models.default_bundle()


@pytest.fixture(scope="module")
def network() -> SkullBaseNetwork:
    return SkullBaseNetwork()


def assert_refused(network: SkullBaseNetwork, choice: str, match: str) -> None:
    before = {name: value.clone() for name, value in network.state_dict().items()}
    with pytest.raises(WeightsRefused, match=match) as refusal:
        first_weights(network, choice)
    assert "\n" not in str(refusal.value)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_every_weight_of_the_backbone_is_the_bundles_and_the_final_layer_is_not(network):
    layer = network.fc.weight.clone()
    origin = first_weights(network, "shipped")
    assert "phantom-resnet50" in origin.text
    assert origin.licence == "Apache-2.0"
    assert len(origin.sha256) == 64
    held = {tensor.name: tensor for tensor in onnx.load(SHIPPED / "model.onnx").graph.initializer}
    for name, value in network.state_dict().items():
        if not name.startswith("fc.") and not name.endswith("num_batches_tracked"):
            assert torch.equal(value, torch.from_numpy(numpy_helper.to_array(held[name]).copy()).float()), name
    assert torch.equal(layer, network.fc.weight)
    assert first_weights(network, str(SHIPPED)) == origin


def test_what_many_generations_tell_of_their_weights_fits_a_manifest(network, tmp_path):
    """A model fitted to the backbone of the shipped bundle could not be exported: its manifest was refused."""
    told = first_weights(network, str(SHIPPED)).text
    for number in range(9):
        folder = tmp_path / str(number)
        shutil.copytree(SHIPPED, folder, copy_function=os.link)
        fields = json.loads((SHIPPED / "manifest.json").read_text())
        fields["weights"]["origin"] = told
        (folder / "manifest.json").unlink()
        (folder / "manifest.json").write_text(json.dumps(fields))
        told = first_weights(network, str(folder)).text
        assert told.startswith("the backbone of the bundle phantom-resnet50 0.4.0 (its own first weights: the backbone")
    assert len(told) < LONGEST_ORIGIN
    assert told.endswith(" …)")


def test_a_bundle_that_is_not_whole_is_refused(network, tmp_path):
    shutil.copy(SHIPPED / "manifest.json", tmp_path)
    shutil.copy(SHIPPED / "MODEL_CARD.md", tmp_path)
    assert_refused(network, str(tmp_path), "cannot give first weights")
    (tmp_path / "model.onnx").write_bytes((SHIPPED / "model.onnx").read_bytes()[:1000])
    assert_refused(network, str(tmp_path), "not the one its manifest describes")


def test_a_bundle_of_another_network_is_refused(network, tmp_path):
    model = onnx.load(SHIPPED / "model.onnx")
    (gone,) = (one for one in model.graph.initializer if one.name == "layer2.0.conv1.weight")
    model.graph.initializer.remove(gone)
    onnx.save_model(model, tmp_path / "model.onnx")
    _describe(tmp_path)
    assert_refused(network, str(tmp_path), r"are not of a ResNet50: layer2\.0\.conv1\.weight is missing")


def test_a_model_that_is_no_onnx_file_is_refused(network, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"\xff" * 100)
    _describe(tmp_path)
    assert_refused(network, str(tmp_path), "cannot be read")


def _describe(folder: Path) -> None:
    """Give the model in a folder the shipped card and manifest, with its own sum."""
    for name in ("MODEL_CARD.md", "reference.npz"):
        shutil.copy(SHIPPED / name, folder)
    fields = json.loads((SHIPPED / "manifest.json").read_text())
    fields["sha256"] = fields["files"]["model.onnx"] = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(fields))
