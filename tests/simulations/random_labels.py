"""How often the gate refuses models that learned from random labels, and accepts honest ones, in small cohorts.

    python tests/simulations/random_labels.py [--cohorts 100] [--patients 24] [--heads 60] [--features FILE]

Draws phantoms (every other one invaded), takes the features of all their slices with the shipped network once (kept in
FILE), and makes cohorts of them: patients drawn at random, half of them invaded. Of each the final layer is learned and
judged in folds by the recipe of `clivus learn`, without copies, once with the patients' own labels and once with labels
that are shuffled among them. In a patient who is called positive by chance, as many slices are positive as in another.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.graph import Graph
from desktop.learning.calling import HeldOut, decide_by
from desktop.learning.chance import near_chance
from desktop.learning.features import PART_ROWS, Features
from desktop.learning.figures import FOLDS, figures
from desktop.learning.fit_settings import Copies
from desktop.learning.images import Images
from desktop.learning.layers import Learned, fold_of, held_out
from desktop.learning.learn import fit_layers
from desktop.learning.recipe import Recipe
from desktop.work import UNWATCHED
from training.demo.heads import draw_heads

FIRST_SEED = 5_000_000
"""Seeds that no cohort, backbone or figure uses."""


def main() -> None:
    """Run the simulation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohorts", type=int, default=100)
    parser.add_argument("--patients", type=int, default=24)
    parser.add_argument("--heads", type=int, default=60)
    parser.add_argument("--features", type=Path, default=Path("random_labels.npy"))
    options = parser.parse_args()
    images = draw_heads(range(FIRST_SEED, FIRST_SEED + options.heads), os.cpu_count() or 1, "Phantoms").images
    features = _features(images, options.features)
    refused = accepted = 0
    for number in range(options.cohorts):
        draw = np.random.default_rng(number)
        rows, truth = _cohort(images, options.patients, draw)
        accepted += not _doubted(images.among(rows), features[rows], number)
        patients = sorted(truth)
        shuffled = dict(zip(patients, draw.permutation([truth[key] for key in patients]).tolist(), strict=True))
        refused += bool(_doubted(_relabelled(images.among(rows), shuffled, draw), features[rows], number))
        print(
            f"{number + 1} cohorts of {options.patients} patients: random labels refused {refused}, honest ones "
            f"accepted {accepted}",
            flush=True,
        )


def _features(images: Images, kept: Path) -> np.ndarray:
    if kept.exists():
        return np.asarray(np.load(kept))
    bundle = Bundle.shipped()
    graph = Graph(bundle.model, "shipped", bundle.manifest.crop_size, bundle.manifest.map_cells, Device.CPU)
    found = np.stack([graph.features(images.crops(slice(n, n + 1))) for n in range(len(images))])
    np.save(kept, found)
    return found


def _cohort(images: Images, patients: int, draw: np.random.Generator) -> tuple[np.ndarray, dict[str, bool]]:
    """The rows of a cohort's images, and its patients with their labels."""
    ill = sorted({key for key, label in zip(images.patient, images.positive, strict=True) if label})
    well = sorted(set(images.patient) - set(ill))
    chosen = {str(key): True for key in draw.choice(ill, patients // 2, replace=False)}
    chosen |= {str(key): False for key in draw.choice(well, patients // 2, replace=False)}
    return np.array([key in chosen for key in images.patient]), chosen


def _relabelled(images: Images, labels: dict[str, bool], draw: np.random.Generator) -> Images:
    """The images with these patients' labels; a positive patient gets a stretch of positive slices."""
    positive = np.zeros(len(images), dtype=bool)
    for stack in images.stacks():
        if labels[stack.patient]:
            length = int(draw.integers(2, max(3, len(stack.rows) // 2 + 1)))
            start = int(draw.integers(0, max(1, len(stack.rows) - length + 1)))
            positive[stack.rows[start : start + length]] = True
    return replace(images, positive=positive)


def _doubted(images: Images, features: np.ndarray, seed: int) -> Sequence[str]:
    """The rates that were not shown to be better than chance."""
    recipe = Recipe(seed=seed, augmentation=Copies(copies=0), members=1)
    learnable = images.learnable
    learned = Learned(images.among(learnable), _parts(features[learnable]), 0)
    fold = fold_of(learned.images, recipe.folds, seed)
    tried = learned.choose(fold, recipe.fit, UNWATCHED)
    _, by_fold = fit_layers(learned, fold, tried[0].penalty, recipe, UNWATCHED)
    all_folds = fold_of(images, recipe.folds, seed)
    answers = held_out(_parts(features), images, 1, by_fold, all_folds)
    calls = decide_by(HeldOut(images, answers, all_folds), recipe.decision, recipe.decision.averaging)
    return near_chance(figures(calls, FOLDS)[0])


def _parts(features: np.ndarray) -> Features:
    return Features(tuple(features[start : start + PART_ROWS] for start in range(0, len(features), PART_ROWS)))


if __name__ == "__main__":
    main()
