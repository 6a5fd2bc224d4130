"""A final layer beside the graph: named, hashed, bounded, and the only one that answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop.inference.bundle import LARGEST, Bundle
from desktop.inference.device import Device
from desktop.inference.gradcam import grad_cam
from desktop.inference.layer import Layer
from desktop.inference.manifest import BundleUnsound
from desktop.inference.network import Network
from desktop.inference.selftest import procedural_crop

CROPS = np.stack([procedural_crop(224, seed) for seed in range(3)])


@pytest.fixture(scope="module")
def own(network) -> Layer:
    """The final layer that is in the shipped graph."""
    weight, bias = network._graph._session.run(["classifier_weight", "classifier_bias"], {"hu": CROPS[:1, None]})
    return Layer(weight, float(bias[0]))


def put(folder: Path, describe, content: bytes, logit: float, cam: np.ndarray) -> None:
    """Write a head into a bundle, with the known answer that it gives."""
    (folder / "head.bin").write_bytes(content)

    def change(fields):
        fields["files"]["head.bin"] = ""
        fields["self_test"] |= {"logit": logit, "map": cam.tolist()}

    describe(folder, change)
    describe(folder)  # now with the head's sum


def test_the_graphs_own_layer_beside_it_gives_the_graphs_answers(network, own, copy, describe):
    known = Bundle.load(copy).manifest.self_test
    put(copy, describe, own.content(), known.logit, np.array(known.map))
    bundle = Bundle.load(copy)
    found, expected = Network(bundle, Device.CPU).judge(CROPS), network.judge(CROPS)
    np.testing.assert_allclose(found.logits, expected.logits, atol=1e-6)
    np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=1e-6)
    np.testing.assert_array_equal(found.maps, expected.maps)
    np.testing.assert_array_equal(found.appearance, expected.appearance)
    assert bundle.manifest.text() == type(bundle.manifest).read(bundle.manifest.text().encode(), "").text()


def test_a_layer_of_the_opposite_sign_turns_everything_round(network, own, copy, describe):
    """Nothing is left that the graph's own layer answers."""
    answers = network.judge(procedural_crop(224, Bundle.load(copy).manifest.self_test.seed)[None])
    opposite = Layer(-own.weight, -own.bias)
    put(copy, describe, opposite.content(), -float(answers.logits[0]), grad_cam(-answers.maps[0]))
    bundle = Bundle.load(copy)
    found, before = Network(bundle, Device.CPU).judge(CROPS), network.judge(CROPS)
    np.testing.assert_allclose(found.logits, -before.logits, atol=1e-5)
    np.testing.assert_allclose(found.probabilities, 1 - before.probabilities, atol=1e-6)
    np.testing.assert_array_equal(found.maps, -before.maps)
    assert bundle.manifest.sha256 != network.manifest.sha256, "results would name two models alike"
    assert bundle.manifest.files["model.onnx"] == network.manifest.files["model.onnx"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "does not hold the 32-bit numbers"),
        (bytes(4), "does not hold the 32-bit numbers"),
        (bytes(8195), "does not hold the 32-bit numbers"),
        (np.full(2049, np.nan, "<f4").tobytes(), "not finite"),
        (np.append(np.zeros(2048), np.inf).astype("<f4").tobytes(), "not finite"),
        (bytes(LARGEST["head.bin"] + 4), "head.bin is not used"),
    ],
)
def test_what_is_not_a_final_layer_is_refused(copy, describe, content, says):
    put(copy, describe, content, 0.0, np.zeros((7, 7)))
    with pytest.raises(BundleUnsound, match=says):
        Bundle.load(copy)


def test_a_layer_of_another_network_is_refused(copy, describe):
    put(copy, describe, bytes(4 * 2048), 0.0, np.zeros((7, 7)))
    with pytest.raises(BundleUnsound, match="has 2047 weights for 2048 features"):
        Network(Bundle.load(copy), Device.CPU)


def test_a_layer_that_is_not_named_or_not_the_one_described_is_refused(own, copy, describe):
    (copy / "head.bin").write_bytes(own.content())
    with pytest.raises(BundleUnsound, match=r"does not name, head\.bin"):
        Bundle.load(copy)
    known = Bundle.shipped().manifest.self_test
    put(copy, describe, own.content(), known.logit, np.array(known.map))
    (copy / "head.bin").write_bytes(Layer(own.weight, own.bias + 1).content())
    with pytest.raises(BundleUnsound, match="not the one its manifest describes"):
        Bundle.load(copy)
    (copy / "head.bin").unlink()
    with pytest.raises(BundleUnsound, match=r"head\.bin is not used"):
        Bundle.load(copy)
