"""The model that is evaluated: a bundle, or a run on its way to one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import onnx_models
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.network import Network
from desktop.learning.guidelines.bundle_facts import facts_of_bundle
from desktop.learning.guidelines.facts import Facts
from desktop.temporary import TemporaryFolder

SHIPPED = "shipped"
"""The word for the bundle that comes with Clivus, as in training.model.weights, which loads torch."""

RUN_FILE = "run.json"
"""As in training.fit.record, which loads torch: a bundle is evaluated without it."""


@dataclass(frozen=True, eq=False)
class Model:
    """A model at work, and what is known of it."""

    network: Network
    facts: Facts


@contextmanager
def open_model(place: str, device: Device) -> Iterator[Model]:
    """A bundle's folder, a complete run's, or "shipped".

    A run is exported for the time being, so that what is measured is the graph that a bundle would hold.

    Raises:
        BundleUnsound, RunRefused: there is no such model, or it is damaged or not complete.
        DeviceMissing: CUDA is asked for and cannot be used.
    """
    folder = onnx_models.default_bundle() if place == SHIPPED else Path(place)
    if not (folder / RUN_FILE).is_file():
        bundle = Bundle.load(folder)
        yield Model(Network(bundle, device), facts_of_bundle(bundle.manifest))
        return
    from training.fit.export import Edition, export_run
    from training.fit.record import Run
    from training.fit.run_facts import facts_of_run

    run = Run.load(folder)
    name = re.sub(r"[^A-Za-z0-9._-]", "-", f"run-{folder.resolve().name}")[:64]
    with closing(TemporaryFolder()) as temporary:
        manifest = export_run(run, temporary.path / "model", Edition(name, despite=True))
        network = Network(Bundle.load(temporary.path / "model"), device)
        yield Model(network, {**facts_of_bundle(manifest), **facts_of_run(run)})
