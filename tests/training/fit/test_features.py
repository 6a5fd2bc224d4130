"""Features are computed once; a cache that is damaged or of something else is computed again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import training.fit.features as module
from desktop.learning.augmentation import Augmentation
from desktop.learning.features import FeatureOrder
from desktop.work import UNWATCHED, Work
from training.fit.features import backbone_sha256, cached_features
from training.fit.run import frozen_backbone
from training.fit.stopping import Stopped
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
    monkeypatch.setattr("desktop.learning.features.PART_ROWS", 10)


@pytest.fixture(scope="module")
def backbone(network) -> str:
    return backbone_sha256(network)


@pytest.fixture
def get(network, backbone) -> Callable[..., np.ndarray]:
    """A function that gives all features of an order, from the cache in a folder or into it."""

    def cached(order: FeatureOrder, folder: Path, workers: int = 1, work: Work = UNWATCHED) -> np.ndarray:
        place = folder / "features" / "train"
        found = cached_features(network, backbone, order, place, ALONE, workers, work)
        return found.rows(np.arange(order.rows))

    return cached


@pytest.fixture(scope="module")
def computed(network, backbone, train, tmp_path_factory) -> Path:
    """The cache of `order`; read only."""
    folder = tmp_path_factory.mktemp("computed")
    order = FeatureOrder(train, 2, 1, AMOUNTS, train.fingerprint())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "AT_ONCE", 5)
        patch.setattr("desktop.learning.features.PART_ROWS", 10)
        cached_features(network, backbone, order, folder / "features" / "train", ALONE, 1, UNWATCHED)
    return folder


def test_features_are_the_networks_and_leave_it_as_it_was(network, get, order, tmp_path, passes):
    before = {name: value.clone() for name, value in network.state_dict().items()}
    found = get(order, tmp_path)
    assert passes == [5, 5, 5, 5, 5, 5, 5, 1], "nothing is padded"
    with torch.inference_mode():
        expected = network.features(torch.from_numpy(np.stack([order.image(n) for n in range(36)]))[:, None])
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-4, rtol=1e-4)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert not network.training


def test_the_cache_is_used(get, order, computed, passes):
    get(order, computed)
    assert not passes


def test_the_number_of_workers_changes_nothing(get, order, computed, tmp_path):
    np.testing.assert_array_equal(get(order, computed), get(order, tmp_path, workers=5))


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
def test_a_damaged_part_is_computed_again(get, order, computed, tmp_path, passes, harm):
    shutil.copytree(computed, tmp_path, dirs_exist_ok=True)
    harm(tmp_path / "features" / "train" / "00002.npy")
    np.testing.assert_array_equal(get(order, tmp_path), get(order, computed))
    assert passes == [5, 5]


def test_a_cache_of_something_else_is_computed_again(network, get, draw, tmp_path, passes):
    order = FeatureOrder(draw(0, 2), 2, 1, AMOUNTS, "data")
    get(order, tmp_path)
    others = [
        replace(order, seed=2),
        replace(order, data="other"),
        replace(order, amounts=replace(AMOUNTS, shift=0.04)),
    ]
    for other in others:
        passes.clear()
        get(other, tmp_path)
        assert sum(passes) == other.rows
    passes.clear()
    cached_features(network, "another backbone", others[-1], tmp_path / "features" / "train", ALONE, 1, UNWATCHED)
    assert sum(passes) == order.rows


def test_a_stop_keeps_the_parts_that_are_whole(get, order, tmp_path, passes):
    with pytest.raises(Stopped, match="the same command continues from there") as stopped:
        get(order, tmp_path, work=Work(stop=lambda: len(passes) > 4))
    assert stopped.value.exit_status == 143
    assert str(tmp_path) in str(stopped.value)
    passes.clear()
    get(order, tmp_path)
    assert sum(passes) == order.rows - 20


def test_rows_come_in_the_order_asked_for(network, backbone, get, order, computed):
    found = cached_features(network, backbone, order, computed / "features" / "train", ALONE, 1, UNWATCHED)
    index = np.array([35, 0, 10, 9, 10])
    np.testing.assert_array_equal(found.rows(index), get(order, computed)[index])
