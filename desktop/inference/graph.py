"""The graph of a bundle: opened, run, and its answers checked (contract: docs/formats.md, "model.onnx")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from desktop.errors import InstallationUnsound
from desktop.inference.appearance import appearance_of
from desktop.inference.device import Device
from desktop.inference.gradcam import contributions
from desktop.inference.layer import Layer
from desktop.inference.manifest import BundleUnsound
from desktop.inference.onnx_file import NotOurs, require_ours
from desktop.inference.runtime import (
    GraphRefused,
    Session,
    device_of,
    gpu_trouble,
    library_trouble,
    open_session,
    run,
)
from desktop.messages import Message, message, sentences, verbatim

Floats = npt.NDArray[np.float32]

INPUT = "hu"
FEATURES = "feature_maps"
OUTPUTS = ("logit", "probability", FEATURES, "classifier_weight", "classifier_bias")
FLOAT = "tensor(float)"

SIGMOID_TOLERANCE = 1e-4
"""Largest difference between a probability and the sigmoid of its logit: float32 is off by 1e-7, a processor's fast
sigmoid by 1e-6; a 16-bit sigmoid is off by 5e-4, which would already move slices across a threshold."""

SUM_TOLERANCE = 1e-3
"""Largest difference between the logit and the sum of map cells and bias, per unit of the largest of the three: float32
gives about 1e-6; the map of another layer or another output is off by far more."""

LONGEST_RUN_S = 60.0
"""Seconds for one slice, which takes a twentieth of a second on two cores. The first on CUDA takes up to ten seconds,
on an emulated processor perhaps as long; a graph that needs a minute is not for reading."""


class DeviceMissing(InstallationUnsound):
    """CUDA was requested and cannot be used."""


class ImpossibleAnswer(BundleUnsound):
    """A graph that fails or gives an impossible answer."""


@dataclass(frozen=True)
class Answers:
    """The network's answers for n crops.

    Attributes:
        logits, probabilities: [n].
        maps: [n, h, w] each cell's contribution to the logit, for invasion (positive) or against it.
        appearance: [n, parts, width] how each looks, by which familiarity is told.
    """

    logits: Floats
    probabilities: Floats
    maps: Floats
    appearance: Floats

    def first(self, count: int) -> Answers:
        """Those for the first crops."""
        return Answers(*(getattr(self, field.name)[:count] for field in fields(self)))


class Graph:
    """An open graph.

    Args:
        model: the content of an ONNX file.
        called: its path, for messages.
        size: pixels along a side of a crop.
        cells: of a feature map, along a side.
        threads: on the CPU; 0 for as many as there are cores.
        head: the final layer that answers in place of the graph's own, of which nothing is then asked.

    Raises:
        BundleUnsound: the graph cannot be opened, or does not meet the contract.
        DeviceMissing: `device` is CUDA and there is none.
    """

    def __init__(
        self,
        model: bytes,
        called: str,
        size: int,
        cells: int,
        device: Device,
        threads: int = 0,
        head: Layer | None = None,
    ) -> None:
        self._called, self._cells, self._head = called, cells, head
        try:
            require_ours(model)
            self._session = open_session(model, device, threads)
        except (NotOurs, GraphRefused) as error:
            raise BundleUnsound(
                message(
                    "The model {model} cannot be opened, because {reason}: use a model made for this version, or "
                    "install Clivus again.",
                    model=called,
                    reason=error,
                )
            ) from None
        self._require_contract(self._session, size)
        if device is Device.CUDA and self.used is not Device.CUDA:
            choose = message("CUDA was asked for but cannot be used here: choose the CPU.")
            raise DeviceMissing(sentences([choose, gpu_trouble() or library_trouble()]))

    @property
    def used(self) -> Device:
        """The device in use, read from the live session."""
        return device_of(self._session)

    def answer(self, crop: Floats) -> Answers:
        """The answers for one crop [1, size, size] in HU.

        Raises:
            ImpossibleAnswer: the graph fails on it, or answers with what cannot be.
            BundleUnsound: the final layer beside the graph is another network's.
        """
        if self._head is not None:
            return self._answer_by(self._head, crop)
        outputs = self._run(OUTPUTS, crop)
        logit, probability, features, weight, bias = outputs
        channels = weight.shape[0] if weight.ndim == 1 else 0
        shapes = ((1,), (1,), self._shape_of_features(channels), (channels,), (1,))
        for name, output, shape in zip(OUTPUTS, outputs, shapes, strict=True):
            self._require_shape(name, output, shape)
        if not 0 <= probability[0] <= 1:
            raise self._impossible(message("it returned {value:.4g} as a probability", value=float(probability[0])))
        sigmoid = 1 / (1 + np.exp(-logit.astype(np.float64)))
        if not abs(float(probability[0] - sigmoid[0])) <= SIGMOID_TOLERANCE:
            raise self._impossible(
                message(
                    "its probability {probability:.4g} contradicts its logit {logit:.4g}",
                    probability=float(probability[0]),
                    logit=float(logit[0]),
                )
            )
        shares = contributions(features, weight)
        total = float(shares.sum(dtype=np.float64))
        off = abs(total + float(bias[0]) - float(logit[0]))
        if not off <= SUM_TOLERANCE * max(1.0, abs(total), abs(float(bias[0])), abs(float(logit[0]))):
            raise self._impossible(message("its map does not sum up to its logit (off by {off:.2g})", off=off))
        return Answers(logit, probability, shares, appearance_of(crop, features))

    def features(self, crop: Floats) -> Floats:
        """What a final layer sees of one crop [1, size, size] in HU: the feature maps' means [channels].

        Raises:
            ImpossibleAnswer: the graph fails on it, or answers with what cannot be.
        """
        return np.asarray(self._feature_maps(crop).mean(axis=(2, 3))[0])

    def _answer_by(self, head: Layer, crop: Floats) -> Answers:
        """The answers of a final layer beside the graph. The map sums up to the logit by the way it is computed."""
        features = self._feature_maps(crop)
        if features.shape[1] != len(head.weight):
            raise self._unfit(
                message(
                    "the final layer beside it has {found} weights for {expected} features",
                    found=len(head.weight),
                    expected=features.shape[1],
                )
            )
        logit = features.mean(axis=(2, 3), dtype=np.float64) @ head.weight.astype(np.float64) + head.bias
        probability = np.exp(-np.logaddexp(0.0, -logit))
        return Answers(
            logit.astype(np.float32),
            probability.astype(np.float32),
            contributions(features, head.weight),
            appearance_of(crop, features),
        )

    def _feature_maps(self, crop: Floats) -> Floats:
        """[1, channels, cells, cells]."""
        (features,) = self._run((FEATURES,), crop)
        channels = features.shape[1] if features.ndim == 4 else 0
        self._require_shape(FEATURES, features, self._shape_of_features(channels))
        return features

    def _run(self, names: Sequence[str], crop: Floats) -> list[Floats]:
        try:
            outputs: list[Floats] = run(self._session, list(names), {INPUT: crop[:, None]}, LONGEST_RUN_S)
        except GraphRefused as error:
            raise self._impossible(message("it fails ({reason})", reason=error)) from None
        if not all(np.isfinite(output).all() for output in outputs):
            raise self._impossible(message("it returned a non-finite value for a slice"))
        return outputs

    def _shape_of_features(self, channels: int) -> tuple[int, ...]:
        return (1, channels, self._cells, self._cells)

    def _require_contract(self, session: Session, size: int) -> None:
        """Refuse inputs and outputs whose name, type, rank or fixed size is not that of the contract."""
        inputs, outputs = session.get_inputs(), {output.name: output for output in session.get_outputs()}
        if [taken.name for taken in inputs] != [INPUT] or inputs[0].type != FLOAT:
            raise self._unfit(message("it must take one input, {name}, of 32-bit numbers", name=INPUT))
        shape = list(inputs[0].shape)
        if len(shape) != 4 or (isinstance(shape[0], int) and shape[0] != 1) or shape[1] != 1:
            raise self._unfit(message("it must take crops of one channel, any number or one at a time"))
        if shape[2:] != [size, size]:
            raise self._unfit(
                message(
                    "it takes crops of {found} pixels, and its description says {size} x {size}",
                    found=_shape(shape[2:]),
                    size=size,
                )
            )
        if missing := [name for name in OUTPUTS if name not in outputs]:
            raise self._unfit(message("it has no output {names}", names=missing))
        if wrong := [name for name in OUTPUTS if outputs[name].type != FLOAT]:
            raise self._unfit(message("it must give 32-bit numbers for {names}", names=wrong))

    def _require_shape(self, name: str, output: Floats, shape: tuple[int, ...]) -> None:
        if output.shape != shape or 0 in shape:
            raise self._impossible(
                message(
                    "its output {name} has the shape {found}, and {expected} is expected",
                    name=name,
                    found=_shape(output.shape),
                    expected=_shape(shape),
                )
            )

    def _unfit(self, reason: Message) -> BundleUnsound:
        return BundleUnsound(
            message(
                "The model {model} does not fit this version, because {reason}: use a model made for this version.",
                model=self._called,
                reason=reason,
            )
        )

    def _impossible(self, reason: Message) -> ImpossibleAnswer:
        return ImpossibleAnswer(
            message(
                "The model {model} gives no answer that can be used, because {reason}: use another model, or install "
                "Clivus again.",
                model=self._called,
                reason=reason,
            )
        )


def _shape(sizes: Sequence[object]) -> Message:
    return verbatim(" x ".join(map(str, sizes))) if sizes else message("of one number")
