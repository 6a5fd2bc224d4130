"""Each cell's contribution to the logit, by torch."""

from __future__ import annotations

import numpy as np
import torch

from desktop.inference.gradcam import contributions
from training.fit.features import AT_ONCE, Floats
from training.model.network import SkullBaseNetwork


@torch.inference_mode()
def contributions_of(network: SkullBaseNetwork, crops: Floats) -> Floats:
    """Contributions [n, h, w] of the cells for crops [n, size, size] in HU, by a network in evaluation mode."""
    weight = network.fc.weight
    parts = []
    for start in range(0, len(crops), AT_ONCE):
        batch = torch.from_numpy(crops[start : start + AT_ONCE])[:, None].to(weight.device)
        maps = network.feature_maps(batch.contiguous(memory_format=torch.channels_last))
        parts.append(contributions(maps.cpu().numpy(), weight[0].cpu().numpy()))
    return np.concatenate(parts)
