"""What the tests of fits share: small images of few patients, and a brief configuration on the shipped backbone."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

import training.fit.run
from desktop.learning.fit_settings import Copies
from desktop.learning.images import Images
from training.fit.configuration import Adam, Configuration, preset
from training.fit.run import frozen_backbone

SIDE = 48
"""Pixels with margin; the crop is 32 wide, which the network takes as it takes 224."""


def draw_images(first: int, patients: int, each: int = 2) -> Images:
    """Noise around soft tissue; in patients with odd numbers a bright disc."""
    draw = np.random.default_rng(first)
    across = np.arange(SIDE) - SIDE / 2
    disc = (across[:, None] ** 2 + across[None, :] ** 2 < 8**2) * 250.0
    numbers = np.repeat(np.arange(first, first + patients), each)
    hu = draw.normal(40, 60, (len(numbers), SIDE, SIDE)) + (numbers % 2)[:, None, None] * disc
    return Images(
        hu.astype(np.float16),
        numbers % 2 == 1,
        tuple(f"1.2.{patient}.{n}" for n, patient in enumerate(numbers)),
        tuple(f"case {patient}" for patient in numbers),
        tuple(f"patient {patient}" for patient in numbers),
        np.tile(np.arange(each) * 2.0, patients),
        np.full(len(numbers), 2.0),
    )


@pytest.fixture(autouse=True, scope="package")
def _one_thread() -> Iterator[None]:
    """Crops this small do not gain from more, and a core that others use would stall all threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True, scope="package")
def _one_backbone() -> Iterator[None]:
    """The same first weights are read once, and copied for every fit."""
    read = cache(lambda weights, seed: frozen_backbone(replace(preset("paper"), weights=weights, seed=seed)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training.fit.run, "frozen_backbone", lambda of: copy.deepcopy(read(of.weights, of.seed)))
        yield


@pytest.fixture(scope="session")
def train() -> Images:
    """Twelve images of six patients."""
    return draw_images(0, 6)


@pytest.fixture(scope="session")
def validation() -> Images:
    """Eight images of four other patients."""
    return draw_images(100, 4)


@pytest.fixture(scope="session")
def draw() -> Callable[..., Images]:
    return draw_images


@pytest.fixture(scope="session")
def brief() -> Configuration:
    """The paper's fit on the shipped backbone, with few copies and small batches."""
    return replace(
        preset("paper"),
        weights="shipped",
        augmentation=Copies(copies=3),
        fit=Adam(learning_rate=1e-2, batch=8, epochs=4),
    )
