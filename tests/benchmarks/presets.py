"""The presets `paper` and `recommended` side by side on phantom cohorts of the paper's composition, by patient.

Run by hand: `python tests/benchmarks/presets.py DIR [--seeds 0 1 2 3 4] [--weights shipped]`. Needs the training extra.
For each seed: a cohort (`clivus-train phantoms --seed N`), both presets fitted on its training patients with the same
seed, both exported, and the 30 test patients judged by each as the application judges. No two cohorts have a head in
common, so what differs from seed to seed is everything: patients, copies, first weights. What is in DIR already is not
made again. About 12 minutes and 1 GB a seed on two quiet cores, nearly all of it features, which the presets share.

Features: both presets draw the same 21 copies of an image, so the second fit finds the first one's in its cache.
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from scipy import stats

from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.network import Network
from training.cohort.phantoms import SPLIT_FILE, write_phantom_cohort
from training.cohort.split import Split
from training.cohort.survey import read_cohort
from training.evaluation.cases.judge import judge_cases
from training.evaluation.cases.judged import JudgedCohort
from training.evaluation.figures.sample import Sample, sample
from training.fit.configuration import PRESET_NAMES, preset
from training.fit.export import Edition, export_run
from training.fit.material import load_material
from training.fit.record import FEATURES_FOLDER, NETWORK_FILE, Run
from training.fit.run import fit_run
from training.model.bundle import THRESHOLD
from training.statistics.comparison import mcnemar_exact
from training.statistics.estimate import Undefined, known
from training.statistics.proportions import clopper_pearson
from training.statistics.roc import auc


@dataclass(frozen=True)
class Judged:
    """The test patients of one seed, judged by one preset."""

    seed: int
    preset: str
    patients: Sample
    slices: Sample

    def figures(self) -> dict[str, float]:
        """What is compared, by name with unit."""
        right, ill = self.patients.called == self.patients.positive, self.patients.positive
        return {
            "AUC by run length, patient": _number(auc(ill, self.patients.ranked)),
            "AUC by s_2, patient": _number(auc(ill, self.patients.score)),
            "accuracy, patient": float(right.mean()),
            "sensitivity, patient": float(right[ill].mean()),
            "specificity, patient": float(right[~ill].mean()),
            "AUC, slice": _number(auc(self.slices.positive, self.slices.score)),
        }


def main() -> None:
    """Fit, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR", help="for cohorts, runs and bundles; kept")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4], help="(default: 0 to 4)")
    parser.add_argument("--weights", default="shipped", help="of the backbone (%(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="of torch (%(default)s)")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    found = [one for seed in asked.seeds for one in judged(asked.folder, seed, asked.weights, asked.threads)]
    print(f"Backbone: {asked.weights}. Test patients: 13 positive, 17 negative a seed, no head in two seeds.\n")
    for line in (*by_seed(found), "", *pooled(found)):
        print(line)


def judged(folder: Path, seed: int, weights: str, workers: int) -> list[Judged]:
    """Both presets on the cohort of one seed."""
    place = folder / f"cohort-{seed}"
    if not place.exists():
        write_phantom_cohort(place, seed, workers)
    cohort, split = read_cohort(place), Split.load(place / SPLIT_FILE)
    waiting = [name for name in PRESET_NAMES if not (folder / f"{name}-{seed}" / NETWORK_FILE).exists()]
    if waiting:
        material = load_material(cohort, split)
        for name in waiting:
            run = folder / f"{name}-{seed}"
            configuration = replace(preset(name), weights=weights, seed=seed)
            share_features(folder, seed, run)
            fit_run(material.train, material.validation, configuration, run, workers=workers, cohort=material.cohort)
    tested = [case for case in cohort.cases if case.patient in split.test.all]
    found = []
    for name in PRESET_NAMES:
        bundle = folder / f"{name}-{seed}-bundle"
        if not bundle.exists():
            export_run(Run.load(folder / f"{name}-{seed}"), bundle, Edition(bundle.name))
        network = Network(Bundle.load(bundle), Device.CPU)
        answers = JudgedCohort.of(seen.case for seen in judge_cases(tested, network, f"{name}, seed {seed}"))
        found.append(Judged(seed, name, sample(answers, "patient", THRESHOLD), sample(answers, "slice", THRESHOLD)))
    return found


def share_features(folder: Path, seed: int, run: Path) -> None:
    """Give a new run the features of another preset's; whether they are the same, the run itself finds out."""
    for name in PRESET_NAMES:
        features = folder / f"{name}-{seed}" / FEATURES_FOLDER
        if features.exists() and not run.exists():
            shutil.copytree(features, run / FEATURES_FOLDER, copy_function=os.link)


def by_seed(found: Sequence[Judged]) -> list[str]:
    """A row for each seed and preset; below them mean, spread and difference over seeds."""
    names = list(found[0].figures())
    head = f"{'':24}" + "".join(f"{name:>28}" for name in names)
    rows = [
        f"seed {one.seed}, {one.preset:<15}" + "".join(f"{one.figures()[name]:28.3f}" for name in names)
        for one in found
    ]
    values = {
        name: np.array([list(one.figures().values()) for one in found if one.preset == name]) for name in PRESET_NAMES
    }
    for name, table in values.items():
        rows.append(f"mean, {name:<18}" + "".join(f"{value:28.3f}" for value in table.mean(axis=0)))
        rows.append(f"deviation, {name:<13}" + "".join(f"{value:28.3f}" for value in table.std(axis=0, ddof=1)))
    one, other = (values[name] for name in reversed(PRESET_NAMES))
    difference = one - other
    reach = stats.t.ppf(0.975, len(difference) - 1) * difference.std(axis=0, ddof=1) / np.sqrt(len(difference))
    rows.append(
        f"{'recommended - paper':24}"
        + "".join(
            f"{f'{mean:+.3f} ({mean - half:+.3f} to {mean + half:+.3f})':>28}"
            for mean, half in zip(difference.mean(axis=0), reach, strict=True)
        )
    )
    return [head, *rows, "Intervals: Student's t over the seeds' differences, 95 %."]


def pooled(found: Sequence[Judged]) -> list[str]:
    """Patients of all seeds together, and the two presets on the same ones; the five fits' own spread is not in it."""
    lines, right = [], {}
    for name in PRESET_NAMES:
        own = [one.patients for one in found if one.preset == name]
        called, ill = (np.concatenate([getattr(one, part) for one in own]) for part in ("called", "positive"))
        right[name] = called == ill
        for word, group in (("accuracy", ill | ~ill), ("sensitivity", ill), ("specificity", ~ill)):
            hits, of = int(right[name][group].sum()), int(group.sum())
            share = known(clopper_pearson(hits, of), word)
            lines.append(
                f"{name}, {word} by patient, all seeds: {hits}/{of} = {share.value:.3f} "
                f"({share.low:.3f}-{share.high:.3f}), Clopper-Pearson"
            )
    one, other = (right[name] for name in PRESET_NAMES)
    ours, theirs = int((other & ~one).sum()), int((one & ~other).sum())
    lines.append(
        f"Right by recommended only: {ours} patients, by paper only: {theirs}; exact McNemar p = "
        f"{mcnemar_exact(ours, theirs):.3f}"
    )
    return lines


def _number(found: float | Undefined) -> float:
    return known(found, "The AUC")


if __name__ == "__main__":
    main()
