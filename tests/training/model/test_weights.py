"""First weights: what fits is taken, what does not is refused with one sentence and changes nothing."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torchvision

import training.model.weights_file
from desktop.checksum import file_sha256
from training.model.network import (
    ARCHITECTURE,
    IMAGENET_DEVIATION,
    IMAGENET_MEAN,
    SkullBaseNetwork,
    round_to_half,
)
from training.model.weights import BACKBONE_SCHEMA, first_weights, save_backbone
from training.model.weights_file import Origin, WeightsRefused


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    """torchvision's format; every tensor is one repeated number, so that files stay small."""
    shapes = torchvision.models.resnet50().state_dict()
    return {name: torch.tensor(0.25, dtype=value.dtype).expand(value.shape) for name, value in shapes.items()}


@pytest.fixture(scope="module")
def fresh() -> SkullBaseNetwork:
    return SkullBaseNetwork()


@pytest.fixture
def network(fresh: SkullBaseNetwork) -> SkullBaseNetwork:
    return copy.deepcopy(fresh)


def save(state: object, folder: Path) -> str:
    path = folder / "weights.pth"
    torch.save(state, path)
    return str(path)


def assert_refused(network: SkullBaseNetwork, choice: str, match: str) -> None:
    before = copy.deepcopy(network.state_dict())
    with pytest.raises(WeightsRefused, match=match) as refusal:
        first_weights(network, choice)
    assert "\n" not in str(refusal.value)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


@pytest.mark.parametrize("counters", [True, False])
def test_torchvisions_format_is_taken_but_for_the_final_layer(network, state, tmp_path, counters):
    given = {name: value for name, value in state.items() if counters or not name.endswith("num_batches_tracked")}
    before = copy.deepcopy(network.fc.state_dict())
    origin = first_weights(network, save(given, tmp_path))
    assert origin.text == "the file weights.pth, of unknown origin"
    assert origin.licence == "not known; see the file's source"
    assert len(origin.sha256) == 64
    for name, value in network.named_parameters():
        expected = before[name.removeprefix("fc.")] if name.startswith("fc.") else state[name]
        assert torch.equal(value, expected), name
    assert torch.equal(network.layer4[2].bn3.running_var, state["layer4.2.bn3.running_var"])


def test_a_backbone_is_read_as_it_was_saved_and_saved_in_the_same_bytes(fresh, network, tmp_path):
    round_to_half(network)
    sums = []
    for name in ("one.pt", "two.pt"):
        save_backbone(network, "phantoms", "Apache-2.0", tmp_path / name)
        taken = copy.deepcopy(fresh)
        origin = first_weights(taken, str(tmp_path / name))
        assert origin == Origin("phantoms", "Apache-2.0", origin.sha256)
        sums.append(origin.sha256)
        for key, value in network.state_dict().items():
            assert torch.equal(taken.state_dict()[key], value) or key.startswith("fc."), key
    assert sums[0] == sums[1]


def test_scratch_lets_every_block_begin_as_its_shortcut(network):
    assert first_weights(network, "scratch").sha256 == ""
    assert not network.layer2[1].bn3.weight.any()
    assert network.layer2[1].bn2.weight.all()


def test_the_first_missing_key_is_named(network, state, tmp_path):
    given = {name: value for name, value in state.items() if not name.startswith(("layer2.1.conv2", "layer3"))}
    assert_refused(network, save(given, tmp_path), r"layer2\.1\.conv2\.weight is missing")


def test_a_wrong_shape_is_named(network, state, tmp_path):
    given = {**state, "conv1.weight": torch.zeros(64, 1, 7, 7)}
    assert_refused(network, save(given, tmp_path), r"conv1\.weight has the shape \(64, 1, 7, 7\)")


def test_another_networks_key_is_named(network, state, tmp_path):
    given = {**state, "layer3.22.conv1.weight": torch.zeros(1)}
    assert_refused(network, save(given, tmp_path), r"it has no layer3\.22\.conv1\.weight")


@pytest.mark.parametrize(
    "content", [[1, 2], {"state_dict": {"a": torch.zeros(1)}}, {"epoch": 3}, {"schema": BACKBONE_SCHEMA}]
)
def test_what_is_no_state_dict_is_refused(network, tmp_path, content):
    assert_refused(network, save(content, tmp_path), "not a state dict")


def test_code_in_a_file_is_not_run(network, tmp_path):
    assert_refused(network, save({"a": Path("x")}, tmp_path), "cannot be read")


@pytest.mark.parametrize("content", [b"", b"not weights", b"PK\x03\x04 half of an archive"])
def test_a_damaged_file_is_refused(network, tmp_path, content):
    path = tmp_path / "weights.pth"
    path.write_bytes(content)
    assert_refused(network, str(path), "cannot be read")


def test_no_file_is_refused(network, tmp_path):
    assert_refused(network, str(tmp_path / "none.pth"), "There are no weights at")
    assert_refused(network, str(tmp_path), "cannot be read")


def in_radimagenets_layout(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """As RadImageNet's example makes it: `nn.Sequential(*list(resnet50().children())[:9])` called backbone."""
    children = [name for name, _ in torchvision.models.resnet50().named_children()]
    return {
        f"backbone.{children.index(name.partition('.')[0])}.{name.partition('.')[2]}": value
        for name, value in state.items()
        if not name.startswith("fc.")
    }


def test_radimagenets_layout_is_taken(network, state, tmp_path):
    path = save(in_radimagenets_layout(state), tmp_path)
    origin = first_weights(network, path)
    assert origin.text == "the file weights.pth, in the layout of RadImageNet's release, of unknown origin"
    assert torch.equal(network.layer3[5].bn2.running_var, state["layer3.5.bn2.running_var"])
    assert torch.equal(network.layer1[0].downsample[0].weight, state["layer1.0.downsample.0.weight"])


def test_a_network_of_radimagenet_sees_pixels_from_minus_one_to_one_as_it_learned(network, tmp_path):
    learned = torchvision.models.resnet50().eval()
    torch.nn.init.normal_(learned.bn1.running_mean)
    first_weights(network, save(in_radimagenets_layout(learned.state_dict()), tmp_path))
    network.eval()
    pixels = torch.rand(1, 3, 64, 64)
    mean, deviation = (torch.tensor(values)[:, None, None] for values in (IMAGENET_MEAN, IMAGENET_DEVIATION))
    with torch.no_grad():
        before = learned.bn1(learned.conv1(2 * pixels - 1))
        now = network.bn1(network.conv1((pixels - mean) / deviation))
    assert torch.allclose(before[..., 2:-2, 2:-2], now[..., 2:-2, 2:-2], atol=1e-5), "but for the padded edge"


@pytest.mark.parametrize(
    ("published", "text", "licence"),
    [
        ({"radimagenet": "SUM"}, "RadImageNet ResNet50", "MIT"),
        (
            {"imagenet": {"imagenet": (torchvision.models.ResNet50_Weights.IMAGENET1K_V1, "SUM")}},
            "torchvision ResNet50 IMAGENET1K_V1",
            "BSD-3-Clause",
        ),
    ],
)
def test_what_others_published_is_known_by_its_sum(network, state, tmp_path, monkeypatch, published, text, licence):
    path = save(in_radimagenets_layout(state) if "radimagenet" in published else state, tmp_path)
    sha256 = file_sha256(Path(path))
    if "radimagenet" in published:
        known = replace(ARCHITECTURE, radimagenet=sha256)
    else:
        known = replace(ARCHITECTURE, imagenet={"imagenet": (published["imagenet"]["imagenet"][0], sha256)})
    monkeypatch.setattr(training.model.weights_file, "ARCHITECTURE", known)
    origin = first_weights(network, path)
    assert origin.text.startswith(text)
    assert origin.licence.startswith(licence)
    assert origin.sha256 == sha256


def test_under_torchvisions_name_nothing_else_is_taken(network, state, tmp_path):
    path = tmp_path / "resnet50-11ad3fa6.pth"
    torch.save(state, path)
    assert_refused(network, str(path), "is not torchvision's file.*11ad3fa62ca7… expected.*rename it")


def test_a_value_that_is_not_a_number_is_named(network, state, tmp_path):
    given = {**state, "layer1.0.bn1.weight": torch.full((64,), torch.nan)}
    assert_refused(
        network, save(given, tmp_path), r"damaged: layer1\.0\.bn1\.weight contains values that are not numbers"
    )


@pytest.mark.parametrize("name", ["resnet18", "resnext50_32x4d", "densenet121"])
def test_another_networks_file_is_refused(network, tmp_path, name):
    with torch.device("meta"):
        shapes = getattr(torchvision.models, name)().state_dict()
    given = {key: torch.tensor(0.0).expand(value.shape) for key, value in shapes.items()}
    assert_refused(network, save(given, tmp_path), "are not of a ResNet50: ")
    children = [f"backbone.{key}" for key in given]
    assert_refused(network, save(dict(zip(children, given.values(), strict=True)), tmp_path), "are not of a ResNet50: ")
