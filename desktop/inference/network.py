"""A bundle whose graph has given its known answer, and the device in use."""

from __future__ import annotations

import numpy as np

from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.graph import Answers, Floats, Graph
from desktop.inference.manifest import MODEL_FILE, BundleUnsound
from desktop.inference.selftest import check_known_answer
from desktop.work import UNWATCHED, Work


class Network:
    """A bundle's graph, ready to judge crops.

    Args:
        threads: on the CPU; 0 for as many as there are cores.

    Attributes:
        reference: what it learned from; None if the bundle does not say.
        known_answer: how far this machine's answer is from the bundle's self-test, run before anything else.
        failed_on_gpu: whether a graphics card did not give that answer, and the processor took its place.

    Raises:
        BundleUnsound: onnxruntime cannot open the graph, it does not meet the contract, or its answer to the
            self-test differs from the recorded one.
        DeviceMissing: `device` is CUDA and there is none.
    """

    def __init__(self, bundle: Bundle, device: Device = Device.AUTO, threads: int = 0) -> None:
        # The bytes of the model are not kept: onnxruntime has its own copy.
        self.folder, self.manifest, self.requested = bundle.folder, bundle.manifest, device
        self.manifest_sha256 = bundle.manifest_sha256
        self.reference = bundle.reference
        self._graph = _graph(bundle, device, threads)
        try:
            self.known_answer = check_known_answer(self._graph, bundle.manifest, bundle.reference)
            self.failed_on_gpu = False
        except BundleUnsound:
            if device is not Device.AUTO or self.used is not Device.CUDA:
                raise
            # A card that opens the model and then fails on it or computes wrongly: the processor may do it.
            self._graph = _graph(bundle, Device.CPU, threads)
            self.known_answer = check_known_answer(self._graph, bundle.manifest, bundle.reference)
            self.failed_on_gpu = True

    @property
    def used(self) -> Device:
        """The device in use, read from the live session."""
        return self._graph.used

    def judge(self, crops: Floats, work: Work = UNWATCHED) -> Answers:
        """Judge crops [n, size, size] in HU.

        Raises:
            ImpossibleAnswer: the graph fails, or answers with what cannot be.
            Cancelled: `work` was asked to stop, between two crops.
        """
        parts = []
        # One at a time: batches are no faster on the CPU, CUDA prepares itself anew for every size of batch (50 times
        # the work for a case of 8 slices), and a slice's answer never depends on the others.
        for index in range(len(crops)):
            work.raise_if_stopped()
            parts.append(self._graph.answer(crops[index : index + 1]))
            work.progress(index + 1, len(crops))
        return Answers(
            np.concatenate([part.logits for part in parts]),
            np.concatenate([part.probabilities for part in parts]),
            np.concatenate([part.maps for part in parts]),
            np.concatenate([part.appearance for part in parts]),
        )


def _graph(bundle: Bundle, device: Device, threads: int) -> Graph:
    called, manifest = str(bundle.folder / MODEL_FILE), bundle.manifest
    return Graph(bundle.model, called, manifest.crop_size, manifest.map_cells, device, threads, bundle.head)
