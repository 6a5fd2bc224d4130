"""`clivus-train demo-model`: from phantoms to a bundle."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
import torch

import onnx_models
from desktop.errors import WrongUse
from desktop.imaging.eligibility import MAXIMUM_THICKNESS_MM
from desktop.inference.bundle import CARD_FILE, MANIFEST_FILE, MODEL_FILE, Bundle, file_sha256
from desktop.inference.crop import CROP_SIZE
from desktop.inference.manifest import Manifest, SelfTest
from desktop.inference.network import Device, Network
from desktop.inference.selftest import check_known_answer, procedural_crop
from desktop.reading.roi import TARGET_AREA_CM2
from desktop.version import VERSION
from training.augment import plain
from training.backbone import train_backbone
from training.crops import LabelledCrops
from training.demo.card import model_card
from training.demo.cohort import (
    BACKBONE_SEEDS,
    FINAL_LAYER_SEEDS,
    HELD_OUT_SEEDS,
    VALIDATION_SEEDS,
    balanced,
    draw_cases,
)
from training.demo.evaluate import PatientAnswer, judge, metrics
from training.export import check_export, export
from training.final_layer import fit_final_layer
from training.hardware import TrainingDevice, open_device
from training.network import MAP_STRIDE, WINDOW_LEVEL, WINDOW_WIDTH, SkullBaseNetwork, round_to_half
from training.recipe import Recipe
from training.tools import tool_versions
from training.weights import NAMED, Origin, first_weights

LEAST_THICKNESS_MM = 1.25
"""Of the phantoms, as in the paper (section "CT and MRI images")."""

SELF_TEST_SEED = 1
CHECKED_CROPS = 8


@dataclass(frozen=True)
class Order:
    """What to make.

    Attributes:
        out: folder of the new bundle.
        weights: see `training.weights.first_weights`.
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
        WeightsRefused: the first weights cannot be had or do not fit.
        NoSuchDevice: there is no such device.
        ExportUnfaithful: the exported graph is not the network.
    """
    if order.out.exists() and not (order.out.is_dir() and not any(order.out.iterdir())):
        raise WrongUse(f"{order.out} exists already: name a new folder for the model.")
    device = open_device(order.device)
    torch.set_num_threads(order.threads)
    torch.manual_seed(order.seed)
    network = SkullBaseNetwork()
    origin = first_weights(network, order.weights)
    with _whole_or_nothing(order.out) as folder:
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
        export(network, folder / MODEL_FILE)
        check_export(network, folder / MODEL_FILE, _crops_to_check(data.validation))
    manifest = _with_known_answer(folder, _describe(folder, data, origin, recipe))
    with clock.time("evaluation"):
        stored = Network(Bundle(folder, manifest), Device.CPU)
        answers = [
            judge(case, stored, recipe.pointing_mm)
            for case in draw_cases(data.held_out, order.workers, "Evaluation on held-out phantoms")
        ]
    manifest = replace(
        manifest,
        cohort={**manifest.cohort, "held_out": _numbers(answers)},
        metrics=metrics(answers, recipe, manifest),
    )
    manifest.save(folder / MANIFEST_FILE)
    card = model_card(manifest, recipe, answers, order.command, clock.seconds)
    (folder / CARD_FILE).write_text(card, encoding="utf-8")
    check_known_answer(Network(Bundle.load(folder), Device.CPU))
    return manifest


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
    some = plain(torch.from_numpy(validation.hu[:CHECKED_CROPS]))[:, 0].numpy()
    return np.concatenate([some, procedural_crop(CROP_SIZE, SELF_TEST_SEED)[None]])


def _describe(folder: Path, data: _Data, origin: Origin, recipe: Recipe) -> Manifest:
    """The manifest before anything was measured."""
    first = {"origin": origin.text, "origin_licence": origin.licence, "licence": "Apache-2.0"}
    return Manifest(
        id=onnx_models.DEFAULT,
        version=VERSION,
        sha256=file_sha256(folder / MODEL_FILE),
        intended_use="demonstration",
        window_level=WINDOW_LEVEL,
        window_width=WINDOW_WIDTH,
        crop_size=CROP_SIZE,
        map_stride=MAP_STRIDE,
        roi_area_cm2=TARGET_AREA_CM2,
        roi_landmarks={
            "front": "pterygoid process",
            "back": "posterior end of the clivus",
            "sides": "internal carotid arteries",
        },
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
            **({"first weights": origin.sha256} if origin.sha256 else {}),
        },
        weights=first,
        tools=tool_versions(),
        self_test=SelfTest(SELF_TEST_SEED, 0.0, ()),
    )


def _with_known_answer(folder: Path, manifest: Manifest) -> Manifest:
    answers = Network(Bundle(folder, manifest), Device.CPU).judge(procedural_crop(CROP_SIZE, SELF_TEST_SEED)[None])
    cells = tuple(tuple(float(cell) for cell in row) for row in answers.maps[0])
    return replace(manifest, self_test=SelfTest(SELF_TEST_SEED, float(answers.logits[0]), cells))


def _numbers(answers: list[PatientAnswer]) -> dict[str, int]:
    return {
        "patients": len(answers),
        "invaded_patients": sum(answer.invaded for answer in answers),
        "slices": sum(len(answer.slice_invaded) for answer in answers),
        "invaded_slices": int(sum(answer.slice_invaded.sum() for answer in answers)),
    }


@contextmanager
def _whole_or_nothing(out: Path) -> Iterator[Path]:
    """A folder beside `out` that becomes `out` at the end, or is gone."""
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield partial
        partial.chmod(0o755)  # mkdtemp's folders are closed to others
        partial.replace(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
