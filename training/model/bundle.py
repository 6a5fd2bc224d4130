"""What every bundle is made of: the proven graph, its description with a known answer, the card."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from desktop.inference.averaging import Averaging
from desktop.inference.crop import CROP_SIZE
from desktop.inference.device import Device
from desktop.inference.familiarity import Reference
from desktop.inference.gradcam import grad_cam
from desktop.inference.graph import Graph
from desktop.inference.manifest import (
    MODEL_FILE,
    REFERENCE_FILE,
    Manifest,
    Metric,
    Pictures,
    SelfTest,
    cells_along,
)
from desktop.inference.maps import MapFacts
from desktop.inference.selftest import procedural_crop
from desktop.learning.cohort.crops import WINDOW
from desktop.reading.landmarks import PAPERS_ROI
from desktop.reading.run import Cutoff
from desktop.version import VERSION
from training.model.network import ARCHITECTURE, SkullBaseNetwork
from training.model.onnx_export import check_export, export
from training.model.weights_file import Origin

SELF_TEST_SEED = 1


@dataclass(frozen=True)
class Particulars:
    """What one bundle's manifest does not share with every other's; see `desktop.inference.manifest.Manifest`.

    Attributes:
        origin: of the weights that training began with.
        licence: of these weights.
        pictures: measured picture quality of the training's CT, None where it was not measured.
        reference: what the training's crops are told by, None where there were too few patients.
        maps: measured scale and localisation of the maps, None where they were not measured.
    """

    id: str
    intended_use: Literal["demonstration", "research"]
    cutoff: Cutoff
    slice_thickness_mm: tuple[float, float]
    contrast_phases: tuple[str, ...]
    cohort: dict[str, Any]
    metrics: tuple[Metric, ...]
    fingerprints: dict[str, str]
    origin: Origin
    licence: str
    tools: Mapping[str, str]
    averaging: Averaging
    near_chance: tuple[str, ...]
    pictures: Pictures | None = None
    maps: MapFacts | None = None
    reference: Reference | None = None


def write_model(folder: Path, network: SkullBaseNetwork, crops: npt.NDArray[np.float32]) -> None:
    """Write the graph and prove that it answers as the network does.

    Args:
        network: on the CPU, rounded by `training.model.network.round_to_half`.
        crops: [n, 224, 224] in HU, compared besides the self-test's.

    Raises:
        ExportUnfaithful: it does not.
    """
    export(network, folder / MODEL_FILE)
    check_export(network, folder / MODEL_FILE, np.concatenate([crops, _known_crop()]))


def describe(folder: Path, known: Particulars) -> Manifest:
    """The manifest of the graph in a folder, its known answer given by the application's own network, and beside them
    the reference.

    The card, which tells of figures that are measured later, is named by `with_card`.
    """
    model = (folder / MODEL_FILE).read_bytes()
    weights = {
        "architecture": ARCHITECTURE.name,
        "origin": known.origin.text,
        "origin_licence": known.origin.licence,
        "licence": known.licence,
    }
    along = cells_along(CROP_SIZE, ARCHITECTURE.map_stride)
    answers = Graph(model, str(folder / MODEL_FILE), CROP_SIZE, along, Device.CPU).answer(_known_crop())
    files = {MODEL_FILE: hashlib.sha256(model).hexdigest()}
    if known.reference is not None:
        content = known.reference.content()
        (folder / REFERENCE_FILE).write_bytes(content)
        files[REFERENCE_FILE] = hashlib.sha256(content).hexdigest()
    cells = tuple(tuple(float(cell) for cell in row) for row in grad_cam(answers.maps[0]))
    return Manifest(
        id=known.id,
        version=VERSION,
        files=files,
        intended_use=known.intended_use,
        window_level=WINDOW.level,
        window_width=WINDOW.width,
        crop_size=CROP_SIZE,
        map_stride=ARCHITECTURE.map_stride,
        roi_area_cm2=PAPERS_ROI.area_cm2,
        roi_landmarks={"front": PAPERS_ROI.front, "back": PAPERS_ROI.back, "sides": PAPERS_ROI.sides},
        threshold=known.cutoff.threshold,
        cutoff_slices=known.cutoff.slices,
        cutoff_mm=known.cutoff.mm,
        smoothing=known.averaging.smoothing or None,
        shift_px=known.averaging.shift_px or None,
        near_chance=known.near_chance,
        slice_thickness_mm=known.slice_thickness_mm,
        contrast_phases=known.contrast_phases,
        cohort=known.cohort,
        metrics=known.metrics,
        fingerprints={
            **known.fingerprints,
            **({"first weights": known.origin.sha256} if known.origin.sha256 else {}),
        },
        weights=weights,
        tools=dict(known.tools),
        self_test=SelfTest(SELF_TEST_SEED, float(answers.logits[0]), cells),
        pictures=known.pictures,
        maps=known.maps,
        familiarity=None if known.reference is None else known.reference.limits,
    )


def _known_crop() -> npt.NDArray[np.float32]:
    return procedural_crop(CROP_SIZE, SELF_TEST_SEED)[None]
