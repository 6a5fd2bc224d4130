"""The stored model on phantoms it never saw, judged as the application judges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.inference.crop import crop_slices
from desktop.inference.manifest import Manifest, Metric
from desktop.inference.network import Network
from desktop.reading.run import Cutoff, Run, Verdict, conclude
from training.demo.drawn_cases import DrawnCase
from training.demo.pointing import Pointing, point
from training.demo.recipe import Recipe
from training.model.metric import metric
from training.statistics import reported
from training.statistics.reported import Cases


@dataclass(frozen=True)
class PatientAnswer:
    """One phantom, judged.

    Attributes:
        slice_invaded, probabilities: [n] truth and answer.
        pointing: of the invaded slices that were called positive.
    """

    seed: int
    invaded: bool
    pattern: str
    slice_invaded: npt.NDArray[np.bool_]
    probabilities: npt.NDArray[np.float32]
    run: Run
    score: float
    verdict: Verdict
    pointing: Pointing


def judge(case: DrawnCase, network: Network, pointing_mm: float) -> PatientAnswer:
    """Judge one phantom with the application's own crop, network, run, score and verdict."""
    manifest = network.manifest
    answers = network.judge(crop_slices(case.hu, [case.rectangle] * len(case.hu), manifest.crop_size))
    cutoff = Cutoff(manifest.cutoff_slices, manifest.threshold)
    found = conclude(case.positions_mm, answers.probabilities, case.spacing_mm, cutoff, answerable=True)
    return PatientAnswer(
        seed=case.seed,
        invaded=case.invaded,
        pattern=case.pattern,
        slice_invaded=case.slice_invaded,
        probabilities=answers.probabilities,
        run=found.run,
        score=found.score,
        verdict=found.verdict,
        pointing=point(case, answers.maps, np.array(found.positive) & case.slice_invaded, manifest, pointing_mm),
    )


def metrics(answers: list[PatientAnswer], recipe: Recipe, manifest: Manifest) -> tuple[Metric, ...]:
    """The figures of the model card, each with its unit and 95 % interval."""
    labels = np.concatenate([answer.slice_invaded for answer in answers])
    probabilities = np.concatenate([answer.probabilities for answer in answers])
    patient = np.concatenate([np.full(len(answer.probabilities), answer.seed) for answer in answers])
    invaded = np.array([answer.invaded for answer in answers])
    called = np.array([answer.verdict is Verdict.POSITIVE for answer in answers])
    ill, well = int(invaded.sum()), int((~invaded).sum())
    kinds = f"{ill} invaded, {well} not"
    cutoff = f"run >= {manifest.cutoff_slices} slices at p >= {manifest.threshold:g}"
    slices, patients = Cases.of("slice", labels, patient), Cases.of("patient", invaded)
    rates = reported.rates(patients, called)
    return (
        metric(
            "AUC",
            reported.area(slices, probabilities),
            f"{labels.sum()} invaded, {(~labels).sum()} not, of {len(answers)} patients",
        ),
        metric("AUC by run length", reported.area(patients, [answer.run.slices for answer in answers]), kinds),
        metric(
            f"AUC by score s_{manifest.cutoff_slices}",
            reported.area(patients, [answer.score for answer in answers]),
            kinds,
        ),
        metric(f"sensitivity, {cutoff}", rates.sensitivity, f"{(called & invaded).sum()}/{ill}"),
        metric(f"specificity, {cutoff}", rates.specificity, f"{(~called & ~invaded).sum()}/{well}"),
        *_pointing(answers, recipe),
    )


def _pointing(answers: list[PatientAnswer], recipe: Recipe) -> Iterable[Metric]:
    hits = np.concatenate([answer.pointing.hits for answer in answers])
    if not len(hits):
        return
    chance = np.concatenate([answer.pointing.chance for answer in answers])
    patient = np.concatenate([np.full(len(answer.pointing.hits), answer.seed) for answer in answers])
    near = f"within {recipe.pointing_mm:g} mm of invaded bone"
    yield metric(
        f"Grad-CAM's maximum {near}",
        reported.share("slice", hits, patient),
        f"{hits.sum()}/{len(hits)} invaded slices called positive",
    )
    yield metric(
        f"a cell drawn by chance {near}",
        reported.mean("slice", chance, patient),
        f"mean over the same {len(hits)} slices",
    )
