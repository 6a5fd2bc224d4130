"""How long the paper's training takes on this machine, beside the loop that runs the backbone in every epoch.

Run by hand: `python tests/benchmarks/training_speed.py [--threads N]`. Needs the training extra. Trains on as many
images as the paper (372 and 21 copies of each, 8,184 in all, for 15 epochs), on noise, since the time does not depend
on what is seen. Then runs the plain loop for at least one epoch, compares the final layers after as many epochs, and
prints both times, the plain one's extrapolated to all epochs. On two cores the plain epoch takes some ten minutes.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from desktop.learning.cohort.crops import SIDE
from desktop.learning.draws import stream
from desktop.learning.features import FeatureOrder
from desktop.learning.fit_settings import Copies
from desktop.learning.images import Images
from desktop.work import UNWATCHED
from training.fit.adam import AdamFit, TrainingRows, first_unit
from training.fit.configuration import Adam, Configuration, preset
from training.fit.features import backbone_sha256, cached_features
from training.fit.record import FEATURES_FOLDER
from training.fit.run import fit_run, frozen_backbone
from training.fit.team import Team
from training.fit.unit import copy_into

CPU = torch.device("cpu")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of torch (%(default)s)")
    parser.add_argument("--images", type=int, default=372, help="before copies (%(default)s)")
    parser.add_argument("--copies", type=int, default=21, help="of each image (%(default)s)")
    parser.add_argument("--epochs", type=int, default=15, help="in all (%(default)s)")
    parser.add_argument("--plain-epochs", type=int, default=1, help="of the plain loop (%(default)s)")
    parser.add_argument("--side", type=int, default=SIDE, help="pixels of a crop with margin (%(default)s)")
    parser.add_argument("--weights", default="shipped", help="of the backbone (%(default)s)")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    configuration = replace(
        preset("paper"), weights=asked.weights, augmentation=Copies(asked.copies), fit=Adam(epochs=asked.epochs)
    )
    train, validation = noise(asked.images, 0, asked.side), noise(8, asked.images, asked.side)
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        started = perf_counter()
        fit_run(train, validation, configuration, run)
        ours = perf_counter() - started
        started = perf_counter()
        plain = plain_loop(train, configuration, asked.plain_epochs)
        epoch = (perf_counter() - started) / asked.plain_epochs
        apart = difference(plain, after_epochs(train, configuration, run, asked.plain_epochs))
    count = asked.images * (asked.copies + 1)
    print(f"{count} images, {asked.epochs} epochs, {asked.threads} threads, torch {torch.__version__}")
    print(f"features once, everything included: {ours:.1f} s")
    print(f"backbone in every epoch: {epoch:.1f} s an epoch, {epoch * asked.epochs:.0f} s for {asked.epochs}")
    print(f"ratio: {epoch * asked.epochs / ours:.1f}")
    print(f"largest difference of a weight after {asked.plain_epochs} epochs: {apart:.1e}")


def noise(count: int, first: int, side: int) -> Images:
    """Images of `count` patients, every other one positive."""
    draw = np.random.default_rng(first)
    hu = np.stack([draw.normal(40, 80, (side, side)).astype(np.float16) for _ in range(count)])
    keys = tuple(str(first + n) for n in range(count))
    return Images(
        hu, np.arange(count) % 2 == 1, tuple(f"1.2.{key}" for key in keys), keys, keys, np.zeros(count), np.ones(count)
    )


def plain_loop(images: Images, configuration: Configuration, epochs: int) -> nn.Linear:
    """The final layer trained end to end: every epoch makes every copy and runs the frozen backbone on it."""
    network, _ = frozen_backbone(configuration)
    network.to(memory_format=torch.channels_last)
    network.fc = first_unit(network.fc.in_features, configuration.seed, 0)
    settings, asked = configuration.fit, configuration.augmentation
    assert isinstance(settings, Adam)
    order = FeatureOrder(images, asked.copies, configuration.seed, asked.amounts, "")
    optimizer = torch.optim.Adam(network.fc.parameters(), lr=settings.learning_rate)
    for epoch in range(epochs):
        shown = stream(configuration.seed, "order", 0, epoch).permutation(order.rows)
        for start in range(0, len(shown), settings.batch):
            batch = shown[start : start + settings.batch]
            crops = torch.from_numpy(np.stack([order.image(int(row)) for row in batch]))[:, None]
            labels = torch.from_numpy(images.positive[batch % len(images)]).float()
            logits = network(crops.contiguous(memory_format=torch.channels_last))
            loss = functional.binary_cross_entropy_with_logits(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return network.fc


def after_epochs(images: Images, configuration: Configuration, run: Path, epochs: int) -> nn.Linear:
    """The final layer after some epochs on the features that a run left in its folder."""
    network, _ = frozen_backbone(configuration)
    settings, asked = configuration.fit, configuration.augmentation
    assert isinstance(settings, Adam)
    order = FeatureOrder(images, asked.copies, configuration.seed, asked.amounts, images.fingerprint())
    team = Team(0, 1, CPU)
    folder = run / FEATURES_FOLDER / "train"
    features = cached_features(network, backbone_sha256(network), order, folder, team, 1, UNWATCHED)
    rows = np.arange(order.rows)
    fit = AdamFit(network.fc.in_features, settings, configuration.seed, 0, team)
    for _ in range(epochs):
        fit.run_epoch(TrainingRows(features, rows, images.positive[rows % len(images)]))
    copy_into(network.fc, fit.layer)
    return network.fc


def difference(one: nn.Linear, other: nn.Linear) -> float:
    """The largest difference of a weight or of the bias."""
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return max(float((a - b).detach().abs().max()) for a, b in pairs)


if __name__ == "__main__":
    main()
