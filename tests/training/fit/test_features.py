"""Features are computed once; a cache that is damaged or of something else is computed again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import training.fit.features as module
from training.fit.augmentation import Augmentation
from training.fit.features import FeatureOrder, backbone_sha256, cached_features
from training.fit.run import frozen_backbone
from training.fit.stopping import StopFlag, Stopped
from training.fit.team import Team

ALONE = Team(0, 1, torch.device("cpu"))
AMOUNTS = Augmentation(shift=0.05, rotation_deg=5.0)


@pytest.fixture(scope="module")
def network(brief):
    return frozen_backbone(brief)[0]


@pytest.fixture
def order(train) -> FeatureOrder:
    return FeatureOrder(train, 2, 1, AMOUNTS, train.fingerprint())


@pytest.fixture
def passes(network, monkeypatch) -> list[int]:
    """Sizes of the batches that go through the network."""
    counted: list[int] = []
    inner = network.features

    def features(images: torch.Tensor) -> torch.Tensor:
        counted.append(len(images))
        return inner(images)

    monkeypatch.setattr(network, "features", features)
    return counted


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 5)
    monkeypatch.setattr(module, "PART_ROWS", 10)


def get(network, order, folder: Path, workers: int = 1, stop: StopFlag | None = None) -> np.ndarray:
    found = cached_features(
        network, backbone_sha256(network), order, folder / "features" / "train", ALONE, workers, stop or StopFlag()
    )
    return found.rows(np.arange(order.rows)).numpy()


def test_features_are_the_networks_and_leave_it_as_it_was(network, order, tmp_path):
    before = {name: value.clone() for name, value in network.state_dict().items()}
    found = get(network, order, tmp_path)
    with torch.inference_mode():
        expected = network.features(torch.from_numpy(np.stack([order.image(n) for n in range(36)]))[:, None])
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-4, rtol=1e-4)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert not network.training


def test_the_cache_is_used_and_gives_the_same(network, order, tmp_path, passes):
    first = get(network, order, tmp_path)
    assert passes == [5, 5, 5, 5, 5, 5, 5, 1], "nothing is padded"
    np.testing.assert_array_equal(get(network, order, tmp_path), first)
    assert len(passes) == 8


@pytest.mark.parametrize("workers", [2, 5])
def test_the_number_of_workers_changes_nothing(network, order, tmp_path, workers):
    np.testing.assert_array_equal(
        get(network, order, tmp_path / "one"), get(network, order, tmp_path / "more", workers)
    )


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "harm",
    [
        damage,
        lambda path: path.write_bytes(path.read_bytes()[:500]),
        lambda path: path.unlink(),
        lambda path: path.with_suffix(".json").unlink(),
        lambda path: path.with_suffix(".json").write_text("{"),
        lambda path: path.write_bytes(path.with_name("00000.npy").read_bytes()),
        lambda path: [
            path.with_suffix(s).write_bytes(path.with_name(f"00000{s}").read_bytes()) for s in (".npy", ".json")
        ],
    ],
    ids=["one bit", "cut short", "gone", "no note", "half a note", "another part", "another part and its note"],
)
def test_a_damaged_part_is_computed_again(network, order, tmp_path, passes, harm):
    first = get(network, order, tmp_path)
    passes.clear()
    harm(tmp_path / "features" / "train" / "00002.npy")
    np.testing.assert_array_equal(get(network, order, tmp_path), first)
    assert passes == [5, 5]


def test_a_cache_of_something_else_is_computed_again(network, order, tmp_path, passes):
    get(network, order, tmp_path)
    others = [
        replace(order, seed=2),
        replace(order, data="other"),
        replace(order, amounts=replace(AMOUNTS, shift=0.04)),
    ]
    for other in others:
        passes.clear()
        get(network, other, tmp_path)
        assert sum(passes) == other.rows
    passes.clear()
    cached_features(network, "another backbone", others[-1], tmp_path / "features" / "train", ALONE, 1, StopFlag())
    assert sum(passes) == order.rows


def test_a_stop_keeps_the_parts_that_are_whole(network, order, tmp_path, monkeypatch, passes):
    stop = StopFlag()
    inner = network.features

    def features(images: torch.Tensor) -> torch.Tensor:
        if len(passes) == 4:
            stop.raised = True
        return inner(images)

    monkeypatch.setattr(network, "features", features)
    with pytest.raises(Stopped, match="the same command goes on from there") as stopped:
        get(network, order, tmp_path, stop=stop)
    assert stopped.value.exit_status == 143
    assert str(tmp_path) in str(stopped.value)
    passes.clear()
    get(network, order, tmp_path)
    assert sum(passes) == order.rows - 20


def test_rows_come_in_the_order_asked_for(network, order, tmp_path):
    whole = get(network, order, tmp_path)
    found = cached_features(
        network, backbone_sha256(network), order, tmp_path / "features" / "train", ALONE, 1, StopFlag()
    )
    index = np.array([35, 0, 10, 9, 10])
    np.testing.assert_array_equal(found.rows(index).numpy(), whole[index])
