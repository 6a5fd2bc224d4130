"""Training end to end: sizes that grow, one cycle of the learning rate, and a phantom's knowledge of where.

A slice's label says that bone is invaded, and a phantom says where. The cells of all stages are therefore asked too,
each whether it holds invaded bone, by linear units that are thrown away afterwards. And most of a batch is invaded
slices beside the same slices intact, moved alike: what differs is the invasion alone. Without either, the same network
takes several times as many images (docs/decisions.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models.resnet import BasicBlock, Bottleneck

from desktop.learning.augmentation import Augmentation
from desktop.learning.augmented import Floats, copy_of
from desktop.learning.draws import stream
from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.roc import auc
from training.demo.heads import Heads, Twins
from training.demo.recipe import Pretraining, Stage
from training.model.network import ARCHITECTURE, SkullBaseNetwork
from training.work.hardware import computes_bfloat16
from training.work.progress import Progress

JUDGED_AT_ONCE = 32

_UNCHANGED = Augmentation(shift=0.0, rotation_deg=0.0, flip=0.0)

INVADED_CELLS_COUNT = 4.0
"""As much as so many others: of the cells of a phantom's slices about one in thirty holds invaded bone."""


def begin_as_identity(network: SkullBaseNetwork) -> None:
    """Let every block pass on what it is given at first (Goyal 2017, section 5.1): a short training gets further."""
    for module in network.modules():
        if isinstance(module, (BasicBlock, Bottleneck)):
            last = module.bn3 if isinstance(module, Bottleneck) else module.bn2
            nn.init.zeros_(last.weight)


def train_backbone(
    network: SkullBaseNetwork,
    learned: Twins,
    watched: Heads,
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
    cells = _Cells(network).to(device)
    low, high = recipe.label_smoothing, 1 - recipe.label_smoothing
    optimizer = torch.optim.AdamW(
        _decayed_apart((network, cells), recipe.weight_decay), lr=recipe.learning_rate, foreach=True
    )
    order = stream(seed, "order of images")
    narrow = computes_bfloat16(device)
    pixels = sum(stage.images // stage.batch * stage.batch * stage.size**2 for stage in recipe.stages)
    progress = Progress("Backbone", pixels)
    done = shown = 0
    with ThreadPoolExecutor(workers) as pool:
        for stage in recipe.stages:
            network.train()
            summed, batches = torch.zeros((), device=device), 0
            for chosen in _batches(learned, stage, recipe.paired, order):
                make = partial(_copy_of, recipe.augmentation, seed, stage.size, shown)
                copies = list(pool.map(make, chosen))
                invaded = [each.heads.images.positive[each.row] for each in chosen]
                targets = torch.tensor([high if one else low for one in invaded], device=device)
                images, where = torch.from_numpy(np.stack(copies, axis=1))[:, :, None].to(device)
                with torch.autocast(device.type, torch.bfloat16, enabled=narrow):
                    stages = network.stages(images.contiguous(memory_format=torch.channels_last))
                    logits = network.logit(stages[-1].mean(dim=(2, 3)))
                loss = functional.binary_cross_entropy_with_logits(logits.float(), targets)
                loss = loss + recipe.where * cells.loss(stages, where)
                torch.autograd.backward(loss)
                done += len(chosen) * stage.size**2
                for group in optimizer.param_groups:
                    group["lr"] = recipe.learning_rate * _of_peak(done / pixels, recipe.warm_up)
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
                summed, batches, shown = summed + loss.detach(), batches + 1, shown + len(chosen)
                progress.tell(done, f"{stage.size} px")
            area = auc(watched.images.positive, _logits(network, watched, stage.size, device))
            progress.note(
                f"{stage.size} px: loss {float(summed) / max(batches, 1):.3f}, slice AUC "
                f"{area if isinstance(area, Undefined) else f'{area:.3f}'} on {len(watched)} slices of other phantoms"
            )
    progress.close()


def _of_peak(share: float, warm_up: float) -> float:
    """Share of the peak of the learning rate after a share of the training: a straight rise, half a cosine down."""
    return min(share / warm_up, (1 + math.cos(math.pi * (share - warm_up) / (1 - warm_up))) / 2)


class _Cells(nn.Module):
    """Asks each cell of every stage whether it holds invaded bone."""

    strides = tuple(ARCHITECTURE.map_stride >> after for after in reversed(range(len(ARCHITECTURE.stages))))

    def __init__(self, network: SkullBaseNetwork) -> None:
        super().__init__()
        widths = [network.fc.in_features * stride // ARCHITECTURE.map_stride for stride in self.strides]
        self.units = nn.ModuleList(nn.Conv2d(width, 1, 1) for width in widths)

    def loss(self, stages: Sequence[Tensor], where: Tensor) -> Tensor:
        """Mean cross-entropy over the cells, those with invaded bone, which are few, weighed up.

        Args:
            stages: as `SkullBaseNetwork.stages` gives them.
            where: [n, 1, size, size], the share of each pixel that is invaded bone.
        """
        losses = []
        for unit, maps, stride in zip(self.units, stages, self.strides, strict=True):
            # As wide as the stride and around the cell's centre, pixel `stride` x i (desktop.inference.gradcam).
            high, wide = maps.shape[2:]
            truth = functional.max_pool2d(where, stride, stride, padding=stride // 2)[:, :, :high, :wide]
            losses.append(
                functional.binary_cross_entropy_with_logits(
                    unit(maps.float()), truth, pos_weight=truth.new_tensor(INVADED_CELLS_COUNT)
                )
            )
        return torch.stack(losses).mean()


@dataclass(frozen=True)
class _Shown:
    """A slice in a batch; those of one number are moved alike."""

    heads: Heads
    row: int
    number: int


def _copy_of(amounts: Augmentation, seed: int, size: int, before: int, shown: _Shown) -> Floats:
    """As `_copy`; `before` images were shown earlier."""
    return _copy(shown.heads, amounts, seed, size, shown.row, before + 1 + shown.number)


def _copy(heads: Heads, amounts: Augmentation, seed: int, size: int, n: int, number: int) -> Floats:
    """[2, size, size]: a copy in HU, and which part of each of its pixels is invaded bone."""
    uid = heads.images.sop_uid[n]
    # The same draws move both; HU is changed in one alone.
    moved = replace(amounts, offset_hu=0.0, noise_hu=0.0)
    return np.stack(
        [
            copy_of(heads.images.hu[n], uid, number, seed, amounts, size),
            copy_of(heads.where[n].astype(np.float16), uid, number, seed, moved, size),
        ]
    )


@torch.inference_mode()
def _logits(network: SkullBaseNetwork, heads: Heads, size: int, device: torch.device) -> npt.NDArray[np.float32]:
    """The network's logits [n] for the crops themselves at a stage's size."""
    network.eval()
    answers = []
    for start in range(0, len(heads), JUDGED_AT_ONCE):
        rows = range(start, min(start + JUDGED_AT_ONCE, len(heads)))
        crops = np.stack([_copy(heads, _UNCHANGED, 0, size, n, 1)[0] for n in rows])
        answers.append(network(torch.from_numpy(crops)[:, None].to(device)).cpu())
    return np.concatenate(answers)


def _decayed_apart(modules: Sequence[nn.Module], decay: float) -> list[dict[str, list[Tensor] | float]]:
    """Weights decay; biases and normalisation do not."""
    parameters: list[Tensor] = [parameter for module in modules for parameter in module.parameters()]
    wide = [p for p in parameters if p.ndim > 1]
    narrow = [p for p in parameters if p.ndim <= 1]
    return [{"params": wide, "weight_decay": decay}, {"params": narrow, "weight_decay": 0.0}]


def _batches(twins: Twins, stage: Stage, paired: float, order: np.random.Generator) -> Iterator[list[_Shown]]:
    """Batches of a stage: invaded slices, the same slices intact, and others that are not invaded."""
    intact, invaded = twins.intact, twins.invaded
    positive, negative = (np.flatnonzero(invaded.images.positive == truth) for truth in (True, False))
    others = [(intact, row) for row in range(len(intact))] + [(invaded, int(row)) for row in negative]
    pairs = round(stage.batch * paired / 2)
    for _ in range(stage.images // stage.batch):
        rows = order.choice(positive, pairs, replace=pairs > len(positive)).tolist()
        rest = [others[place] for place in order.choice(len(others), stage.batch - 2 * pairs)]
        yield [
            *(_Shown(invaded, row, number) for number, row in enumerate(rows)),
            *(_Shown(intact, row, number) for number, row in enumerate(rows)),
            *(_Shown(heads, row, number) for number, (heads, row) in enumerate(rest, start=pairs)),
        ]
