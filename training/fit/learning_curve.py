"""The learning curve and repeated folds: the final layer refitted on more and more of the training patients.

No test patient is opened. In each repeat the training patients are dealt into folds anew; for each fold the layer
learns from a growing share of the other patients, smaller shares being part of greater ones, and answers for every
slice of the fold. With all of the other patients this is cross-validation, and its spread over the repeats tells how
much of a figure hangs on who happened to be in which fold. It is not a confidence interval: all repeats are of the
same patients.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import expit

from desktop.errors import InputRefused, WrongUse
from desktop.files import folder_made, write_json, write_with
from desktop.learning.cohort.crops import without_margin
from desktop.learning.cohort.members import Cohort
from desktop.learning.cohort.slices import CaseSlices, load_slices
from desktop.learning.cohort.split import Split
from desktop.learning.draws import stream
from desktop.learning.fit_settings import Logistic
from desktop.learning.logistic import fit_logistic
from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.roc import auc
from desktop.messages import message
from desktop.reading.run import Cutoff, score
from desktop.work import Work
from training.fit.features import AT_ONCE, backbone_sha256
from training.fit.record import Run
from training.model.network import SkullBaseNetwork
from training.work.progress import Progress

SCHEMA = "clivus-learning-curve/1"
RECORD_FILE, FEATURES_FOLDER = "curve.json", "features"

FEWEST = 1
"""Of either label, patients that a layer learns from; a share that gives fewer is left out."""

CUTOFF = Cutoff(2, 0.5)
"""By which patients are called, as in the paper: what a run chose was chosen on these very patients."""

Floats = npt.NDArray[np.float32]


class CurveRefused(InputRefused):
    """A curve that this run and cohort do not allow."""


@dataclass(frozen=True)
class CurveOrder:
    """What is repeated.

    Attributes:
        repeats: how often patients are dealt into folds.
        folds: of the training patients.
        shares: of the patients outside a fold that are learned from, rising; the last is 1.
        seed: decides the folds and the order in which patients are added.
    """

    repeats: int = 10
    folds: int = 5
    shares: tuple[float, ...] = (0.2, 0.4, 0.6, 0.8, 1.0)
    seed: int = 0

    def __post_init__(self) -> None:
        if self.repeats < 1 or self.folds < 2:
            raise WrongUse(message("A learning curve needs 1 repeat or more and 2 folds or more."))


@dataclass(frozen=True, eq=False)
class CurveCase:
    """The slices in range of one series, as the frozen backbone describes them.

    Attributes:
        features: [n, m], the lowest slice first.
        positions_mm, invaded, learnable: [n] places, labels, and whether a fit learns from the slice.
    """

    patient: str
    positive: bool
    features: Floats
    positions_mm: npt.NDArray[np.float64]
    spacing_mm: float
    invaded: npt.NDArray[np.bool_]
    learnable: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Point:
    """The figures of one share in one repeat, on the patients left out; a figure that cannot be computed is None.

    Attributes:
        patients: mean number learned from.
        auc_slice, auc_patient: of the probability, and of s_2 (of a patient the highest of any series).
        sensitivity, specificity: by patient, called by `CUTOFF`.
    """

    share: float
    repeat: int
    patients: float
    auc_slice: float | None
    auc_patient: float | None
    sensitivity: float
    specificity: float


def learning_curve(run: Run, cohort: Cohort, split: Split, order: CurveOrder, out: Path, work: Work) -> list[Point]:
    """Refit and measure, or go on where a kill ended it; every repeat is kept in `out` as soon as it is done.

    Raises:
        CurveRefused: the run was fitted on another cohort or split, or there are fewer patients of a label than folds.
        WrongUse: `out` holds something else, or a curve that was begun otherwise.
        CohortRefused: a case cannot be used.
        NotWritten: the disk is full; what was saved stays.
        Cancelled: `work` was asked to stop.
    """
    _require_own(run, cohort, split)
    record = _begin(out, run, order)
    cases = _cases(run, cohort, split, out / FEATURES_FOLDER, work)
    penalty = run.penalties[0]["penalty"] if run.penalties else float(np.median(Logistic().penalties))
    points = [Point(**point) for point in record["points"]]
    progress = Progress("Repeats", order.repeats)
    for repeat in range(len({point.repeat for point in points}), order.repeats):
        points += _repeat(cases, order, repeat, penalty, work)
        write_json(out / RECORD_FILE, {**record, "penalty": penalty, "points": [asdict(point) for point in points]})
        progress.tell(repeat + 1)
    progress.close()
    return points


@dataclass(frozen=True)
class Level:
    """A figure at one share: its mean over the repeats, and the least and the greatest."""

    share: float
    patients: float
    mean: float
    least: float
    greatest: float


def levels(points: Iterable[Point], figure: str) -> list[Level]:
    """A figure of `Point` at every share at which it could be computed."""
    by_share: dict[float, list[tuple[float, float]]] = {}
    for point in points:
        value = getattr(point, figure)
        if value is not None:
            by_share.setdefault(point.share, []).append((value, point.patients))
    return [
        Level(share, float(np.mean([many for _, many in found])), *_spread([value for value, _ in found]))
        for share, found in sorted(by_share.items())
    ]


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    return float(np.mean(values)), min(values), max(values)


def _require_own(run: Run, cohort: Cohort, split: Split) -> None:
    split.require_of(cohort)
    if (run.cohort.get("fingerprint"), run.cohort.get("split")) != (cohort.fingerprint, split.fingerprint()):
        raise CurveRefused(
            message(
                "The run in {folder} was fitted on another cohort or split than {cohort}: name those that it was "
                "fitted with.",
                folder=run.folder,
                cohort=cohort.source,
            )
        )


def _begin(out: Path, run: Run, order: CurveOrder) -> dict[str, Any]:
    """The record of a curve that is begun, or of the same one that was begun before."""
    asked = {**asdict(order), "shares": list(order.shares)}
    begun = {"schema": SCHEMA, "backbone": run.fingerprints["backbone"], "order": asked}
    path = out / RECORD_FILE
    if path.is_file():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if {name: found.get(name) for name in begun} != begun:
            raise WrongUse(message("{folder} holds a curve that was begun otherwise: name a new folder.", folder=out))
        return found
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WrongUse(message("{folder} exists already: name a new folder.", folder=out))
    record = {**begun, "points": []}
    with folder_made(out / FEATURES_FOLDER):
        write_json(path, record)
    return record


def _cases(run: Run, cohort: Cohort, split: Split, folder: Path, work: Work) -> list[CurveCase]:
    """The training patients' series, with features that are computed once and kept."""
    network = run.network()
    backbone = backbone_sha256(network)
    training = [case for case in cohort.cases if case.patient in split.training.all]
    progress = Progress("Features of training cases", len(training))
    cases = []
    for number, case in enumerate(training, start=1):
        slices = load_slices(case)
        cases.append(
            CurveCase(
                slices.case.patient,
                slices.case.positive,
                _features(network, backbone, slices, folder),
                slices.positions_mm,
                slices.spacing_mm,
                slices.invaded,
                slices.for_training,
            )
        )
        progress.tell(number)
        work.raise_if_stopped()
    progress.close(f"{len(training)} cases")
    return cases


def _features(network: SkullBaseNetwork, backbone: str, slices: CaseSlices, folder: Path) -> Floats:
    """[n, m] features of a case's crops; those that were kept of the same crops and backbone are not computed again."""
    crops = np.ascontiguousarray(without_margin(slices.hu))
    key = hashlib.sha256(backbone.encode() + crops.tobytes()).hexdigest()
    path = folder / f"{key}.npy"
    try:
        return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)
    except (OSError, ValueError):
        pass
    with torch.inference_mode():
        rows = torch.from_numpy(crops)[:, None]
        found = torch.cat(
            [network.features(rows[start : start + AT_ONCE]) for start in range(0, len(rows), AT_ONCE)]
        ).numpy()
    write_with(path, lambda stream: np.save(stream, found, allow_pickle=False))
    return np.asarray(found, dtype=np.float32)


def _repeat(cases: Sequence[CurveCase], order: CurveOrder, repeat: int, penalty: float, work: Work) -> list[Point]:
    """Deal the patients anew, and measure every share."""
    queues = _queues(cases, order.seed, repeat)
    fold = {patient: place % order.folds for queue in queues for place, patient in enumerate(queue)}
    if min(map(len, queues)) < order.folds:
        raise CurveRefused(
            message(
                "{folds} folds need {folds} patients of either label, and training has {number} of one: ask for fewer "
                "with --folds.",
                folds=order.folds,
                number=min(map(len, queues)),
            )
        )
    found = []
    for share in order.shares:
        answers: dict[int, Floats] = {}
        learned = []
        for left_out in range(order.folds):
            others = [[patient for patient in queue if fold[patient] != left_out] for queue in queues]
            taken = [queue[: round(share * len(queue))] for queue in others]
            if min(map(len, taken)) < FEWEST:
                break
            among = {patient for queue in taken for patient in queue}
            learned.append(len(among))
            own = [case for case in cases if case.patient in among]
            layer = fit_logistic(
                np.concatenate([case.features[case.learnable] for case in own]).astype(np.float64),
                np.concatenate([case.invaded[case.learnable] for case in own]),
                [case.patient for case in own for _ in range(int(case.learnable.sum()))],
                penalty,
                Logistic().balance,
            )
            for number, case in enumerate(cases):
                if fold[case.patient] == left_out:
                    answers[number] = np.asarray(expit(layer.logits(case.features)))
            work.raise_if_stopped()
        if len(answers) == len(cases):
            found.append(_point(cases, answers, share, repeat, float(np.mean(learned))))
    return found


def _queues(cases: Sequence[CurveCase], seed: int, repeat: int) -> list[list[str]]:
    """Positive and negative patients, each label in an order that seed and repeat decide."""
    queues = []
    for positive in (True, False):
        patients = sorted({case.patient for case in cases if case.positive is positive})
        shuffled = stream(seed, "learning curve", repeat, int(positive)).permutation(len(patients)).tolist()
        queues.append([patients[n] for n in shuffled])
    return queues


def _point(cases: Sequence[CurveCase], answers: dict[int, Floats], share: float, repeat: int, learned: float) -> Point:
    scores: dict[str, float] = {}
    for number, case in enumerate(cases):
        s_k = score(case.positions_mm, answers[number].tolist(), case.spacing_mm, CUTOFF.slices)
        scores[case.patient] = max(scores.get(case.patient, 0.0), s_k)
    ill = {case.patient: case.positive for case in cases}
    positive = np.array([ill[patient] for patient in scores])
    by_patient = np.array(list(scores.values()))
    called = by_patient >= CUTOFF.threshold
    invaded = np.concatenate([case.invaded for case in cases])
    return Point(
        share,
        repeat,
        learned,
        _number(auc(invaded, np.concatenate([answers[number] for number in range(len(cases))]))),
        _number(auc(positive, by_patient)),
        float(called[positive].mean()),
        float((~called[~positive]).mean()),
    )


def _number(figure: float | Undefined) -> float | None:
    return None if isinstance(figure, Undefined) else figure
