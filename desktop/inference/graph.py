"""The graph of a bundle at work: opened, asked, and its answers checked (contract: docs/formats.md, "model.onnx")."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.errors import InstallationUnsound
from desktop.inference.device import Device
from desktop.inference.gradcam import contributions, grad_cam
from desktop.inference.manifest import BundleUnsound
from desktop.inference.onnx_file import NotOurs, require_ours
from desktop.inference.runtime import GraphRefused, Session, device_of, open_session, run

Floats = npt.NDArray[np.float32]

INPUT = "hu"
OUTPUTS = ("logit", "probability", "feature_maps", "classifier_weight", "classifier_bias")
FLOAT = "tensor(float)"

SIGMOID_TOLERANCE = 1e-4
"""How far a probability may be from its logit's sigmoid: float32 is off by 1e-7, a processor's fast sigmoid by 1e-6, a
sigmoid in 16 bits by 5e-4, which would already move slices over a threshold."""

SUM_TOLERANCE = 1e-3
"""How far the map's cells and the bias may sum up from the logit, per unit of the largest of the three: float32 gives
about 1e-6, a map of another layer or another output is off by far more."""

LONGEST_RUN_S = 60.0
"""For one slice, a twentieth of a second on two cores. CUDA's first takes up to ten seconds, an emulated processor's
perhaps as long; a graph that is at it for a minute is not one for reading."""


class DeviceMissing(InstallationUnsound):
    """CUDA was asked for and cannot be used."""


class ImpossibleAnswer(BundleUnsound):
    """A graph that fails, or answers with what cannot be."""


@dataclass(frozen=True)
class Answers:
    """The network's answers for n crops: logit [n], probability [n], Grad-CAM maps [n, h, w] in logit units."""

    logits: Floats
    probabilities: Floats
    maps: Floats


class Graph:
    """An open graph.

    Args:
        model: the content of an ONNX file.
        called: its place, for sentences.
        size: pixels along a side of a crop.
        cells: of a feature map, along a side.

    Raises:
        BundleUnsound: the graph cannot be opened, or is not one of the contract.
        DeviceMissing: `device` is CUDA and there is none.
    """

    def __init__(self, model: bytes, called: str, size: int, cells: int, device: Device) -> None:
        self._called, self._cells = called, cells
        try:
            require_ours(model)
            self._session = open_session(model, device)
        except (NotOurs, GraphRefused) as error:
            raise BundleUnsound(
                f"The model {called} cannot be opened, because {error}: use a model made for this version, or install "
                "Clivus again."
            ) from None
        self._require_contract(self._session, size)
        if device is Device.CUDA and self.used is not Device.CUDA:
            raise DeviceMissing(
                "CUDA was asked for but cannot be used here: install the NVIDIA driver and the GPU libraries, "
                "or choose the CPU."
            )

    @property
    def used(self) -> Device:
        """The device in use, read from the live session."""
        return device_of(self._session)

    def answer(self, crop: Floats) -> Answers:
        """The answers for one crop [1, size, size] in HU.

        Raises:
            ImpossibleAnswer: the graph fails on it, or answers with what cannot be.
        """
        try:
            outputs = run(self._session, list(OUTPUTS), {INPUT: crop[:, None]}, LONGEST_RUN_S)
        except GraphRefused as error:
            raise self._impossible(f"it fails ({error})") from None
        self._require_shapes(outputs)
        logit, probability, features, weight, bias = outputs
        if not all(np.isfinite(output).all() for output in outputs):
            raise self._impossible("it gives no number for a slice")
        if not 0 <= probability[0] <= 1:
            raise self._impossible(f"it gives {probability[0]:.4g} for a probability")
        sigmoid = 1 / (1 + np.exp(-logit.astype(np.float64)))
        if not abs(float(probability[0] - sigmoid[0])) <= SIGMOID_TOLERANCE:
            raise self._impossible(f"its probability {probability[0]:.4g} contradicts its logit {logit[0]:.4g}")
        shares = contributions(features, weight)
        total = float(shares.sum(dtype=np.float64))
        off = abs(total + float(bias[0]) - float(logit[0]))
        if not off <= SUM_TOLERANCE * max(1.0, abs(total), abs(float(bias[0])), abs(float(logit[0]))):
            raise self._impossible(f"its map does not sum up to its logit (off by {off:.2g})")
        return Answers(logit, probability, grad_cam(shares))

    def _require_contract(self, session: Session, size: int) -> None:
        """Refuse inputs and outputs of another name, type, rank or fixed size."""
        inputs, outputs = session.get_inputs(), {output.name: output for output in session.get_outputs()}
        if [taken.name for taken in inputs] != [INPUT] or inputs[0].type != FLOAT:
            raise self._unfit(f"must take one input, {INPUT}, of 32-bit numbers")
        shape = list(inputs[0].shape)
        if len(shape) != 4 or (isinstance(shape[0], int) and shape[0] != 1) or shape[1] != 1:
            raise self._unfit("must take crops of one channel, any number or one at a time")
        if shape[2:] != [size, size]:
            raise self._unfit(
                f"takes crops of {' x '.join(map(str, shape[2:]))} pixels, and its description says {size} x {size}"
            )
        if missing := [name for name in OUTPUTS if name not in outputs]:
            raise self._unfit(f"has no output {', '.join(missing)}")
        if wrong := [name for name in OUTPUTS if outputs[name].type != FLOAT]:
            raise self._unfit(f"must give 32-bit numbers for {', '.join(wrong)}")

    def _require_shapes(self, outputs: list[npt.NDArray[np.float32]]) -> None:
        channels = outputs[3].shape[0] if outputs[3].ndim == 1 else 0
        expected = ((1,), (1,), (1, channels, self._cells, self._cells), (channels,), (1,))
        for name, output, shape in zip(OUTPUTS, outputs, expected, strict=True):
            if output.shape != shape or channels == 0:
                raise self._impossible(
                    f"its output {name} has the shape {' x '.join(map(str, output.shape)) or 'of one number'}, "
                    f"{' x '.join(map(str, shape))} is expected"
                )

    def _unfit(self, how: str) -> BundleUnsound:
        return BundleUnsound(f"The model {self._called} {how}: use a model made for this version.")

    def _impossible(self, why: str) -> ImpossibleAnswer:
        return ImpossibleAnswer(
            f"The model {self._called} gives no answer that can be used, because {why}: use another model, or install "
            "Clivus again."
        )
