"""Training end to end: sizes that grow, one cycle of the learning rate."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from training.demo.recipe import Pretraining, Stage
from training.fit.augmentation import Augmentation
from training.fit.copies import Floats, copy_of
from training.fit.draws import stream
from training.fit.images import Images
from training.model.network import SkullBaseNetwork
from training.statistics.estimate import Undefined
from training.statistics.roc import auc
from training.work.hardware import computes_bfloat16
from training.work.progress import Progress

JUDGED_AT_ONCE = 32


def train_backbone(
    network: SkullBaseNetwork,
    learned: Images,
    watched: Images,
    recipe: Pretraining,
    device: torch.device,
    seed: int,
    workers: int,
) -> None:
    """Train all layers in place; the network is left on `device`.

    Args:
        watched: of other patients; the slice AUC on them is printed after each stage and decides nothing.
        seed: of the order of images and of their copies; every showing of an image is another copy of it.
        workers: threads that make copies.
    """
    network.to(device, memory_format=torch.channels_last)
    labels = torch.from_numpy(learned.positive).to(device).float()
    targets = labels * (1 - 2 * recipe.label_smoothing) + recipe.label_smoothing
    optimizer = torch.optim.AdamW(_decayed_apart(network, recipe.weight_decay), lr=recipe.learning_rate, foreach=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        recipe.learning_rate,
        total_steps=sum(stage.images // stage.batch for stage in recipe.stages) + 1,
        pct_start=recipe.warm_up,
    )
    order = stream(seed, "order of images")
    narrow = computes_bfloat16(device)
    progress = Progress("Backbone", sum(stage.images * stage.size**2 for stage in recipe.stages))
    done = shown = 0
    with ThreadPoolExecutor(workers) as pool:
        for stage in recipe.stages:
            network.train()
            summed, batches = torch.zeros((), device=device), 0
            for chosen in _batches(len(learned), stage, order):
                make = partial(_copy, learned, recipe.augmentation, seed, stage.size)
                copies = list(pool.map(make, chosen.tolist(), range(shown + 1, shown + 1 + len(chosen))))
                images = torch.from_numpy(np.stack(copies))[:, None].to(device)
                with torch.autocast(device.type, torch.bfloat16, enabled=narrow):
                    logits = network(images.contiguous(memory_format=torch.channels_last))
                loss = functional.binary_cross_entropy_with_logits(logits.float(), targets[torch.from_numpy(chosen)])
                torch.autograd.backward(loss)
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
                schedule.step()
                summed, batches, shown = summed + loss.detach(), batches + 1, shown + len(chosen)
                done += len(chosen) * stage.size**2
                progress.tell(done, f"{stage.size} px")
            area = auc(watched.positive, _logits(network, watched, device))
            progress.note(
                f"{stage.size} px: loss {float(summed) / max(batches, 1):.3f}, slice AUC "
                f"{area if isinstance(area, Undefined) else f'{area:.3f}'} on {len(watched)} slices of other phantoms"
            )
    progress.close()


def _copy(images: Images, amounts: Augmentation, seed: int, size: int, n: int, number: int) -> Floats:
    return copy_of(images.hu[n], images.sop_uid[n], number, seed, amounts, size)


@torch.inference_mode()
def _logits(network: SkullBaseNetwork, images: Images, device: torch.device) -> npt.NDArray[np.float32]:
    """The network's logits [n] for the crops as the application sees them."""
    network.eval()
    return np.concatenate(
        [
            network(torch.from_numpy(images.crops(slice(start, start + JUDGED_AT_ONCE)))[:, None].to(device)).cpu()
            for start in range(0, len(images), JUDGED_AT_ONCE)
        ]
    )


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
