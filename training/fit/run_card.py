"""The card of a bundle made from a run."""

from __future__ import annotations

from dataclasses import replace

from desktop.inference.manifest import Manifest
from desktop.learning.card import Told, model_card
from desktop.learning.card_parts import StatedFigures
from desktop.learning.guidelines.bundle_facts import facts_of_bundle
from training.fit.record import Run
from training.fit.run_facts import facts_of_run
from training.model.weights import NAMED


def run_card(manifest: Manifest, run: Run, command: str, figures: StatedFigures | None) -> str:
    """The card, written from the manifest and the run's configuration; it names no path.

    Args:
        command: what made the model.
        figures: of the test's cases, where they were evaluated.
    """
    configuration = run.configuration
    if configuration.weights not in NAMED:
        configuration = replace(configuration, weights="FILE")
    told = Told(configuration.text(), _tested(figures), run.not_computed, command, run.seconds, figures)
    return model_card(manifest, facts_of_bundle(manifest) | facts_of_run(run), told)


def _tested(figures: StatedFigures | None) -> str:
    if figures is None:
        return "The test's patients were not judged: figures by patient are for `clivus-train evaluate`."
    return f"Those marked test: on {figures.cases}, by the application's own analysis; nothing was fitted to them."
