"""What a model keeps of its training, so that it can tell heads that it has not seen the like of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from scipy.cluster.vq import kmeans2

from desktop.inference.crop import CROP_SIZE
from desktop.inference.familiarity import Reference
from desktop.inference.selftest import procedural_crop
from training.fit.configuration import Familiarity
from training.fit.draws import stream
from training.model.bundle import SELF_TEST_SEED
from training.model.network import SkullBaseNetwork

Floats = npt.NDArray[np.float32]

_STEPS = 30
"""Of k-means; centres that still move by then move little."""


def reference_of(
    network: SkullBaseNetwork, features: Floats, patient: Sequence[str], settings: Familiarity, seed: int
) -> Reference:
    """The reference of a fit.

    Args:
        network: the trained one, in evaluation mode.
        features: [n, channels] of the training patients' crops as the application sees them.
        patient: [n] whose they are.
        seed: of the centres, where these are kept instead of the crops' own features.

    Raises:
        ReferenceRefused: there are too few patients.
    """
    crop = torch.from_numpy(procedural_crop(CROP_SIZE, SELF_TEST_SEED))[None, None]
    with torch.inference_mode():
        batch = crop.to(next(network.parameters()).device, memory_format=torch.channels_last)
        known = network.features(batch).cpu().numpy()
    condense = partial(_centres, count=settings.centres, seed=seed) if settings.centres else np.asarray
    return Reference.of(features, np.array(patient), known, settings.neighbours, condense)


def _centres(features: Floats, count: int, seed: int) -> Floats:
    """Centres [at most `count`, channels] of features, by k-means."""
    if len(features) <= count:
        return features
    found, member = kmeans2(features, count, _STEPS, minit="++", missing="warn", seed=stream(seed, "centres"))
    return np.asarray(found[np.unique(member)], dtype=np.float32)
