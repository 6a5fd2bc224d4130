"""The stored model on phantoms it never saw, judged as the application judges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.inference.crop import crop_slices
from desktop.inference.manifest import Manifest, Metric
from desktop.inference.network import Network
from desktop.reading.run import Cutoff, Run, Verdict, decide, longest_run, score
from training.demo.cohort import DrawnCase
from training.demo.pointing import Pointing, point
from training.measures import Estimate, clopper_pearson, delong, slice_auc, slice_share
from training.recipe import Recipe

BOOTSTRAP_SEED = 20240


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
    manifest = network.bundle.manifest
    answers = network.judge(crop_slices(case.hu, case.rectangle, manifest.crop_size))
    cutoff = Cutoff(manifest.cutoff_slices, manifest.threshold)
    positive = answers.probabilities >= cutoff.threshold
    run = longest_run(case.positions_mm, positive.tolist(), case.spacing_mm)
    return PatientAnswer(
        seed=case.seed,
        invaded=case.invaded,
        pattern=case.pattern,
        slice_invaded=case.slice_invaded,
        probabilities=answers.probabilities,
        run=run,
        score=score(case.positions_mm, answers.probabilities.tolist(), case.spacing_mm, cutoff.slices),
        verdict=decide(run, cutoff, answerable=True),
        pointing=point(case, answers.maps, positive & case.slice_invaded, manifest, pointing_mm),
    )


def metrics(answers: list[PatientAnswer], recipe: Recipe, manifest: Manifest) -> tuple[Metric, ...]:
    """The figures of the model card, each with its unit and 95 % interval."""
    labels = np.concatenate([answer.slice_invaded for answer in answers])
    probabilities = np.concatenate([answer.probabilities for answer in answers])
    patient = np.concatenate([np.full(len(answer.probabilities), answer.seed) for answer in answers])
    invaded = [answer.invaded for answer in answers]
    called = [answer.verdict is Verdict.POSITIVE for answer in answers]
    hit = sum(a and b for a, b in zip(invaded, called, strict=True))
    cleared = sum(not a and not b for a, b in zip(invaded, called, strict=True))
    ill, well = sum(invaded), len(invaded) - sum(invaded)
    kinds = f"{ill} invaded, {well} not"
    cutoff = f"run >= {manifest.cutoff_slices} slices at p >= {manifest.threshold:g}"
    by_patient = f"bootstrap of patients, {recipe.bootstrap} resamples, percentiles"
    found = [
        Metric(
            "AUC",
            "slice",
            *_parts(slice_auc(labels, probabilities, patient, recipe.bootstrap, BOOTSTRAP_SEED)),
            by_patient,
            f"{labels.sum()} invaded, {(~labels).sum()} not, of {len(answers)} patients",
        ),
        Metric(
            "AUC by run length",
            "patient",
            *_parts(delong(invaded, [a.run.slices for a in answers])),
            "DeLong, logit scale",
            kinds,
        ),
        Metric(
            f"AUC by score s_{manifest.cutoff_slices}",
            "patient",
            *_parts(delong(invaded, [a.score for a in answers])),
            "DeLong, logit scale",
            kinds,
        ),
        Metric(
            f"sensitivity, {cutoff}", "patient", *_parts(clopper_pearson(hit, ill)), "Clopper-Pearson", f"{hit}/{ill}"
        ),
        Metric(
            f"specificity, {cutoff}",
            "patient",
            *_parts(clopper_pearson(cleared, well)),
            "Clopper-Pearson",
            f"{cleared}/{well}",
        ),
    ]
    return (*found, *_pointing(answers, recipe, by_patient))


def _pointing(answers: list[PatientAnswer], recipe: Recipe, method: str) -> Iterable[Metric]:
    hits = np.concatenate([answer.pointing.hits for answer in answers])
    if not len(hits):
        return
    chance = np.concatenate([answer.pointing.chance for answer in answers])
    patient = np.concatenate([np.full(len(answer.pointing.hits), answer.seed) for answer in answers])
    near = f"within {recipe.pointing_mm:g} mm of invaded bone"
    yield Metric(
        f"Grad-CAM's maximum {near}",
        "slice",
        *_parts(slice_share(hits, patient, recipe.bootstrap, BOOTSTRAP_SEED)),
        method,
        f"{hits.sum()}/{len(hits)} invaded slices called positive",
    )
    yield Metric(
        f"a cell drawn by chance {near}",
        "slice",
        *_parts(slice_share(chance, patient, recipe.bootstrap, BOOTSTRAP_SEED)),
        method,
        f"mean over the same {len(hits)} slices",
    )


def _parts(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high
