"""Threshold and run, chosen by patients whom the answering layer had not learned from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from desktop.adjacency import neighbours
from desktop.inference.averaging import Averaging
from desktop.inference.manifest import THRESHOLDS
from desktop.learning.fit_settings import Decision
from desktop.learning.images import Images
from desktop.reading.run import Cutoff, score

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]

RUNS_SLICES = range(1, 7)
"""Cut-offs tried: the phantoms' and the paper's longest useful ones are below 6 slices of 2 to 3 mm."""

RUNS_MM = range(2, 16)

DIGITS = 3
"""Of a chosen threshold: more would be told of nobody's patients."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Answers for the slices of patients, each by a final layer that had not learned from the patient.

    Attributes:
        logits: [crops, images] by shift; the first are of the ROI's own crops.
        fold: [images] of the patient; the same for all where one layer answered for all.
    """

    images: Images
    logits: Floats
    fold: Indices

    def probabilities(self, averaging: Averaging) -> Doubles:
        """[images] as the application would give them."""
        found = np.empty(len(self.images))
        crops = self.logits[: len(averaging.shifts)]
        for stack in self.images.stacks():
            adjacent = neighbours(stack.positions_mm, stack.spacing_mm)
            found[stack.rows] = averaging.combined(crops[:, stack.rows], adjacent)
        return np.asarray(np.exp(-np.logaddexp(0.0, -found)))


@dataclass(frozen=True, eq=False)
class Calls:
    """What a decision makes of held-out answers, by slice, series and patient.

    Attributes:
        cutoff: chosen by all of these patients.
        unchosen: whether the rule found nothing better than what the configuration has, or could not be kept.
        called: by unit, [n] each by the cut-off that the other folds chose, so that nobody is called by a cut-off that
            the own label had a part in.
        score: by unit, [n] the probability, or s_k of `cutoff`.
        positive, patient: by unit, [n] labels and keys.
        case: [series] their keys.
    """

    cutoff: Cutoff
    unchosen: str
    called: dict[str, Flags]
    score: dict[str, Doubles]
    positive: dict[str, Flags]
    patient: dict[str, npt.NDArray[np.str_]]
    case: tuple[str, ...]


def decide_by(held: HeldOut, settings: Decision, averaging: Averaging) -> Calls:
    """Choose threshold and run as a decision says, and call every slice, series and patient."""
    probability, stacks, tried = held.probabilities(averaging), held.images.stacks(), _cutoffs(settings)
    keys = np.array([stack.patient for stack in stacks])
    names, whose = np.unique(keys, return_inverse=True)
    ill = np.array([stack.positive for stack in stacks])
    scores = np.array(
        [
            [
                score(s.positions_mm, probability[s.rows].tolist(), s.spacing_mm, cutoff.slices_at(s.spacing_mm))
                for s in stacks
            ]
            for cutoff in tried
        ]
    )
    patients = np.zeros((len(tried), len(names)))
    for number, patient in enumerate(whose.tolist()):
        patients[:, patient] = np.maximum(patients[:, patient], scores[:, number])
    patient_ill = np.zeros(len(names), dtype=bool)
    np.logical_or.at(patient_ill, whose, ill)
    fold = held.fold[[stack.rows[0] for stack in stacks]]
    patient_fold = np.zeros(len(names), dtype=np.int64)
    patient_fold[whose] = fold

    run, threshold, unchosen = _choose(patients, patient_ill, tried, settings)
    called = {
        "slice": np.zeros(len(probability), dtype=bool),
        "series": np.zeros(len(stacks), dtype=bool),
        "patient": np.zeros(len(names), dtype=bool),
    }
    for left_out in np.unique(patient_fold).tolist():
        others = patient_fold != left_out
        # With one group, the answers are those of one layer: nobody else is there to choose by, and nothing is chosen.
        theirs = _choose(patients[:, others], patient_ill[others], tried, settings)[:2] if others.any() else None
        own_run, own_threshold = theirs or (run, threshold)
        called["slice"] |= (held.fold == left_out) & (probability >= own_threshold)
        called["series"] |= (fold == left_out) & (scores[own_run] >= own_threshold)
        called["patient"] |= (patient_fold == left_out) & (patients[own_run] >= own_threshold)
    chosen = tried[run]
    return Calls(
        Cutoff(chosen.slices, threshold, chosen.mm),
        unchosen,
        called,
        {"slice": probability, "series": scores[run], "patient": patients[run]},
        {"slice": held.images.positive, "series": ill, "patient": patient_ill},
        {"slice": np.array(held.images.patient), "series": keys, "patient": names},
        tuple(key for key, _ in groupby(held.images.case)),
    )


def _cutoffs(settings: Decision) -> list[Cutoff]:
    """The runs that are tried, those first that win among equals."""
    own = settings.cutoff
    if settings.rule == "fixed":
        return [own]
    if settings.run_in == "slices":
        return sorted(
            (Cutoff(slices, own.threshold) for slices in RUNS_SLICES), key=lambda one: abs(one.slices - own.slices)
        )
    wanted = own.mm or 0.0
    return sorted((Cutoff(1, own.threshold, float(mm)) for mm in RUNS_MM), key=lambda one: abs((one.mm or 0) - wanted))


def _choose(scores: Doubles, positive: Flags, tried: list[Cutoff], settings: Decision) -> tuple[int, float, str]:
    """The best run [index into `tried`] and threshold by patient; among equals the run nearest to the configuration's,
    then the threshold nearest to its own.

    Args:
        scores: [runs, patients] s_k.

    Returns:
        Run, threshold, and a sentence where the rule could not be kept.
    """
    own = settings.threshold
    if settings.rule == "fixed":
        return 0, own, ""
    best: tuple[tuple[float, float], int, float] | None = None
    for run, values in enumerate(scores):
        for threshold in _thresholds(values, own):
            called = values >= threshold
            sensitivity, specificity = float(called[positive].mean()), float((~called[~positive]).mean())
            if settings.rule == "youden":
                merit = (round(sensitivity + specificity, 9), 0.0)
            elif sensitivity >= settings.wanted_sensitivity:
                merit = (2.0, specificity)
            else:
                merit = (sensitivity, specificity)
            if best is None or merit > best[0]:
                best = merit, run, threshold
    assert best is not None
    merit, run, threshold = best
    if settings.rule == "youden" and merit[0] <= 1.0:
        return 0, own, "No threshold and run told positive from negative patients better than chance."
    if settings.rule == "sensitivity" and merit[0] < 2.0:
        return run, threshold, "No threshold and run reached the sensitivity wanted; these come nearest."
    return run, threshold, ""


def _thresholds(values: Doubles, own: float) -> list[float]:
    """One between each two scores that occur, and the configuration's own; the nearest to that one first."""
    low, high = THRESHOLDS
    occurring = np.unique(np.clip(values, low, high))
    between = np.round((occurring[1:] + occurring[:-1]) / 2, DIGITS)
    return sorted({own, low, high, *between.tolist()}, key=lambda one: (abs(one - own), one))
