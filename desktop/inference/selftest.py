"""The known answer: a crop made by arithmetic, and the answer of the network for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.inference.device import Device
from desktop.inference.familiarity import Reference
from desktop.inference.gradcam import grad_cam
from desktop.inference.graph import Graph
from desktop.inference.manifest import BundleUnsound, Manifest
from desktop.messages import Message, message

LOGIT_TOLERANCE = 1e-3
"""Processors and CUDA add in different orders; a damaged or exchanged network is off by far more."""

Floats = npt.NDArray[np.float32]


class WrongAnswer(BundleUnsound):
    """A graph that does not give its known answer on this machine."""

    def __init__(self, model: str, used: Device, given: Message) -> None:
        super().__init__(
            message(
                "The model {model} answers its own test on {device} with {given}: install Clivus or the model again; "
                "if that does not help, this processor or graphics card computes wrongly.",
                model=model,
                device=used,
                given=given,
            )
        )


@dataclass(frozen=True)
class KnownAnswer:
    """How far this machine's answer is from the bundle's: logit, and the map's largest difference in logit units."""

    logit_difference: float
    map_difference: float


def procedural_crop(size: int, seed: int) -> Floats:
    """A crop [size, size] in HU with soft tissue, an airway, bone and texture, from arithmetic alone.

    No random generator: its stream could change between library versions, and with it the answer.
    """
    y, x = np.meshgrid(np.linspace(-1, 1, size), np.linspace(-1, 1, size), indexing="ij")
    texture = np.sin(7 * x + seed) * np.cos(9 * y - seed) + 0.5 * np.sin(23 * x * y + 2 * seed)
    crop = 55 + 15 * texture
    crop[(x / 0.35) ** 2 + ((y + 0.45) / 0.3) ** 2 < 1] = -990  # airway
    bone = np.abs(y - 0.55 - 0.1 * x * x) < 0.25
    crop[bone] = (350 + 250 * texture)[bone]
    crop[np.abs(np.abs(y - 0.55 - 0.1 * x * x) - 0.25) < 0.03] = 1100
    return np.asarray(crop, dtype=np.float32)


def check_known_answer(graph: Graph, manifest: Manifest, reference: Reference | None) -> KnownAnswer:
    """Let a graph judge the bundle's self-test crop, and compare.

    Raises:
        WrongAnswer: the answer differs from the recorded one by more than `LOGIT_TOLERANCE`, or the reference for
            familiarity belongs to another network.
        ImpossibleAnswer: the graph fails or gives an impossible answer.
    """
    answers = graph.answer(procedural_crop(manifest.crop_size, manifest.self_test.seed)[None])
    logit = float(answers.logits[0])
    found = KnownAnswer(
        abs(logit - manifest.self_test.logit),
        float(np.abs(grad_cam(answers.maps[0]) - np.asarray(manifest.self_test.map, dtype=np.float32)).max()),
    )
    if not found.logit_difference <= LOGIT_TOLERANCE:
        expected = manifest.self_test.logit
        given = message("{logit:.4f} where {expected:.4f} is expected", logit=logit, expected=expected)
        raise WrongAnswer(manifest.id, graph.used, given)
    if not found.map_difference <= LOGIT_TOLERANCE:
        off = message("a map that differs from the recorded one by {difference:.2g}", difference=found.map_difference)
        raise WrongAnswer(manifest.id, graph.used, off)
    if reference is not None and not reference.is_of(answers.appearance):
        raise WrongAnswer(manifest.id, graph.used, message("features that are not those of its reference"))
    return found
