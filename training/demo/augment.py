"""Moved and changed copies of crops, made in HU before the window."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from desktop.inference.crop import CROP_SIZE
from training.cohort.crops import MARGIN, SIDE
from training.fit.augmentation import Augmentation


def plain(crops: Tensor) -> Tensor:
    """The application's crops [n, 1, 224, 224] in HU, float32, out of crops with margin [n, SIDE, SIDE]."""
    inner = slice(MARGIN, MARGIN + CROP_SIZE)
    return crops[:, None, inner, inner].float()


def augmented(crops: Tensor, size: int, amounts: Augmentation, generator: torch.Generator) -> Tensor:
    """One changed copy of each crop.

    Args:
        crops: [n, SIDE, SIDE] with margin, in HU.
        size: pixels along a side of the copies.
        generator: on the crops' device.

    Returns:
        [n, 1, size, size] in HU, float32.
    """
    source = crops[:, None].float()
    if 2 * size <= CROP_SIZE:
        source = functional.avg_pool2d(source, 2)  # bilinear sampling alone would turn fine noise into coarse
    grid = functional.affine_grid(_placements(len(crops), amounts, generator), [len(crops), 1, size, size], False)
    moved = functional.grid_sample(source, grid, "bilinear", "border", False)
    moved += _evenly(len(crops), amounts.offset_hu, generator).view(-1, 1, 1, 1)
    if amounts.noise_hu > 0:
        strength = _evenly(len(crops), amounts.noise_hu, generator).abs().view(-1, 1, 1, 1)
        coarse = torch.randn(len(crops), 1, size // 2, size // 2, generator=generator, device=crops.device)
        moved += strength * functional.interpolate(coarse, (size, size), mode="nearest")
    return moved


def _placements(count: int, amounts: Augmentation, generator: torch.Generator) -> Tensor:
    """Affine maps [count, 2, 3] from the copies to the crops with margin, both reaching from -1 to 1."""
    angle = torch.deg2rad(_evenly(count, amounts.rotation_deg, generator))
    reach = (1 + _evenly(count, amounts.scale, generator)) * (CROP_SIZE / SIDE)
    shift = [_evenly(count, amounts.shift, generator) * (2 * CROP_SIZE / SIDE) for _ in range(2)]
    draw = torch.rand(count, generator=generator, device=generator.device)
    mirror = torch.where(draw < amounts.flip, -1.0, 1.0)
    cosine, sine = reach * angle.cos(), reach * angle.sin()
    across = torch.stack([cosine * mirror, -sine, shift[0]], dim=1)
    down = torch.stack([sine * mirror, cosine, shift[1]], dim=1)
    return torch.stack([across, down], dim=1)


def _evenly(count: int, limit: float, generator: torch.Generator) -> Tensor:
    return (2 * torch.rand(count, generator=generator, device=generator.device) - 1) * limit
