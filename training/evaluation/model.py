"""The model that is evaluated: a bundle, or a run on its way to one."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onnx_models
from desktop.inference.bundle import Bundle
from desktop.inference.network import Device, Network

RUN_FILE = "run.json"
"""As in training.fit.record, which loads torch: a bundle is evaluated without it."""


@contextmanager
def open_model(place: str, device: Device) -> Iterator[Network]:
    """The network of a bundle's folder, of a complete run's, or of the bundle that comes with Clivus ("shipped").

    A run is exported for the time being, so that what is measured is the graph that a bundle would hold.

    Raises:
        BundleUnsound, RunRefused: there is no such model, or it is damaged or not complete.
        DeviceMissing: CUDA is asked for and cannot be used.
    """
    folder = onnx_models.default_bundle() if place == "shipped" else Path(place)
    if not (folder / RUN_FILE).is_file():
        yield Network(Bundle.load(folder), device)
        return
    from training.fit.export import export_run
    from training.fit.record import Run

    with tempfile.TemporaryDirectory(prefix="clivus-evaluate-") as place_for_it:
        bundle = Path(place_for_it) / "model"
        export_run(Run.load(folder), bundle, f"run-{re.sub(r'[^A-Za-z0-9._-]', '-', folder.resolve().name)}"[:64])
        yield Network(Bundle.load(bundle), device)
