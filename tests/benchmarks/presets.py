"""The preset `recommended` with its options beside `paper`, on phantom cohorts of the paper's composition, by patient.

Run by hand: `python tests/benchmarks/presets.py DIR [--weights FILE] [--variety rich]`. Needs the training extra.

For each cohort (`clivus-train phantoms --seed N`; no two have a head in common) and each seed, the final layer is
fitted by the code of `clivus-train fit` in both ways, and the 30 test patients are called by threshold, run and
averaging as each way has them. Seeds decide first weights, the order of images, folds and penalties; the augmented
copies are drawn once for a cohort and are the same for both ways. The options of `recommended` are measured on its own
layers.

A patient's three calls are averaged, a cohort's patients too, and the differences to `paper` of the five cohorts give
Student's interval. It holds everything that differs from cohort to cohort: patients, labels, what was learned. The
second interval is over the 150 patients, for these very fits. What counts is accuracy by patient: a way is called
proved when its first interval, corrected for the number of ways (Bonferroni), leaves 0 out. The other figures describe.

What is in DIR already is not made again: cohorts, features (by backbone and cohort; 22 crops of a training image, five
of every other one), layers. About 27 minutes and 1.5 GB a cohort on two quiet cores, nearly all of it features.

Exit status: 0 done, whatever was found.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from scipy import stats

from desktop.inference.layer import Layer
from desktop.learning.calling import Calls, HeldOut, decide_by
from desktop.learning.cohort.split import Split
from desktop.learning.features import FeatureOrder, Features, ShiftOrder
from desktop.learning.fit_settings import Decision
from desktop.learning.images import Images
from desktop.learning.layers import fold_of, held_out, logits_of
from desktop.learning.material import images_of
from desktop.learning.statistics.estimate import known
from desktop.learning.statistics.roc import auc
from desktop.memory import keep_freed_memory
from desktop.work import UNWATCHED
from training.cohort.kinds import KINDS
from training.cohort.loading import load_cohort
from training.cohort.phantoms import SPLIT_FILE, write_phantom_cohort
from training.cohort.survey import read_cohort
from training.fit.configuration import Configuration, preset
from training.fit.features import Indices, backbone_sha256, cached_features
from training.fit.run import _Fit, frozen_backbone
from training.fit.team import Team, open_team
from training.work.hardware import TrainingDevice

PAPER, ALL, RECOMMENDED = "paper", "paper, all training patients", "recommended"
SMOOTHING, SHIFT_PX = 0.25, 16
"""A quarter of each neighbour; 16 of 224 pixels are 3 mm in a rectangle of 42 mm, as far as a second reader's lies."""

OPTIONS = {
    RECOMMENDED: Decision(),
    "with smoothing": Decision(smoothing=SMOOTHING),
    "with five crops": Decision(shift_px=SHIFT_PX),
    "with smoothing and five crops": Decision(smoothing=SMOOTHING, shift_px=SHIFT_PX),
    "with Youden's choice": Decision(rule="youden"),
    "with Youden's choice in mm": Decision(rule="youden", run_in="mm"),
    "with all of it": Decision(rule="youden", smoothing=SMOOTHING, shift_px=SHIFT_PX),
}
FIGURES = ("accuracy, patient", "sensitivity, patient", "specificity, patient", "AUC by score, patient", "AUC, slice")


@dataclass(frozen=True)
class Part:
    """The features of some images out of those of all, as if they alone had been computed.

    Attributes:
        kept: [n] the images; row = copy x n + image.
        of: how many images there are in all.
    """

    whole: Features
    kept: Indices
    of: int

    @property
    def parts(self) -> tuple[npt.NDArray[np.float32], ...]:
        """For their width."""
        return self.whole.parts

    def rows(self, index: Indices) -> npt.NDArray[np.float32]:
        """The rows [len(index), m]."""
        copy, image = np.divmod(index, len(self.kept))
        return self.whole.rows(copy * self.of + self.kept[image])


@dataclass(frozen=True)
class Material:
    """One cohort, its features computed.

    Attributes:
        cases, test: all slices in range of the training and of the test patients.
        validation: [cases] which are of internal validation.
        folder: for what was learned from these features.
    """

    number: int
    folder: Path
    cases: Images
    validation: npt.NDArray[np.bool_]
    test: Images
    learned: Features
    of_cases: Features
    of_test: Features


@dataclass(frozen=True)
class Found:
    """The test patients of one cohort, called by one way with one seed.

    Attributes:
        right: [patients] in the order of their keys.
    """

    cohort: int
    seed: int
    way: str
    right: npt.NDArray[np.bool_]
    positive: npt.NDArray[np.bool_]
    score: npt.NDArray[np.float64]
    slice_auc: float

    def figures(self) -> dict[str, float]:
        """By name with unit."""
        ill = self.positive
        values = (self.right.mean(), self.right[ill].mean(), self.right[~ill].mean())
        area = known(auc(ill, self.score), "The AUC")
        return dict(zip(FIGURES, (*map(float, values), area, self.slice_auc), strict=True))


def main() -> None:
    """Fit, call, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR", help="for cohorts, features and layers; kept")
    parser.add_argument("--cohorts", type=int, nargs="+", default=[0, 1, 2, 3, 4], help="(default: 0 to 4)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="(default: 0 to 2)")
    parser.add_argument("--weights", default="shipped", help="the backbone, as `fit --weights` takes it (%(default)s)")
    parser.add_argument("--variety", choices=sorted(KINDS), default="plain", help="of the phantoms (%(default)s)")
    parser.add_argument(
        "--copies",
        type=int,
        default=21,
        choices=range(0, 22, 3),
        metavar="N",
        help="of each training image, a multiple of 3; with fewer than the paper's 21 it is quicker (%(default)s)",
    )
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="of torch (%(default)s)")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    keep_freed_memory()
    found: list[Found] = []
    with open_team(TrainingDevice.CPU) as team:
        for number in asked.cohorts:
            material = prepared(asked.folder, number, asked.weights, asked.variety, asked.copies, team, asked.threads)
            for seed in asked.seeds:
                found += called(material, asked.weights, asked.copies, seed, team)
    tested = sum(len(one.right) for one in found if (one.seed, one.way) == (asked.seeds[0], PAPER))
    print(
        f"\nBackbone: {asked.weights}. Phantoms: {asked.variety}, {len(asked.cohorts)} cohorts, {tested} test patients."
    )
    print(f"Seeds: {len(asked.seeds)}. Copies: {asked.copies}.\n")
    for line in (*means(found), "", *differences(found)):
        print(line)


def prepared(folder: Path, number: int, weights: str, variety: str, copies: int, team: Team, workers: int) -> Material:
    """A cohort, its images, and their features."""
    place = folder / f"{variety}-{number}"
    if not place.exists():
        write_phantom_cohort(place, number, workers, kinds=KINDS[variety])
    cohort, split = read_cohort(place), Split.load(place / SPLIT_FILE)
    slices = list(load_cohort(cohort))
    ours = images_of([one for one in slices if one.case.patient in split.training.all])
    theirs = images_of([one for one in slices if one.case.patient in split.test.all])
    configuration = configured(PAPER, weights, copies, number)
    network, _ = frozen_backbone(configuration)
    network.to(team.device, memory_format=torch.channels_last)
    backbone = backbone_sha256(network)
    kept = folder / f"features-{backbone[:12]}-{copies}" / place.name
    train = ours.among(ours.learnable)
    amounts = configuration.augmentation.amounts
    shifts = OPTIONS["with five crops"].averaging.shifts
    orders = {
        "train": FeatureOrder(train, copies, number, amounts, train.fingerprint()),
        "cases": ShiftOrder(ours, shifts, ours.fingerprint()),
        "test": ShiftOrder(theirs, shifts, theirs.fingerprint()),
    }
    features = {
        side: cached_features(network, backbone, order, kept / side, team, workers, UNWATCHED)
        for side, order in orders.items()
    }
    watched = np.array([patient in split.validation.all for patient in ours.patient])
    return Material(number, kept, ours, watched, theirs, features["train"], features["cases"], features["test"])


def configured(way: str, weights: str, copies: int, seed: int) -> Configuration:
    """The configuration of a way; both draw as many copies."""
    found = preset(RECOMMENDED if way == RECOMMENDED else PAPER)
    each = replace(found.augmentation, copies=copies // found.members)
    return replace(found, weights=weights, seed=seed, augmentation=each)


def called(material: Material, weights: str, copies: int, seed: int, team: Team) -> list[Found]:
    """The test patients by all ways."""
    found, shifts = [], len(OPTIONS["with five crops"].averaging.shifts)
    for way in (PAPER, ALL, RECOMMENDED):
        cases = material.cases if way != PAPER else material.cases.among(~material.validation)
        own = material.validation[material.cases.learnable]
        rows = np.flatnonzero(~own) if way == PAPER else np.arange(len(own))
        configuration = configured(way, weights, copies, seed)
        out = material.folder / "layers" / f"{seed}-{way.split(',')[0]}-{len(rows)}"
        out.mkdir(parents=True, exist_ok=True)
        fit = _Fit(cases, cases.among(cases.learnable), None, configuration, out, team, 1, UNWATCHED)
        part = Part(material.learned, rows, len(own))
        checkpoint = fit._fit(part, None)  # type: ignore[arg-type]
        layer = Layer.mean(checkpoint.layers)
        stored = Layer(layer.weight.astype(np.float16).astype(np.float32), layer.bias)
        for option, decision in OPTIONS.items() if way == RECOMMENDED else [(way, Decision())]:
            chosen = decision
            if decision.rule != "fixed":
                fold = fold_of(material.cases, configuration.folds, seed)
                answers = held_out(material.of_cases, material.cases, shifts, checkpoint.folds, fold)
                held = HeldOut(material.cases, answers, fold)
                cutoff = decide_by(held, decision, decision.averaging).cutoff
                chosen = Decision("fixed", cutoff.threshold, cutoff.slices, cutoff.mm or 0.0)
            (answers,) = logits_of(material.of_test, material.test, shifts, [stored])
            held = HeldOut(material.test, answers, np.zeros(len(material.test), dtype=np.int64))
            calls = decide_by(held, chosen, decision.averaging)
            found.append(as_found(material.number, seed, option, calls))
    return found


def as_found(cohort: int, seed: int, way: str, calls: Calls) -> Found:
    """The calls of test patients."""
    ill = calls.positive["patient"]
    area = known(auc(calls.positive["slice"], calls.score["slice"]), "The AUC")
    return Found(cohort, seed, way, calls.called["patient"] == ill, ill, calls.score["patient"], area)


def means(found: Sequence[Found]) -> list[str]:
    """A row for each way: means over cohorts and seeds."""
    lines = [f"{'mean of cohorts and seeds':34}" + "".join(f"{name:>24}" for name in FIGURES)]
    for way in dict.fromkeys(one.way for one in found):
        table = np.array([list(one.figures().values()) for one in found if one.way == way])
        lines.append(f"{way:34}" + "".join(f"{value:24.3f}" for value in table.mean(axis=0)))
    return lines


def differences(found: Sequence[Found]) -> list[str]:
    """Each way minus the paper's, with both intervals, and what is proved."""
    lines, proved = [f"{'minus paper (over cohorts)':34}" + "".join(f"{name:>24}" for name in FIGURES)], []
    of_paper, ways = by_cohort(found, PAPER), dict.fromkeys(one.way for one in found if one.way != PAPER)
    for way in ways:
        cells, columns = [], (by_cohort(found, way) - of_paper).T
        for column in columns:
            mean, half = student(column)
            cells.append(f"{mean:+.3f} ({mean - half:+.3f} {mean + half:+.3f})")
        lines.append(f"{way:34}" + "".join(f"{cell:>24}" for cell in cells))
        mean, half = student(columns[0], len(ways))
        if abs(mean) > half:
            proved.append(f"{way}: {mean:+.3f} ({mean - half:+.3f} to {mean + half:+.3f})")
        mean, half = student(by_patient(found, way) - by_patient(found, PAPER))
        lines.append(f"  accuracy over patients, these fits: {mean:+.3f} ({mean - half:+.3f} to {mean + half:+.3f})")
    tested = f"accuracy by patient, corrected for {len(ways)} ways"
    verdict = [f"Proved ({tested}):", *proved] if proved else [f"Nothing is proved ({tested})."]
    return [*lines, "", "Intervals: Student's t, 95 %.", *verdict]


def by_cohort(found: Sequence[Found], way: str) -> npt.NDArray[np.float64]:
    """[cohorts, figures] means over seeds."""
    numbers = dict.fromkeys(one.cohort for one in found)
    return np.array(
        [
            np.mean([list(one.figures().values()) for one in found if (one.cohort, one.way) == (number, way)], axis=0)
            for number in numbers
        ]
    )


def by_patient(found: Sequence[Found], way: str) -> npt.NDArray[np.float64]:
    """[patients of all cohorts] share of the seeds that call the patient rightly."""
    numbers = dict.fromkeys(one.cohort for one in found)
    return np.concatenate(
        [np.mean([one.right for one in found if (one.cohort, one.way) == (number, way)], axis=0) for number in numbers]
    )


def student(values: npt.NDArray[np.float64], tests: int = 1) -> tuple[float, float]:
    """Mean, and half the width of its interval, corrected for some tests; infinite where there is no spread."""
    if len(values) < 2 or np.ptp(values) == 0:
        return float(values.mean()), float("inf")
    reach = stats.t.ppf(1 - 0.025 / tests, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(reach)


if __name__ == "__main__":
    main()
