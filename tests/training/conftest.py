"""What the training tests share: phantoms' crops, a small cohort, a network in its stored form and its graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from desktop.inference.crop import CROP_SIZE
from desktop.inference.selftest import procedural_crop
from training.cohort.composition import Composition, Group
from training.cohort.crops import LabelledCrops
from training.cohort.phantoms import write_phantom_cohort
from training.demo.drawn_cases import DrawnCase, draw_case
from training.model.network import SkullBaseNetwork, round_to_half
from training.model.onnx_export import export


@pytest.fixture(scope="session")
def cases() -> list[DrawnCase]:
    """An intact and an invaded phantom."""
    return [draw_case(10), draw_case(11)]


@pytest.fixture(scope="session")
def crops(cases: list[DrawnCase]) -> LabelledCrops:
    return LabelledCrops.join(case.labelled for case in cases)


def settled_network(seed: int) -> SkullBaseNetwork:
    """A random network whose normalisation has seen crops, so that its feature maps are alive."""
    torch.manual_seed(seed)
    network = SkullBaseNetwork()
    network.train()
    images = torch.from_numpy(np.stack([procedural_crop(64, n) for n in range(8)]))[:, None]
    with torch.no_grad():
        for _ in range(4):
            network(images)
        network.fc.weight.mul_(20)
    return network.eval()


@pytest.fixture(scope="session")
def stored() -> SkullBaseNetwork:
    """A network as a bundle stores it; not to be changed."""
    network = settled_network(0)
    round_to_half(network)
    return network


@pytest.fixture(scope="session")
def graph(stored: SkullBaseNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`stored`, exported."""
    path = tmp_path_factory.mktemp("graph") / "model.onnx"
    export(stored, path)
    return path


@pytest.fixture(scope="session")
def test_crops() -> np.ndarray:
    return np.stack([procedural_crop(CROP_SIZE, n) for n in range(3)])


SMALL = Composition(
    (
        Group("training", True, plain=0, contrast=1, both=1),
        Group("training", False, plain=1, contrast=1, both=0),
        Group("test", True, plain=1, contrast=0, both=0),
        Group("test", False, plain=0, contrast=1, both=0),
    )
)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six patients, seven series; read only."""
    folder = tmp_path_factory.mktemp("cohort") / "small"
    write_phantom_cohort(folder, seed=3, composition=SMALL)
    return folder
