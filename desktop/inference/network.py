"""The network at work: an open graph and the device that it really uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.errors import Cancelled, InstallationUnsound
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.gradcam import grad_cam
from desktop.inference.manifest import MODEL_FILE, BundleUnsound
from desktop.inference.runtime import GraphRefused, Session, device_of, open_session

Floats = npt.NDArray[np.float32]


class DeviceMissing(InstallationUnsound):
    """CUDA was asked for and cannot be used."""


@dataclass(frozen=True)
class Answers:
    """The network's answers for n crops: logit [n], probability [n], Grad-CAM maps [n, h, w] in logit units."""

    logits: Floats
    probabilities: Floats
    maps: Floats


class Network:
    """A bundle's graph, ready to judge crops.

    Raises:
        BundleUnsound: onnxruntime cannot open the graph, or its outputs are not those of the contract.
        DeviceMissing: `device` is CUDA and there is none.
    """

    def __init__(self, bundle: Bundle, device: Device = Device.AUTO) -> None:
        # The bytes of the model are not kept: onnxruntime has its own form of them.
        self.folder, self.manifest = bundle.folder, bundle.manifest
        self.requested = device
        self._session = _open(bundle, device)

    @property
    def used(self) -> Device:
        """The device in use, read from the live session."""
        return device_of(self._session)

    def judge(
        self,
        crops: Floats,
        progress: Callable[[int, int], None] = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Answers:
        """Judge crops [n, size, size] in HU.

        Raises:
            Cancelled: `cancelled` said so, between two crops.
        """
        parts = []
        # One at a time: batches are no faster on the CPU, CUDA prepares itself anew for every size of batch (50 times
        # the work for a case of 8 slices), and a slice's answer never depends on the others.
        for index in range(len(crops)):
            if cancelled():
                raise Cancelled
            parts.append(self._judge_one(crops[index : index + 1]))
            progress(index + 1, len(crops))
        return Answers(*(np.concatenate(group) for group in zip(*parts, strict=True)))

    def _judge_one(self, crop: Floats) -> tuple[Floats, Floats, Floats]:
        logit, probability, features, weight = self._session.run(
            ["logit", "probability", "feature_maps", "classifier_weight"], {"hu": crop[:, None]}
        )
        return logit, probability, grad_cam(features, weight)


def _open(bundle: Bundle, device: Device) -> Session:
    called = bundle.folder / MODEL_FILE
    try:
        session = open_session(bundle.model, device)
    except GraphRefused as error:
        raise BundleUnsound(
            f"The model {called} cannot be opened ({error}): use a model made for this version, or install "
            "Clivus again."
        ) from None
    missing = {"logit", "probability", "feature_maps", "classifier_weight"} - {x.name for x in session.get_outputs()}
    if missing:
        raise BundleUnsound(
            f"The model {called} has no output {', '.join(sorted(missing))}: use a model made for this version."
        )
    size = bundle.manifest.crop_size
    if session.get_inputs()[0].shape[2:] != [size, size]:
        raise BundleUnsound(
            f"The model {called} takes crops of {' x '.join(map(str, session.get_inputs()[0].shape[2:]))} "
            f"pixels, and its "
            f"description says {size} x {size}: use a model made for this version."
        )
    if device is Device.CUDA and device_of(session) is not Device.CUDA:
        raise DeviceMissing(
            "CUDA was asked for but cannot be used here: install the NVIDIA driver and the GPU libraries, "
            "or choose the CPU."
        )
    return session
