"""From a cohort and a bundle to a bundle with a final layer of the site's own.

The backbone is frozen, as in the paper, so that what has to be computed of each image is what the application computes
anyway: the means of the feature maps. Everything else is linear algebra on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt

from desktop.errors import InputRefused
from desktop.inference.bundle import Bundle
from desktop.inference.crop import CROP_SIZE
from desktop.inference.device import Device
from desktop.inference.familiarity import Reference, ReferenceRefused
from desktop.inference.graph import Graph
from desktop.inference.layer import Layer
from desktop.inference.manifest import MODEL_FILE, Metric
from desktop.inference.maps import MapFacts
from desktop.inference.selftest import procedural_crop
from desktop.learning.calling import Calls, HeldOut, decide_by
from desktop.learning.cohort.members import Case, Cohort, Patient
from desktop.learning.cohort.problem import CohortRefused
from desktop.learning.cohort.slices import CaseSlices
from desktop.learning.cohort.split import Split, make_split
from desktop.learning.crops_on_disk import images_on_disk, kept_slices
from desktop.learning.features import FeatureOrder, Features, ShiftOrder
from desktop.learning.figures import FOLDS, LEFT_OUT, figures
from desktop.learning.fit_settings import Decision
from desktop.learning.images import Images, require_learnable
from desktop.learning.layers import Learned, fold_of, held_out, logits_of
from desktop.learning.logistic import Tried
from desktop.learning.map_facts import crops_to_measure, measure_maps
from desktop.learning.material import facts_of_cohort, images_of_case
from desktop.learning.onnx_features import onnx_features
from desktop.learning.recipe import Recipe
from desktop.learning.work_folder import WorkFolder
from desktop.messages import Message, message
from desktop.work import Work

Floats = npt.NDArray[np.float32]

FEWEST = 8
"""Patients of either label: 30 % are left out, and of fewer than six nobody could show that a model is better than
chance (`desktop.learning.chance.COIN`)."""

Stage = Callable[[Message], Work]
"""Begins a stage by its name, and returns the connection to whoever follows it."""

STAGES = 8
"""That `learn` begins, one after the other."""


class TooFewPatients(InputRefused):
    """A cohort that nothing can be learned from."""


class OtherCrops(InputRefused):
    """A bundle that takes crops which are not cut here."""


@dataclass(frozen=True)
class Found:
    """What a learning found.

    Attributes:
        layer: the final layer.
        calls: of the training patients, each by a layer that had not learned from them; and of those left out.
        metrics: of both, each marked.
        not_computed: figures that these patients do not give, each in a sentence with its reason.
        tried: penalties, the one taken first.
        reference: None where there were too few patients.
        cohort: see `desktop.learning.material.facts_of_cohort`.
        numbers: of the images, by side.
        data: SHA-256 of the images learned from.
        trained: keys of the cases of the training patients.
        left_out: keys of the cases that could not be used, and why.
        seconds: by stage.
    """

    layer: Layer
    calls: dict[str, Calls]
    metrics: tuple[Metric, ...]
    not_computed: tuple[str, ...]
    tried: tuple[Tried, ...]
    reference: Reference | None
    maps: MapFacts
    cohort: Mapping[str, object]
    numbers: dict[str, dict[str, int]]
    data: str
    trained: tuple[str, ...]
    left_out: dict[str, Message]
    seconds: dict[str, float]


def require_enough(patients: Sequence[Patient], left_out: Mapping[str, Message]) -> None:
    """Refuse a cohort that nothing can be learned from, before time is spent on it.

    Raises:
        TooFewPatients: with the first reason why a case was left out, if any was.
    """
    positive = sum(patient.positive for patient in patients)
    negative = len(patients) - positive
    if min(positive, negative) >= FEWEST:
        return
    numbers = {"fewest": FEWEST, "positive": positive, "negative": negative}
    if not left_out:
        raise TooFewPatients(
            message(
                "Learning needs {fewest} patients with invasion and {fewest} without, and {positive} with and "
                "{negative} without are ready: settle more cases, or add some.",
                **numbers,
            )
        )
    raise TooFewPatients(
        message(
            "Learning needs {fewest} patients with invasion and {fewest} without, and {positive} with and {negative} "
            "without are ready; {count} cases are not. {reason}",
            **numbers,
            count=len(left_out),
            reason=next(iter(left_out.values())),
        )
    )


def require_crops(bundle: Bundle) -> None:
    """Refuse a bundle whose crops are of another size than those that are cut here.

    Raises:
        OtherCrops: they are.
    """
    if bundle.manifest.crop_size != CROP_SIZE:
        raise OtherCrops(
            message(
                "The model {id} takes crops of {size} pixels, and Clivus learns from crops of {expected}: learn from "
                "another model.",
                id=bundle.manifest.id,
                size=bundle.manifest.crop_size,
                expected=CROP_SIZE,
            )
        )


def learn(
    source: Path,
    cases: Sequence[Case],
    left_out: Mapping[str, Message],
    bundle: Bundle,
    recipe: Recipe,
    folder: WorkFolder,
    stage: Stage,
) -> Found:
    """Learn, or go on with what was begun in the folder.

    Args:
        source: what the cases are from, for messages.
        left_out: keys of cases that are not among them, and why.

    Raises:
        TooFewPatients, CohortRefused, Leak, ImagesRefused: nothing can be learned from these cases.
        FitRefused: no convergence.
        NotWritten: the disk is full; what was done stays.
        Cancelled: the stage's `Work` was asked to stop; what was done stays.
    """
    clock = _Clock()
    opened, unfit = _opened(cases, folder, stage(message("Cases")))
    out_of_it = {**unfit, **left_out}
    cohort = Cohort(source, tuple(one.case for one in opened))
    require_enough(cohort.patients, out_of_it)
    split = make_split(cohort, seed=recipe.seed)
    split.save(folder.split, replace=True)
    facts = facts_of_cohort(cohort, split, opened, everyone=True)
    sides = _Sides.of(opened, split, folder)
    require_learnable(sides.learned, None, recipe.folds)
    clock.note("cases")

    graph = _graph(bundle, None)
    learned = _learned(graph, bundle, sides, recipe, folder, stage)
    judged = {
        name: _judged(graph, bundle, images, name, folder, stage(text))
        for name, images, text in (
            ("cases", sides.cases, message("Features of all training slices")),
            ("left-out", sides.left_out, message("Features of the patients left out")),
        )
    }
    clock.note("features")

    fold = fold_of(sides.learned, recipe.folds, recipe.seed)
    tried = learned.choose(fold, recipe.fit, stage(message("Penalty, in folds by patient")))
    final, by_fold = fit_layers(learned, fold, tried[0].penalty, recipe, stage(message("Final layers")))
    calls = _calls(judged, sides, final, by_fold, recipe)
    measured = [figures(calls[marked], marked) for marked in (FOLDS, LEFT_OUT)]
    clock.note("final layer")

    own = _graph(bundle, final)
    reference, unknown = _reference(own, bundle, sides.cases, recipe, stage(message("Familiarity")))
    maps = _maps(own, bundle, sides.learned, stage(message("Maps")))
    clock.note("familiarity and maps")
    return Found(
        layer=final,
        calls=calls,
        metrics=tuple(one for metrics, _ in measured for one in metrics),
        not_computed=(*(one for _, sentences in measured for one in sentences), *unknown),
        tried=tuple(tried),
        reference=reference,
        maps=maps,
        cohort=facts,
        numbers={"training": sides.learned.numbers(), "test": sides.left_out.numbers()},
        data=learned.data,
        trained=tuple(one.case.key for one in opened if one.case.patient in split.training.all),
        left_out=out_of_it,
        seconds=clock.seconds,
    )


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._before = perf_counter()

    def note(self, what: str) -> None:
        """End a part of the work."""
        now = perf_counter()
        self.seconds[what], self._before = now - self._before, now


@dataclass(frozen=True)
class _Sides:
    """The images of a split: all slices in range of the training patients, those of them that the final layer learns
    from, and all slices of the patients left out."""

    cases: Images
    learned: Images
    left_out: Images

    @staticmethod
    def of(opened: Sequence[CaseSlices], split: Split, folder: WorkFolder) -> _Sides:
        """The images, on disk."""
        # In the order of the keys: the order of the project then changes nothing.
        ordered = sorted(opened, key=lambda one: one.case.key)
        training = [images_of_case(one) for one in ordered if one.case.patient in split.training.all]
        tested = [images_of_case(one) for one in ordered if one.case.patient in split.test.all]
        return _Sides(
            images_on_disk(training, folder.pixels("cases")),
            images_on_disk([one.among(one.learnable) for one in training], folder.pixels("learned")),
            images_on_disk(tested, folder.pixels("left-out")),
        )


@dataclass(frozen=True)
class _Learned(Learned):
    """With the fingerprint of the images."""

    data: str = ""


def _opened(cases: Sequence[Case], folder: WorkFolder, work: Work) -> tuple[list[CaseSlices], dict[str, Message]]:
    """Every case that can be used, and why each of the others cannot."""
    found: list[CaseSlices] = []
    unfit: dict[str, Message] = {}
    for number, case in enumerate(cases, start=1):
        work.raise_if_stopped()
        try:
            found.append(kept_slices(case, folder.cases))
        except CohortRefused as error:
            unfit[case.key] = error.message
        work.progress(number, len(cases))
    if not found:
        raise TooFewPatients(
            message(
                "No case can be learned from. {reason}", reason=next(iter(unfit.values()), message("There is none."))
            )
        )
    return found, unfit


def _graph(bundle: Bundle, head: Layer | None) -> Graph:
    manifest, called = bundle.manifest, str(bundle.folder / MODEL_FILE)
    return Graph(bundle.model, called, manifest.crop_size, manifest.map_cells, Device.AUTO, head=head)


def _learned(graph: Graph, bundle: Bundle, sides: _Sides, recipe: Recipe, folder: WorkFolder, stage: Stage) -> _Learned:
    images, copies = sides.learned, recipe.augmentation.copies
    data = images.fingerprint()
    order = FeatureOrder(images, copies * recipe.members, recipe.seed, recipe.augmentation.amounts, data)
    work = stage(message("Features of {number} images and copies", number=order.rows))
    features = onnx_features(graph, bundle.manifest.files[MODEL_FILE], order, folder.features("learned"), work)
    return _Learned(images, features, copies, data)


def _judged(graph: Graph, bundle: Bundle, images: Images, name: str, folder: WorkFolder, work: Work) -> Features:
    order = ShiftOrder(images, ((0, 0),), images.fingerprint())
    return onnx_features(graph, bundle.manifest.files[MODEL_FILE], order, folder.features(name), work)


def fit_layers(
    learned: Learned, fold: npt.NDArray[np.int64], penalty: float, recipe: Recipe, work: Work
) -> tuple[Layer, list[Layer]]:
    """The final layer, from all training patients; and for each fold the one that learned from the others alike."""
    count, done = len(learned.images), 0
    found: list[Layer] = []
    for left_out in (None, *range(recipe.folds)):
        members = []
        for member in range(recipe.members):
            work.raise_if_stopped()
            rows = learned.rows(member)
            kept = rows if left_out is None else rows[fold[rows % count] != left_out]
            members.append(learned.layer(kept, penalty, recipe.fit))
            done += 1
            work.progress(done, recipe.members * (recipe.folds + 1))
        found.append(Layer.mean(members))
    return found[0], found[1:]


def _calls(
    judged: Mapping[str, Features], sides: _Sides, final: Layer, by_fold: Sequence[Layer], recipe: Recipe
) -> dict[str, Calls]:
    averaging = recipe.decision.averaging
    fold = fold_of(sides.cases, recipe.folds, recipe.seed)
    in_folds = HeldOut(sides.cases, held_out(judged["cases"], sides.cases, 1, by_fold, fold), fold)
    chosen = decide_by(in_folds, recipe.decision, averaging)
    (answers,) = logits_of(judged["left-out"], sides.left_out, 1, [final])
    others = HeldOut(sides.left_out, answers, np.zeros(len(sides.left_out), dtype=np.int64))
    cutoff = chosen.cutoff
    fixed = Decision(threshold=cutoff.threshold, cutoff_slices=cutoff.slices, cutoff_mm=cutoff.mm or 0.0)
    return {FOLDS: chosen, LEFT_OUT: decide_by(others, fixed, averaging)}


def _reference(
    graph: Graph, bundle: Bundle, images: Images, recipe: Recipe, work: Work
) -> tuple[Reference | None, tuple[str, ...]]:
    """By which familiarity is told, or why it will not be."""
    size, seed = images.crop_size, bundle.manifest.self_test.seed
    found = []
    for n in range(len(images)):
        work.raise_if_stopped()
        found.append(graph.answer(images.crops(slice(n, n + 1))).appearance)
        work.progress(n + 1, len(images))
    known = graph.answer(procedural_crop(size, seed)[None]).appearance
    neighbours = recipe.familiarity.neighbours
    try:
        return Reference.of(np.concatenate(found), np.array(images.patient), known, neighbours), ()
    except ReferenceRefused as error:
        return None, (f"Which heads are familiar to the model will not be known, because {error}.",)


def _maps(graph: Graph, bundle: Bundle, images: Images, work: Work) -> MapFacts:
    asked, wanted = 0, crops_to_measure(len(images), len(set(images.patient)))

    def answer(crops: Floats) -> Floats:
        nonlocal asked
        found = []
        for crop in crops:
            work.raise_if_stopped()
            found.append(graph.answer(crop[None]).maps)
            asked += 1
            work.progress(asked, wanted)
        return np.concatenate(found)

    return measure_maps(answer, images, bundle.manifest.map_stride)
