"""What a model keeps of its training, so that it can tell heads that it has not seen the like of."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from scipy.cluster.vq import kmeans2

from desktop.inference.crop import CROP_SIZE
from desktop.inference.familiarity import Reference
from desktop.inference.selftest import procedural_crop
from desktop.work import Work
from training.fit.configuration import Familiarity
from training.fit.draws import stream
from training.fit.features import AT_ONCE
from training.fit.images import Images
from training.model.bundle import SELF_TEST_SEED
from training.model.network import SkullBaseNetwork

Floats = npt.NDArray[np.float32]

_STEPS = 30
"""Of k-means; centres that still move by then move little."""


def reference_of(network: SkullBaseNetwork, images: Images, settings: Familiarity, seed: int, work: Work) -> Reference:
    """The reference of a fit, from the crops of its training patients as the application sees them.

    Args:
        network: the trained one, in evaluation mode.
        seed: of the centres, where these are kept instead of the crops' own features.
        work: told of every crop; asked between two batches.

    Raises:
        ReferenceRefused: there are too few patients.
        Cancelled: `work` was asked to stop.
    """
    device = next(network.parameters()).device

    @torch.inference_mode()
    def features(crops: Floats) -> Floats:
        batch = torch.from_numpy(crops)[:, None].to(device)
        return np.asarray(network.features(batch.contiguous(memory_format=torch.channels_last)).cpu().numpy())

    parts = []
    for start in range(0, len(images), AT_ONCE):
        work.raise_if_stopped()
        parts.append(features(images.crops(slice(start, start + AT_ONCE))))
        work.progress(min(start + AT_ONCE, len(images)), len(images))
    known = features(procedural_crop(CROP_SIZE, SELF_TEST_SEED)[None])
    condense = partial(_centres, count=settings.centres, seed=seed) if settings.centres else np.asarray
    return Reference.of(np.concatenate(parts), np.array(images.patient), known, settings.neighbours, condense)


def _centres(features: Floats, count: int, seed: int) -> Floats:
    """Centres [at most `count`, channels] of features, by k-means."""
    if len(features) <= count:
        return features
    found, member = kmeans2(features, count, _STEPS, minit="++", missing="warn", seed=stream(seed, "centres"))
    return np.asarray(found[np.unique(member)], dtype=np.float32)
