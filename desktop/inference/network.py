"""The network at work: an onnxruntime session and the device that it really uses."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import onnxruntime

from desktop.errors import Cancelled, InstallationUnsound
from desktop.inference.bundle import Bundle
from desktop.inference.gradcam import grad_cam
from desktop.inference.manifest import BundleUnsound

_FATAL_ONLY = 4

Floats = npt.NDArray[np.float32]


class Device(StrEnum):
    """Where the network may run. AUTO takes CUDA when it is there, else the CPU."""

    AUTO = "auto"
    CUDA = "cuda"
    CPU = "cpu"


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
        self.bundle = bundle
        self.requested = device
        self._session = _open(bundle, device)

    @property
    def used(self) -> Device:
        """The device in use, read from the live session."""
        return Device.CUDA if _on_cuda(self._session) else Device.CPU

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


def _open(bundle: Bundle, device: Device) -> onnxruntime.InferenceSession:
    # A missing CUDA is expected on most workstations and reported by `used`; onnxruntime would tell of it at length, on
    # stderr by its logger and on stdout, which is for the result, by print.
    onnxruntime.set_default_logger_severity(_FATAL_ONLY)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _FATAL_ONLY
    providers: list[object] = ["CPUExecutionProvider"]
    try:
        with redirect_stdout(io.StringIO()):
            if device is not Device.CPU and "CUDAExecutionProvider" in onnxruntime.get_available_providers():
                onnxruntime.preload_dlls()
                # TF32 keeps 10 bits of mantissa: enough to move a logit visibly away from the CPU's.
                providers.insert(0, ("CUDAExecutionProvider", {"use_tf32": "0"}))
            session = onnxruntime.InferenceSession(str(bundle.model_path), options, providers=providers)
    except Exception as error:  # onnxruntime's exceptions share no public base
        raise BundleUnsound(
            f"The model {bundle.model_path} cannot be opened ({str(error).splitlines()[0]}): use a model made for "
            "this version, or install Clivus again."
        ) from None
    # From here on an error is an error: no silent second session on another device in mid-reading.
    session.disable_fallback()
    missing = {"logit", "probability", "feature_maps", "classifier_weight"} - {x.name for x in session.get_outputs()}
    if missing:
        raise BundleUnsound(
            f"The model {bundle.model_path} has no output {', '.join(sorted(missing))}: use a model made "
            "for this version."
        )
    size = bundle.manifest.crop_size
    if session.get_inputs()[0].shape[2:] != [size, size]:
        raise BundleUnsound(
            f"The model {bundle.model_path} takes crops of {' x '.join(map(str, session.get_inputs()[0].shape[2:]))} "
            f"pixels, and its "
            f"description says {size} x {size}: use a model made for this version."
        )
    if device is Device.CUDA and not _on_cuda(session):
        raise DeviceMissing(
            "CUDA was asked for but cannot be used here: install the NVIDIA driver and the GPU libraries, "
            "or choose the CPU."
        )
    return session


def _on_cuda(session: onnxruntime.InferenceSession) -> bool:
    return "CUDAExecutionProvider" in session.get_providers()
