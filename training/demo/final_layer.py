"""The paper's training: everything frozen but one linear unit (paper, section "Deep learning")."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from desktop.inference.crop import CROP_SIZE
from training.cohort.crops import LabelledCrops
from training.demo.augment import augmented, plain
from training.demo.recipe import FinalLayerRecipe
from training.model.network import SkullBaseNetwork
from training.work.progress import Progress

FEATURES_AT_ONCE = 32


def fit_final_layer(
    network: SkullBaseNetwork, crops: LabelledCrops, recipe: FinalLayerRecipe, device: torch.device, seed: int
) -> None:
    """Fit the final layer anew, in place; nothing else in the network changes, its running statistics included.

    The frozen network's features of every image and copy are computed once and learned from in all epochs, which
    is the same as computing them in each.

    Args:
        crops: the images, one per slice; the augmented copies are made here.
        seed: of the layer's first weights, of the copies and of their order.
    """
    network.requires_grad_(False).to(device, memory_format=torch.channels_last).eval()
    features = _features(network, crops, recipe, device, seed)
    labels = torch.from_numpy(crops.invaded).to(device).float().repeat(recipe.copies + 1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layer = nn.Linear(features.shape[1], 1)
    layer.to(device)
    optimizer = torch.optim.Adam(layer.parameters(), lr=recipe.learning_rate)
    order = torch.Generator().manual_seed(seed)
    progress = Progress("Final layer", recipe.epochs)
    mean = 0.0
    for epoch in range(recipe.epochs):
        summed = torch.zeros((), device=device)
        for chosen in torch.split(torch.randperm(len(labels), generator=order).to(device), recipe.batch):
            loss = functional.binary_cross_entropy_with_logits(layer(features[chosen]).squeeze(1), labels[chosen])
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            summed = summed + loss.detach() * len(chosen)
        mean = float(summed) / len(labels)
        progress.tell(epoch + 1)
    progress.close(f"loss {mean:.3f}")
    network.fc.load_state_dict(layer.state_dict())


@torch.inference_mode()
def _features(
    network: SkullBaseNetwork, crops: LabelledCrops, recipe: FinalLayerRecipe, device: torch.device, seed: int
) -> Tensor:
    """Features [(1 + copies) n, 2048]: those of all images first, then of all first copies, and so on."""
    generator = torch.Generator(device).manual_seed(seed)
    total = len(crops.hu) * (recipe.copies + 1)
    progress = Progress(f"Features of {total} images", total)
    found: list[Tensor] = []
    done = 0
    for copy in range(recipe.copies + 1):
        for start in range(0, len(crops.hu), FEATURES_AT_ONCE):
            part = torch.from_numpy(crops.hu[start : start + FEATURES_AT_ONCE]).to(device)
            images = plain(part) if copy == 0 else augmented(part, CROP_SIZE, recipe.augmentation, generator)
            found.append(network.features(images.contiguous(memory_format=torch.channels_last)))
            done += len(part)
            progress.tell(done)
    progress.close()
    return torch.cat(found)
