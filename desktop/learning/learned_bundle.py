"""From what a learning found to a bundle: the graph that it learned from as it is, and the final layer beside it."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np

from desktop.errors import InputRefused
from desktop.files import new_folder, write_json
from desktop.inference import runtime
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.gradcam import grad_cam
from desktop.inference.graph import Graph
from desktop.inference.layer import Layer
from desktop.inference.manifest import (
    HEAD_FILE,
    MODEL_FILE,
    REFERENCE_FILE,
    LearnedFrom,
    Manifest,
    Pictures,
    SelfTest,
)
from desktop.inference.selftest import procedural_crop
from desktop.kept_message import to_kept
from desktop.learning import fit_facts
from desktop.learning.bundle_files import finish, origin_of
from desktop.learning.calling import Calls
from desktop.learning.card import Told, model_card
from desktop.learning.chance import COIN, NotShown, doubtful, near_chance
from desktop.learning.cohort.population import PHANTOMS
from desktop.learning.figures import FOLDS
from desktop.learning.guidelines.bundle_facts import facts_of_bundle
from desktop.learning.guidelines.checklist import write_checklists
from desktop.learning.guidelines.facts import Fact
from desktop.learning.learn import Found
from desktop.learning.recipe import Recipe
from desktop.learning.work_folder import WorkFolder
from desktop.messages import message
from desktop.version import VERSION

LICENCE = "for the owner of the training cohort to state"

RESULT_FILE = "learned.json"
RESULT_SCHEMA = "clivus-learned/1"

_TESTED = "The patients left out were judged once, by the finished model; `clivus-train evaluate` judges other cases."


class ModelGone(InputRefused):
    """The bundle that is learned from was exchanged meanwhile."""


@dataclass(frozen=True)
class Edition:
    """What a bundle says that its learning does not know.

    Attributes:
        id: in every result.
        command: that made it.
        learned_from: by which it is never compared on cases that it learned from.
        despite: whether a model that was not shown to be better than chance is written, marked as one for ever.
    """

    id: str
    command: str
    learned_from: LearnedFrom
    despite: bool = False


def write_bundle(
    found: Found, recipe: Recipe, base: Bundle, edition: Edition, folder: WorkFolder, out: Path
) -> Manifest:
    """Write the bundle; the folder appears when all of it is there. What was found is written beside the work either
    way, for the result page.

    Args:
        base: what was learned from.
        folder: gets `learned.json` and the checklists; crops and features are removed from it at the end.

    Raises:
        NotShown: learning did not show that the model is better than chance.
        ModelGone, BundleUnsound: the bundle that was learned from is not there any more, or was exchanged.
        WrongUse: `out` exists and is not an empty folder.
        NotWritten: the medium fails; nothing is left then.
    """
    doubted = near_chance(found.metrics)
    write_json(folder.path / RESULT_FILE, _result(found, base, edition, doubted))
    if doubted and not edition.despite:
        raise NotShown(
            message(
                "The model was not shown to be better than chance, for an exact interval by patient does not lie above "
                "{coin:g} ({rates}): add patients, or write it with --despite, which marks the model for ever.",
                coin=COIN,
                rates=doubtful(found.metrics),
            )
        )
    again = Bundle.load(base.folder)
    if again.manifest != base.manifest:
        raise ModelGone(
            message(
                "The model in {folder} was exchanged while Clivus learned from it: put the former one back and begin "
                "again, which goes on from here.",
                folder=base.folder,
            )
        )
    with new_folder(out) as new:
        manifest = _describe(new, found, recipe, again, edition, doubted, folder.begun)
        facts = facts_of_bundle(manifest) | _facts(found, recipe)
        told = Told(recipe.text(), _TESTED, found.not_computed, edition.command, seconds={})
        manifest = finish(new, manifest, model_card(manifest, facts, told))
    write_checklists(facts_of_bundle(manifest) | _facts(found, recipe), folder.path)
    folder.tidy()
    return manifest


def _describe(
    new: Path,
    found: Found,
    recipe: Recipe,
    base: Bundle,
    edition: Edition,
    doubted: tuple[str, ...],
    begun: date,
) -> Manifest:
    """Write the parts but the card, and describe them."""
    cohort, decided = found.cohort, found.calls[FOLDS].cutoff
    contents = {MODEL_FILE: base.model, HEAD_FILE: found.layer.content()}
    if found.reference is not None:
        contents[REFERENCE_FILE] = found.reference.content()
    for name, content in contents.items():
        (new / name).write_bytes(content)
    use: Literal["demonstration", "research"] = "demonstration" if cohort["kind"] == PHANTOMS else "research"
    thickness: Any = cohort["slice_thickness_mm"]
    phases: Any = cohort["contrast_phases"]
    return replace(
        base.manifest,
        id=edition.id,
        version=VERSION,
        files={name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
        intended_use=use,
        threshold=decided.threshold,
        cutoff_slices=decided.slices,
        cutoff_mm=decided.mm,
        smoothing=None,
        shift_px=None,
        slice_thickness_mm=(float(thickness[0]), float(thickness[1])),
        contrast_phases=tuple(phases),
        cohort=_cohort(found),
        metrics=found.metrics,
        fingerprints={
            "data": found.data,
            "configuration": recipe.fingerprint(),
            "backbone": base.manifest.files[MODEL_FILE],
            "cohort": str(cohort["fingerprint"]),
            "whole split": str(cohort["split"]),
        },
        weights={
            **base.manifest.weights,
            "origin": origin_of(base.manifest),
            "origin_licence": base.manifest.weights["licence"],
            "licence": LICENCE,
        },
        tools={
            "clivus": VERSION,
            "python": platform.python_version(),
            "onnxruntime": runtime.version(),
            "numpy": np.__version__,
        },
        self_test=_self_test(found.layer, base),
        pictures=_pictures(cohort["pictures"]),
        familiarity=None if found.reference is None else found.reference.limits,
        maps=found.maps,
        near_chance=doubted,
        learned_from=edition.learned_from,
        made_on=begun,
    )


def _cohort(found: Found) -> dict[str, Any]:
    cohort = found.cohort
    return {
        "kind": cohort["kind"],
        **found.numbers,
        "phase_not_stated": cohort["phase_not_stated"],
        "watched": cohort["watched"],
        "fold": cohort["fold"],
        "cases_not_used": len(found.left_out),
        **{name: cohort[name] for name in ("licence", "labels_from") if cohort.get(name)},
    }


def _self_test(layer: Layer, base: Bundle) -> SelfTest:
    """The known answer of the new layer to the crop by which the bundle learned from tests itself."""
    manifest = base.manifest
    graph = Graph(base.model, str(base.folder), manifest.crop_size, manifest.map_cells, Device.CPU, head=layer)
    seed = manifest.self_test.seed
    answers = graph.answer(procedural_crop(manifest.crop_size, seed)[None])
    cells = tuple(tuple(float(cell) for cell in row) for row in grad_cam(answers.maps[0]))
    return SelfTest(seed, float(answers.logits[0]), cells)


def _pictures(measured: Any) -> Pictures | None:
    if measured is None:
        return None
    (quiet, noisy), (sharp, blurred) = measured["noise_hu"], measured["edge_width_mm"]
    return Pictures((float(quiet), float(noisy)), (float(sharp), float(blurred)))


def _facts(found: Found, recipe: Recipe) -> dict[Fact, str]:
    calls = found.calls[FOLDS]
    tried = [asdict(one) for one in found.tried]
    return {
        Fact.TRAINING: fit_facts.training_words(fit_facts.LOGISTIC),
        Fact.AUGMENTATION: fit_facts.augmentation_words(recipe.augmentation),
        Fact.MODEL_SELECTION: fit_facts.penalty_words(recipe.fit.penalties, tried, recipe.folds),
        Fact.CUTOFF_SET: fit_facts.decision_words(recipe.decision, calls.cutoff, recipe.folds, calls.unchosen),
        Fact.ENSEMBLE: fit_facts.ensemble_words(recipe.members),
        Fact.CLASS_BALANCE: fit_facts.balance_words(recipe.fit.balance),
        Fact.SEED: fit_facts.seed_words(recipe.seed),
        Fact.HARDWARE: "Learned at a workstation, with onnxruntime and numpy.",
    }


def _result(found: Found, base: Bundle, edition: Edition, doubted: tuple[str, ...]) -> Mapping[str, object]:
    cutoff = found.calls[FOLDS].cutoff
    return {
        "schema": RESULT_SCHEMA,
        "id": edition.id,
        "head": hashlib.sha256(found.layer.content()).hexdigest(),
        "project": edition.learned_from.project,
        "kind": found.cohort["kind"],
        "learned_from": {"id": base.manifest.id, "version": base.manifest.version, "sha256": base.manifest.sha256},
        "near_chance": list(doubted),
        "cutoff": {"slices": cutoff.slices, "mm": cutoff.mm, "threshold": cutoff.threshold},
        "penalties": [asdict(one) for one in found.tried],
        "metrics": [asdict(one) for one in found.metrics],
        "not_computed": list(found.not_computed),
        "patients": [one for marked, calls in found.calls.items() for one in _called(marked, calls)],
        "cases_not_used": [
            {"case": key, "reason": str(why), "said": to_kept(why)} for key, why in found.left_out.items()
        ],
        "numbers": found.numbers,
        "seconds": found.seconds,
    }


def _called(marked: str, calls: Calls) -> Iterator[Mapping[str, object]]:
    """Every patient, and what was called of each series."""
    series: dict[str, list[Mapping[str, object]]] = {}
    for patient, case, called in zip(calls.patient["series"], calls.case, calls.called["series"], strict=True):
        series.setdefault(str(patient), []).append({"case": case, "called": bool(called)})
    for key, positive, called in zip(
        calls.patient["patient"], calls.positive["patient"], calls.called["patient"], strict=True
    ):
        yield {
            "patient": str(key),
            "positive": bool(positive),
            "called": bool(called),
            "judged": marked,
            "cases": series[str(key)],
        }
