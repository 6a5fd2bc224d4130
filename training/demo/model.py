"""`clivus-train demo-model`: the way that a site's model goes, with phantoms for patients."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

import onnx_models
from desktop.errors import WrongUse
from desktop.files import folder_made, write_json
from desktop.inference.device import Device
from desktop.inference.manifest import Manifest
from desktop.learning.cohort.split import Split
from desktop.messages import message
from desktop.strict_json import from_json
from desktop.unwritten import NotWritten
from training.cohort.kinds import KINDS
from training.cohort.phantoms import SPLIT_FILE, write_phantom_cohort
from training.cohort.selection import DEMONSTRATION
from training.cohort.survey import read_cohort
from training.demo.pretraining import LICENCE, Surroundings, pretrain
from training.demo.recipe import Recipe
from training.evaluation.evaluate import Order, evaluate
from training.evaluation.report.folder import write_evaluation
from training.evaluation.report.stated import read_figures
from training.fit.export import Edition, export_run
from training.fit.material import load_material
from training.fit.record import Run, is_complete
from training.fit.run import fit_run
from training.model.network import SkullBaseNetwork
from training.model.weights import NAMED, first_weights
from training.work.hardware import open_device

COMMAND_FILE = "demo-model.json"


def make_demo_model(out: Path, given: Surroundings, recipe: Recipe, despite: bool = False) -> Manifest:
    """Make the model step by step, each by the code of its own command; what is there already is kept.

    `cohort` (phantoms), `backbone.pt` (pretrain), `run` (fit), `evaluation` (evaluate, on the cohort's test side), and
    a folder of the model's name with the bundle (export). Each appears when it is whole.

    Args:
        despite: whether a model that was not shown to be better than chance is exported, and marked.

    Raises:
        WrongUse: the folder holds something else, or what another order or recipe began.
        ClivusError: as each step says.
    """
    open_device(given.device)
    _begin(out, given, recipe)
    torch.set_num_threads(given.threads)
    cohort, backbone, run, evaluation, bundle = (
        out / name for name in ("cohort", "backbone.pt", "run", "evaluation", onnx_models.DEFAULT)
    )
    if not cohort.exists():
        write_phantom_cohort(cohort, DEMONSTRATION, given.workers, recipe.cohort, KINDS[recipe.variety])
    if not backbone.exists():
        pretrain(backbone, given, recipe.pretraining)
    configuration = replace(recipe.configuration, weights=str(backbone), seed=given.seed)
    if not is_complete(run):
        material = load_material(read_cohort(cohort), Split.load(cohort / SPLIT_FILE), everyone=configuration.folds > 0)
        fit_run(material.train, material.validation, configuration, run, given.device, given.workers, material.cohort)
    if not evaluation.exists():
        order = Order(str(run), cohort, cohort / SPLIT_FILE, "test", Device.CPU)
        write_evaluation(evaluate(order), evaluation)
    edition = Edition(onnx_models.DEFAULT, LICENCE, command(given), despite)
    return export_run(Run.load(run), bundle, edition, read_figures(evaluation))


def command(given: Surroundings) -> str:
    """The command line that gives this model; paths are left out, for they say nothing to others."""
    weights = given.weights if given.weights in NAMED else "FILE"
    return (
        f"clivus-train demo-model --out DIR --weights {weights} --device {given.device} --seed {given.seed} "
        f"--threads {given.threads}"
    )


def _begin(out: Path, given: Surroundings, recipe: Recipe) -> None:
    """Note what is made in this folder, or make sure that it is the same."""
    record = {"command": command(given), "recipe": recipe.fingerprint()}
    note = out / COMMAND_FILE
    if note.is_file():
        if from_json(note.read_bytes()) != record:
            raise WrongUse(message("{folder} holds a model that was begun otherwise: name a new folder.", folder=out))
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WrongUse(message("{folder} exists already: name a new folder.", folder=out))
    first_weights(SkullBaseNetwork(), given.weights)  # what is refused is refused before anything is written
    try:
        with folder_made(out):
            write_json(note, record)
    except OSError as error:
        raise NotWritten(out, error) from None
