"""Do a model's maps show what they claim?

`python tests/proofs/maps.py [--model BUNDLE] [--heads 6] [--placement]`: on the crops of fresh phantoms, with the
bundle's network rebuilt in torch:

- autograd: Grad-CAM by the gradient of the logit is what the application computes;
- completeness: the cells and the bias add up to the logit;
- randomisation (Adebayo et al. 2018): from the final layer downwards, layer after layer is replaced by random numbers;
  the rank correlation of the map with the true one has to fall. Each part is also replaced alone;
- with `--placement`: how far the map lies from planted patches, and the scale, as a fit measures both.

Exits with 1 when one of the first three does not hold.
"""

from __future__ import annotations

import argparse
import copy
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from torch import nn

import onnx_models
from desktop.inference.bundle import Bundle
from desktop.inference.gradcam import contributions, grad_cam
from desktop.learning.images import Images
from desktop.learning.map_facts import measure_maps
from training.demo.heads import draw_head
from training.fit.torch_maps import contributions_of
from training.model.network import ARCHITECTURE, SkullBaseNetwork

FIRST_SEED = 940000

MOST_OFF = 1e-5
"""Of float32, in units of the logit."""

STILL_ALIKE = 0.5
"""Highest rank correlation after the final layer was replaced, and its highest size after all of layer 4 was."""

DRAWS = 5
"""Of random numbers."""

CASCADE = ("fc", "layer4.2", "layer4.1", "layer4.0", "layer3", "layer2", "layer1")
"""From the answer down to the picture."""

ALONE = ("fc", "layer4.2", "layer4", "layer3", "layer2", "layer1")

Floats = npt.NDArray[np.float32]


def main() -> int:
    """Measure, print, compare; 1 if the maps do not show what they claim."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=onnx_models.default_bundle(), help="a bundle; the shipped one")
    parser.add_argument("--heads", type=int, default=6, help="phantoms, every other one invaded")
    parser.add_argument("--placement", action="store_true", help="measure offset and scale too")
    asked = parser.parse_args()
    network = rebuilt(asked.model)
    heads = Images.join([draw_head(seed).images for seed in range(FIRST_SEED, FIRST_SEED + asked.heads)])
    middles = [np.flatnonzero(np.array(heads.case) == case) for case in sorted(set(heads.case))]
    crops = np.concatenate([heads.crops(slice(rows[len(rows) // 2], rows[len(rows) // 2] + 1)) for rows in middles])
    by_gradient, complete = by_autograd(network, crops), completeness(network, crops)
    print(f"autograd: largest difference {by_gradient:.1e}; completeness: largest difference {complete:.1e}")
    sound = max(by_gradient, complete) <= MOST_OFF
    cascade = dict(randomised(network, crops, CASCADE, cascading=True))
    for name, correlation in cascade.items():
        print(f"randomised down to {name}: rank correlation {correlation:.2f}")
    for name, correlation in randomised(network, crops, ALONE, cascading=False):
        print(f"randomised {name} alone: rank correlation {correlation:.2f}")
    sound = sound and cascade["fc"] <= STILL_ALIKE and abs(cascade["layer4.0"]) <= STILL_ALIKE
    if asked.placement:
        print(measure_maps(partial(contributions_of, network), heads, ARCHITECTURE.map_stride))
    print("The maps show what they claim." if sound else "The maps do not show what they claim.")
    return 0 if sound else 1


def rebuilt(folder: Path) -> SkullBaseNetwork:
    """The network of a bundle in torch, its final layer included."""
    graph = onnx.load_model_from_string(Bundle.load(folder).model).graph
    network = SkullBaseNetwork()
    stored = {item.name: torch.from_numpy(numpy_helper.to_array(item).copy()).float() for item in graph.initializer}
    names = [name for name in network.state_dict() if not name.endswith("num_batches_tracked")]
    network.load_state_dict({name: stored[name] for name in names}, strict=False)
    return network.eval()


@torch.inference_mode()
def cells(network: SkullBaseNetwork, crops: Floats) -> Floats:
    """Each cell's contribution to the logit [n, h, w]."""
    maps = network.feature_maps(torch.from_numpy(crops)[:, None]).numpy()
    return contributions(maps, network.fc.weight[0].numpy())


def by_autograd(network: SkullBaseNetwork, crops: Floats) -> float:
    """Largest difference between Grad-CAM by the gradient of the logit and the application's."""
    maps = network.feature_maps(torch.from_numpy(crops)[:, None]).detach().requires_grad_()
    (slope,) = torch.autograd.grad(network.logit(maps.mean(dim=(2, 3))).sum(), maps)
    expected = (slope.mean(dim=(2, 3), keepdim=True) * maps).sum(dim=1).clamp(min=0)
    return float(np.abs(grad_cam(cells(network, crops)) - expected.detach().numpy()).max())


@torch.inference_mode()
def completeness(network: SkullBaseNetwork, crops: Floats) -> float:
    """Largest difference between the logit and the sum of cells and bias."""
    total = cells(network, crops).sum(axis=(1, 2)) + network.fc.bias.item()
    return float(np.abs(total - network(torch.from_numpy(crops)[:, None]).numpy()).max())


def randomised(
    network: SkullBaseNetwork, crops: Floats, parts: tuple[str, ...], cascading: bool
) -> Iterator[tuple[str, float]]:
    """Each part with the mean rank correlation of signed maps and true ones, after it was replaced by random numbers.

    A map has 49 cells that hang together, so that with one draw of random numbers it is like the true one, or its
    opposite, by chance: the mean is over several.

    Args:
        cascading: whether parts stay replaced while the next one is.
    """
    true = cells(network, crops)
    found: dict[str, list[float]] = {name: [] for name in parts}
    for draw in range(DRAWS):
        torch.manual_seed(draw)
        changed = copy.deepcopy(network)
        for name in parts:
            if not cascading:
                changed = copy.deepcopy(network)
            _replace(changed.get_submodule(name))
            maps = cells(changed, crops)
            found[name] += [rank_correlation(*pair) for pair in zip(true, maps, strict=True)]
    for name, correlations in found.items():
        yield name, float(np.mean(correlations))


@torch.no_grad()
def _replace(part: nn.Module) -> None:
    """New numbers for all weights, of the same distribution, so that the activations stay alive: they are shuffled."""
    for weight in part.parameters():
        flat = weight.flatten()
        weight.copy_(flat[torch.randperm(len(flat))].reshape(weight.shape))


def rank_correlation(one: Floats, other: Floats) -> float:
    """Spearman's, of the cells of two maps; ties hardly occur in float32."""
    ranks = [np.argsort(np.argsort(values, axis=None)) for values in (one, other)]
    return float(np.corrcoef(ranks)[0, 1])


if __name__ == "__main__":
    sys.exit(main())
