"""What a model keeps of its training, so that it can tell heads that it has not seen the like of."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from scipy.cluster.vq import kmeans2

from desktop.inference.appearance import appearance_of, unit
from desktop.inference.familiarity import Reference
from desktop.inference.selftest import procedural_crop
from desktop.learning.draws import stream
from desktop.learning.fit_settings import Familiarity
from desktop.learning.images import Images
from desktop.work import Work
from training.fit.features import AT_ONCE
from training.model.bundle import SELF_TEST_SEED
from training.model.network import SkullBaseNetwork

Floats = npt.NDArray[np.float32]

_STEPS = 30
"""Of k-means; centres that still move by then move little."""


def reference_of(network: SkullBaseNetwork, images: Images, settings: Familiarity, seed: int, work: Work) -> Reference:
    """The reference of a fit.

    Args:
        network: the trained one, in evaluation mode.
        images: of the training patients; how they look to the application counts.
        seed: of the centres, where these are kept instead of the crops themselves.
        work: told of every crop; asked between two batches.

    Raises:
        ReferenceRefused: there are too few patients.
        Cancelled: `work` was asked to stop.
    """
    parts = []
    for start in range(0, len(images), AT_ONCE):
        work.raise_if_stopped()
        parts.append(_appearance(network, images.crops(slice(start, start + AT_ONCE))))
        work.progress(min(start + AT_ONCE, len(images)), len(images))
    known = _appearance(network, procedural_crop(images.crop_size, SELF_TEST_SEED)[None])
    condense = partial(_centres, count=settings.centres, seed=seed) if settings.centres else np.asarray
    return Reference.of(np.concatenate(parts), np.array(images.patient), known, settings.neighbours, condense)


@torch.inference_mode()
def _appearance(network: SkullBaseNetwork, crops: Floats) -> Floats:
    batch = torch.from_numpy(crops)[:, None].to(next(network.parameters()).device, memory_format=torch.channels_last)
    return appearance_of(crops, network.feature_maps(batch).cpu().numpy())


def _centres(appearances: Floats, count: int, seed: int) -> Floats:
    """Centres [at most `count`, parts, width] of appearances [n, parts, width], by k-means."""
    if len(appearances) <= count:
        return appearances
    rows = appearances.reshape(len(appearances), -1)
    found, member = kmeans2(rows, count, _STEPS, minit="++", missing="warn", seed=stream(seed, "centres"))
    return unit(found[np.unique(member)].reshape(-1, *appearances.shape[1:]))
