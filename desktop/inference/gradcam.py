"""Grad-CAM from exported feature maps (paper, "Visual representation with a Grad-CAM"; Selvaraju et al. 2020).

For global average pooling and one linear unit the gradient of the logit by a feature map is constant over the map,
so Grad-CAM is a weighted sum of the maps, and no gradient needs computing. It explains the logit, never the
probability, whose gradient vanishes where the network is sure.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def contributions(feature_maps: Floats, weights: Floats) -> Floats:
    """Each cell's contribution to the logit.

    Args:
        feature_maps: [n, channels, h, w], the output of the last convolutional stage.
        weights: [channels] of the final linear unit.

    Returns:
        [n, h, w]; the sum over a map plus the unit's bias is the logit.
    """
    cells = feature_maps.shape[2] * feature_maps.shape[3]
    return np.asarray(np.einsum("nchw,c->nhw", feature_maps, weights) / cells, dtype=np.float32)


def grad_cam(shares: Floats) -> Floats:
    """Grad-CAM [..., h, w] from the cells' contributions: evidence for invasion alone, in units of the logit."""
    return np.maximum(shares, 0)


def upsample(maps: Floats, size: int, stride: int) -> Floats:
    """Maps [n, h, w] resampled to crops [n, size, size]: bilinear between the positions of the cells, constant outside
    them.

    In ResNet50 the field of view of cell i is centred on crop pixel `stride` x i, because every stride-2 layer is
    centred on its even inputs. Stretching the map over the crop, as is usual, would shift it by half a cell.
    """
    down = _between_cells(maps.shape[1], size, stride)
    across = _between_cells(maps.shape[2], size, stride)
    return np.asarray(down @ maps @ across.T, dtype=np.float32)


def _between_cells(cells: int, size: int, stride: int) -> Floats:
    place = np.clip(np.arange(size) / stride, 0, cells - 1)
    return np.maximum(0.0, 1.0 - np.abs(place[:, None] - np.arange(cells)[None, :])).astype(np.float32)
