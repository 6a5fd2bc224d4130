"""A known answer: a crop made by arithmetic, and what the network says of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.inference.manifest import BundleUnsound
from desktop.inference.network import Network

LOGIT_TOLERANCE = 1e-3
"""Processors and CUDA add up in different orders; a damaged or exchanged network is off by far more."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class KnownAnswer:
    """How far this machine's answer is from the bundle's: logit, and the map's largest difference in logit units."""

    logit_difference: float
    map_difference: float


def procedural_crop(size: int, seed: int) -> Floats:
    """A crop [size, size] in HU with soft tissue, an airway, bone and texture, from arithmetic alone.

    No random generator: its stream could change between library versions, and with it the answer.
    """
    y, x = np.meshgrid(np.linspace(-1, 1, size), np.linspace(-1, 1, size), indexing="ij")
    texture = np.sin(7 * x + seed) * np.cos(9 * y - seed) + 0.5 * np.sin(23 * x * y + 2 * seed)
    crop = 55 + 15 * texture
    crop[(x / 0.35) ** 2 + ((y + 0.45) / 0.3) ** 2 < 1] = -990  # airway
    bone = np.abs(y - 0.55 - 0.1 * x * x) < 0.25
    crop[bone] = (350 + 250 * texture)[bone]
    crop[np.abs(np.abs(y - 0.55 - 0.1 * x * x) - 0.25) < 0.03] = 1100
    return np.asarray(crop, dtype=np.float32)


def check_known_answer(network: Network) -> KnownAnswer:
    """Judge the bundle's self-test crop and compare.

    Raises:
        BundleUnsound: the answer differs from the recorded one by more than `LOGIT_TOLERANCE`.
    """
    manifest = network.manifest
    answers = network.judge(procedural_crop(manifest.crop_size, manifest.self_test.seed)[None])
    expected = np.asarray(manifest.self_test.map, dtype=np.float32)
    found = KnownAnswer(
        abs(float(answers.logits[0]) - manifest.self_test.logit),
        float(np.abs(answers.maps[0] - expected).max()) if answers.maps[0].shape == expected.shape else np.inf,
    )
    if not max(found.logit_difference, found.map_difference) <= LOGIT_TOLERANCE:
        raise BundleUnsound(
            f"The model {network.manifest.id} answers its own test with {float(answers.logits[0]):.4f} on "
            f"{network.used}, {manifest.self_test.logit:.4f} is expected: install Clivus again; if that does not "
            "help, this processor or graphics card computes wrongly."
        )
    return found
