"""Training end to end: sizes that grow, one cycle of the learning rate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from training.cohort.crops import LabelledCrops
from training.demo.augment import augmented, plain
from training.demo.recipe import BackboneRecipe, Stage
from training.model.network import SkullBaseNetwork
from training.statistics.estimate import Undefined
from training.statistics.roc import auc
from training.work.hardware import computes_bfloat16
from training.work.progress import Progress

JUDGED_AT_ONCE = 32


def train_backbone(
    network: SkullBaseNetwork,
    learn: LabelledCrops,
    watch: LabelledCrops,
    recipe: BackboneRecipe,
    device: torch.device,
    seed: int,
) -> None:
    """Train all layers in place; the network is left on `device`.

    Args:
        learn: what is learned from.
        watch: other patients; the slice AUC on them is printed after each stage and decides nothing.
        seed: of the order of images and of their augmentation.
    """
    network.to(device, memory_format=torch.channels_last)
    crops, labels = torch.from_numpy(learn.hu).to(device), torch.from_numpy(learn.invaded).to(device).float()
    targets = labels * (1 - 2 * recipe.label_smoothing) + recipe.label_smoothing
    optimizer = torch.optim.AdamW(_decayed_apart(network, recipe.weight_decay), lr=recipe.learning_rate, foreach=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        recipe.learning_rate,
        total_steps=sum(stage.images // stage.batch for stage in recipe.stages) + 1,
        pct_start=recipe.warm_up,
    )
    order = np.random.default_rng(seed)
    generator = torch.Generator(device).manual_seed(seed)
    narrow = computes_bfloat16(device)
    progress = Progress("Backbone", sum(stage.images * stage.size**2 for stage in recipe.stages))
    done = 0
    for stage in recipe.stages:
        network.train()
        summed, batches = torch.zeros((), device=device), 0
        for chosen in _batches(len(labels), stage, order):
            index = torch.from_numpy(chosen).to(device)
            batch = augmented(crops[index], stage.size, recipe.augmentation, generator)
            with torch.autocast(device.type, torch.bfloat16, enabled=narrow):
                logits = network(batch.contiguous(memory_format=torch.channels_last))
            loss = functional.binary_cross_entropy_with_logits(logits.float(), targets[index])
            torch.autograd.backward(loss)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            schedule.step()
            summed, batches = summed + loss.detach(), batches + 1
            done += stage.batch * stage.size**2
            progress.tell(done, f"{stage.size} px")
        area = auc(watch.invaded, slice_logits(network, watch, device))
        shown = area if isinstance(area, Undefined) else f"{area:.3f}"
        progress.note(
            f"{stage.size} px: loss {float(summed) / max(batches, 1):.3f}, slice AUC {shown} on "
            f"{len(watch.invaded)} slices of other patients"
        )
    progress.close()


@torch.inference_mode()
def slice_logits(network: SkullBaseNetwork, crops: LabelledCrops, device: torch.device) -> npt.NDArray[np.float32]:
    """The network's logits [n] for the crops as the application sees them."""
    network.eval()
    answers = [
        network(plain(torch.from_numpy(crops.hu[start : start + JUDGED_AT_ONCE]).to(device))).cpu().numpy()
        for start in range(0, len(crops.hu), JUDGED_AT_ONCE)
    ]
    return np.concatenate(answers)


def _decayed_apart(network: SkullBaseNetwork, decay: float) -> list[dict[str, list[Tensor] | float]]:
    """Weights decay; biases and normalisation do not."""
    wide = [p for p in network.parameters() if p.ndim > 1]
    narrow = [p for p in network.parameters() if p.ndim <= 1]
    return [{"params": wide, "weight_decay": decay}, {"params": narrow, "weight_decay": 0.0}]


def _batches(count: int, stage: Stage, order: np.random.Generator) -> Iterator[npt.NDArray[np.int64]]:
    """Batches of a stage: every image once in a new order, then again, until the stage's number is reached."""
    waiting = np.empty(0, dtype=np.int64)
    for _ in range(stage.images // stage.batch):
        while len(waiting) < stage.batch:
            waiting = np.concatenate([waiting, order.permutation(count)])
        yield waiting[: stage.batch]
        waiting = waiting[stage.batch :]
