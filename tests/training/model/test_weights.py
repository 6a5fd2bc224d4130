"""First weights: what fits is taken, what does not is refused with one sentence and changes nothing."""

from __future__ import annotations

import copy
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
import torchvision

from training.model.network import SkullBaseNetwork, round_to_half
from training.model.weights import BACKBONE_SCHEMA, Origin, WeightsRefused, first_weights, save_backbone


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
    assert "weights.pth" in origin.text
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


def test_without_a_connection_imagenet_is_refused(network, tmp_path, monkeypatch):
    def unreachable(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    assert_refused(network, "imagenet", "cannot be downloaded from https://download.pytorch.org.*no route to host")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_that_is_not_torchvisions_is_refused(network, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "resnet50-0676ba61.pth").write_bytes(b"other")
    assert_refused(network, "imagenet", "is not torchvision's file")
