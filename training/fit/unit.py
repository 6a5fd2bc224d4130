"""Between a final layer and torch's linear unit."""

from __future__ import annotations

import torch
from torch import nn

from desktop.inference.layer import Layer


def layer_of(linear: nn.Linear) -> Layer:
    """A copy of torch's unit."""
    return Layer(linear.weight.detach().cpu().numpy()[0].copy(), float(linear.bias.item()))


def copy_into(linear: nn.Linear, layer: Layer) -> None:
    """Copy a layer into torch's unit."""
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(layer.weight)[None])
        linear.bias.fill_(layer.bias)
