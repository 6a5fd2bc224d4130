"""`clivus-train demo-model`: from phantoms to a bundle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
import torch

import onnx_models
from desktop.files import new_folder, require_new
from desktop.imaging.eligibility import MAXIMUM_THICKNESS_MM
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.manifest import MODEL_FILE, Manifest
from desktop.inference.network import Network
from training.cohort.crops import LabelledCrops
from training.demo.augment import plain
from training.demo.backbone import train_backbone
from training.demo.card import model_card
from training.demo.drawn_cases import (
    BACKBONE_SEEDS,
    FINAL_LAYER_SEEDS,
    HELD_OUT_SEEDS,
    VALIDATION_SEEDS,
    balanced,
    draw_cases,
)
from training.demo.final_layer import fit_final_layer
from training.demo.held_out import PatientAnswer, judge, metrics
from training.demo.recipe import Recipe
from training.model.bundle import Particulars, describe, finish, write_model
from training.model.network import SkullBaseNetwork, round_to_half
from training.model.tools import tool_versions
from training.model.weights import NAMED, Origin, first_weights
from training.work.hardware import TrainingDevice, open_device

LEAST_THICKNESS_MM = 1.25
"""Of the phantoms, as in the paper (section "CT and MRI images")."""

CHECKED_CROPS = 8


@dataclass(frozen=True)
class Order:
    """What to make.

    Attributes:
        out: folder of the new bundle.
        weights: see `training.model.weights.first_weights`.
        seed: of all random numbers but the phantoms'.
        workers: processes that draw phantoms.
        threads: of torch on the CPU.
    """

    out: Path
    weights: str
    device: TrainingDevice
    seed: int
    workers: int
    threads: int

    @property
    def command(self) -> str:
        """The command line that gives this order; paths are left out, for they say nothing to others."""
        weights = self.weights if self.weights in NAMED else "FILE"
        return (
            f"clivus-train demo-model --out DIR --weights {weights} --device {self.device} --seed {self.seed} "
            f"--threads {self.threads}"
        )


@dataclass
class _Data:
    """What is learned from, and its fingerprint."""

    backbone: LabelledCrops
    validation: LabelledCrops
    final_layer: LabelledCrops
    held_out: list[int]

    def cohort(self) -> dict[str, dict[str, int]]:
        return {
            "backbone": self.backbone.numbers(),
            "validation": self.validation.numbers(),
            "final_layer": self.final_layer.numbers(),
        }

    def fingerprint(self) -> str:
        found = hashlib.sha256()
        for crops in (self.backbone, self.validation, self.final_layer):
            found.update(crops.hu.tobytes())
            found.update(crops.invaded.tobytes())
        return found.hexdigest()

    def split_fingerprint(self) -> str:
        found = hashlib.sha256()
        for keys in (self.backbone.patient, self.validation.patient, self.final_layer.patient, self.held_out):
            found.update(repr(np.unique(keys).tolist()).encode())
        return found.hexdigest()


@dataclass
class _Clock:
    """Seconds per step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, step: str) -> Iterator[None]:
        started = perf_counter()
        yield
        self.seconds[step] = perf_counter() - started


def make_demo_model(order: Order, recipe: Recipe) -> Manifest:
    """Train, export, measure and write the bundle; the folder appears when all of it is there.

    Raises:
        WrongUse: the folder exists and is not empty.
        NotWritten: the medium fails; nothing is left then.
        WeightsRefused: the first weights cannot be had or do not fit.
        NoSuchDevice: there is no such device.
        ExportUnfaithful: the exported graph is not the network.
    """
    require_new(order.out)
    device = open_device(order.device)
    torch.set_num_threads(order.threads)
    torch.manual_seed(order.seed)
    network = SkullBaseNetwork()
    origin = first_weights(network, order.weights)
    with new_folder(order.out) as folder:
        return _make(folder, network, origin, device, order, recipe)


def _make(
    folder: Path, network: SkullBaseNetwork, origin: Origin, device: torch.device, order: Order, recipe: Recipe
) -> Manifest:
    clock = _Clock()
    with clock.time("phantoms"):
        data = _draw(recipe, order.workers)
    with clock.time("backbone"):
        train_backbone(network, data.backbone, data.validation, recipe.backbone, device, order.seed)
        round_to_half(network)
    with clock.time("final layer"):
        fit_final_layer(network, data.final_layer, recipe.final_layer, device, order.seed)
        round_to_half(network)
    with clock.time("export"):
        network.to(torch.device("cpu"), memory_format=torch.contiguous_format)
        write_model(folder, network, _crops_to_check(data.validation))
    manifest = describe(folder, _particulars(data, origin, recipe))
    with clock.time("evaluation"):
        stored = Network(Bundle(folder, manifest, (folder / MODEL_FILE).read_bytes()), Device.CPU)
        answers = [
            judge(case, stored, recipe.pointing_mm)
            for case in draw_cases(data.held_out, order.workers, "Evaluation on held-out phantoms")
        ]
    manifest = replace(
        manifest,
        cohort={**manifest.cohort, "held_out": _numbers(answers)},
        metrics=metrics(answers, recipe, manifest),
    )
    return finish(folder, manifest, model_card(manifest, recipe, answers, order.command, clock.seconds))


def _draw(recipe: Recipe, workers: int) -> _Data:
    def crops(seeds: list[int], what: str) -> LabelledCrops:
        return LabelledCrops.join(case.labelled for case in draw_cases(seeds, workers, what))

    backbone, watched, last = recipe.backbone.patients // 2, recipe.validation_patients // 2, recipe.final_layer
    held_out = recipe.held_out_patients // 2
    return _Data(
        backbone=crops(balanced(BACKBONE_SEEDS, backbone, backbone), "Phantoms for the backbone"),
        validation=crops(balanced(VALIDATION_SEEDS, watched, watched), "Phantoms for validation"),
        final_layer=crops(
            balanced(FINAL_LAYER_SEEDS, last.positive_patients, last.negative_patients), "Phantoms for the final layer"
        ).as_in_paper(),
        held_out=balanced(HELD_OUT_SEEDS, held_out, held_out),
    )


def _crops_to_check(validation: LabelledCrops) -> npt.NDArray[np.float32]:
    return plain(torch.from_numpy(validation.hu[:CHECKED_CROPS]))[:, 0].numpy()


def _particulars(data: _Data, origin: Origin, recipe: Recipe) -> Particulars:
    """What is known before anything was measured."""
    return Particulars(
        id=onnx_models.DEFAULT,
        intended_use="demonstration",
        threshold=recipe.threshold,
        cutoff_slices=recipe.cutoff_slices,
        slice_thickness_mm=(LEAST_THICKNESS_MM, MAXIMUM_THICKNESS_MM),
        contrast_phases=("plain", "contrast"),
        cohort={"kind": "phantoms", **data.cohort()},
        metrics=(),
        fingerprints={
            "data": data.fingerprint(),
            "split": data.split_fingerprint(),
            "configuration": recipe.fingerprint(),
        },
        origin=origin,
        licence="Apache-2.0",
        tools=tool_versions(),
    )


def _numbers(answers: list[PatientAnswer]) -> dict[str, int]:
    return {
        "patients": len(answers),
        "invaded_patients": sum(answer.invaded for answer in answers),
        "slices": sum(len(answer.slice_invaded) for answer in answers),
        "invaded_slices": int(sum(answer.slice_invaded.sum() for answer in answers)),
    }
