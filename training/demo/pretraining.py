"""`clivus-train pretrain`: the backbone of the demonstration model, learned from phantoms, as a weights file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from desktop.errors import WrongUse
from desktop.files import folder_made
from desktop.messages import message
from desktop.unwritten import NotWritten
from training.cohort.kinds import KINDS
from training.demo.backbone import begin_as_identity, train_backbone
from training.demo.heads import BACKBONE_SEEDS, WATCHED_SEEDS, draw_heads, draw_twins
from training.demo.recipe import Pretraining
from training.model.network import SkullBaseNetwork, round_to_half
from training.model.weights import SCRATCH, first_weights, save_backbone
from training.work.hardware import TrainingDevice, open_device

LICENCE = "Apache-2.0"
"""Of what was learned from phantoms alone, as Clivus' own."""


@dataclass(frozen=True)
class Surroundings:
    """With what the demonstration model is trained.

    Attributes:
        weights: see `training.model.weights.first_weights`.
        seed: of all random numbers but the phantoms'.
        workers: processes that draw phantoms, and threads that make copies.
        threads: of torch on the CPU.
    """

    weights: str
    device: TrainingDevice
    seed: int
    workers: int
    threads: int


def pretrain(out: Path, given: Surroundings, recipe: Pretraining) -> None:
    """Train all layers on phantoms and write them as a file that `clivus-train fit --weights` takes.

    Raises:
        WrongUse: the file is there.
        WeightsRefused: the first weights cannot be had or do not fit.
        NoSuchDevice: there is no such device.
        NotWritten: the medium fails; nothing is left then.
    """
    if out.exists():
        raise WrongUse(message("{file} exists already: name a new file.", file=out))
    device = open_device(given.device)
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    network = SkullBaseNetwork()
    begin_as_identity(network)  # unless weights are loaded now
    first = first_weights(network, given.weights)
    kinds, workers = KINDS[recipe.variety], given.workers
    learned = draw_twins(BACKBONE_SEEDS[: recipe.heads], workers, "Phantoms for the backbone", kinds)
    watched = draw_heads(WATCHED_SEEDS[: recipe.watched], workers, "Phantoms to watch it on", kinds)
    train_backbone(network, learned, watched, recipe, device, given.seed, workers)
    round_to_half(network)
    origin = f"{recipe.in_words()}; before that {first.text}"
    try:
        with folder_made(out.parent):
            save_backbone(network, origin, LICENCE if given.weights == SCRATCH else first.licence, out)
    except OSError as error:
        raise NotWritten(out, error) from None
