"""What every bundle is made of: the proven graph, its description with a known answer, the card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from desktop.inference.bundle import CARD_FILE, MANIFEST_FILE, MODEL_FILE, Bundle, file_sha256
from desktop.inference.crop import CROP_SIZE
from desktop.inference.device import Device
from desktop.inference.manifest import Manifest, Metric, SelfTest
from desktop.inference.network import Network
from desktop.inference.selftest import check_known_answer, procedural_crop
from desktop.reading.roi import TARGET_AREA_CM2
from desktop.version import VERSION
from training.export import check_export, export
from training.network import MAP_STRIDE, WINDOW_LEVEL, WINDOW_WIDTH, SkullBaseNetwork
from training.weights import Origin

SELF_TEST_SEED = 1

ROI_LANDMARKS = {
    "front": "pterygoid process",
    "back": "posterior end of the clivus",
    "sides": "internal carotid arteries",
}
"""The rectangle's edges (paper, section "Image preprocessing")."""


@dataclass(frozen=True)
class Particulars:
    """What one bundle's manifest does not share with every other's; see `desktop.inference.manifest.Manifest`.

    Attributes:
        origin: of the weights that training began with.
        licence: of these weights.
    """

    id: str
    intended_use: Literal["demonstration", "research"]
    threshold: float
    cutoff_slices: int
    slice_thickness_mm: tuple[float, float]
    contrast_phases: tuple[str, ...]
    cohort: dict[str, Any]
    metrics: tuple[Metric, ...]
    fingerprints: dict[str, str]
    origin: Origin
    licence: str
    tools: Mapping[str, str]


def write_model(folder: Path, network: SkullBaseNetwork, crops: npt.NDArray[np.float32]) -> None:
    """Write the graph and prove that it answers as the network does.

    Args:
        network: on the CPU, rounded by `training.network.round_to_half`.
        crops: [n, 224, 224] in HU, compared besides the self-test's.

    Raises:
        ExportUnfaithful: it does not.
    """
    export(network, folder / MODEL_FILE)
    check_export(network, folder / MODEL_FILE, np.concatenate([crops, _known_crop()]))


def describe(folder: Path, known: Particulars) -> Manifest:
    """The manifest of the graph in a folder, its known answer given by the application's own network."""
    first = {"origin": known.origin.text, "origin_licence": known.origin.licence, "licence": known.licence}
    manifest = Manifest(
        id=known.id,
        version=VERSION,
        sha256=file_sha256(folder / MODEL_FILE),
        intended_use=known.intended_use,
        window_level=WINDOW_LEVEL,
        window_width=WINDOW_WIDTH,
        crop_size=CROP_SIZE,
        map_stride=MAP_STRIDE,
        roi_area_cm2=TARGET_AREA_CM2,
        roi_landmarks=ROI_LANDMARKS,
        threshold=known.threshold,
        cutoff_slices=known.cutoff_slices,
        slice_thickness_mm=known.slice_thickness_mm,
        contrast_phases=known.contrast_phases,
        cohort=known.cohort,
        metrics=known.metrics,
        fingerprints={
            **known.fingerprints,
            **({"first weights": known.origin.sha256} if known.origin.sha256 else {}),
        },
        weights=first,
        tools=dict(known.tools),
        self_test=SelfTest(SELF_TEST_SEED, 0.0, ()),
    )
    answers = Network(Bundle(folder, manifest), Device.CPU).judge(_known_crop())
    cells = tuple(tuple(float(cell) for cell in row) for row in answers.maps[0])
    return replace(manifest, self_test=SelfTest(SELF_TEST_SEED, float(answers.logits[0]), cells))


def finish(folder: Path, manifest: Manifest, card: str) -> None:
    """Write manifest and card beside the graph, and open the bundle as the application does.

    Raises:
        BundleUnsound: the application would refuse it.
    """
    manifest.save(folder / MANIFEST_FILE)
    (folder / CARD_FILE).write_text(card, encoding="utf-8")
    check_known_answer(Network(Bundle.load(folder), Device.CPU))


def _known_crop() -> npt.NDArray[np.float32]:
    return procedural_crop(CROP_SIZE, SELF_TEST_SEED)[None]
