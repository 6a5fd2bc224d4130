"""MODEL_CARD.md of a bundle made from a run; its sentences are the facts that checklists are filled from too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from desktop.inference.manifest import Manifest
from desktop.learning.card_parts import StatedFigures, metric_table, provenance, subgroup_table
from desktop.learning.cohort.population import PHANTOMS
from desktop.learning.guidelines.bundle_facts import facts_of_bundle
from desktop.learning.guidelines.facts import Fact, Facts
from training.fit.configuration import Configuration
from training.fit.record import Run
from training.fit.run_facts import facts_of_run
from training.model.weights import NAMED

_USE = (
    Fact.MODEL,
    Fact.CUTOFF,
    Fact.CUTOFF_SET,
    Fact.READER_TASK,
    Fact.PREPROCESSING,
    Fact.PREDICTION,
    Fact.OUTPUT,
    Fact.INPUT_LIMITS,
    Fact.EXPLANATION,
)
_DATA = (Fact.PARTITION, Fact.LABELS, Fact.DATA_SELECTION, Fact.IMAGING)
_FIT = (
    Fact.TRAINING,
    Fact.AUGMENTATION,
    Fact.MODEL_SELECTION,
    Fact.ENSEMBLE,
    Fact.CLASS_BALANCE,
    Fact.SEED,
    Fact.HARDWARE,
)


def run_card(manifest: Manifest, run: Run, command: str, figures: StatedFigures | None) -> str:
    """The card, written from the manifest and the run's configuration; it names no path.

    Args:
        command: what made the model.
        figures: of the test's cases, where they were evaluated.
    """
    facts = facts_of_bundle(manifest) | facts_of_run(run)
    return "\n".join(
        (
            f"# {manifest.id} {manifest.version}",
            "",
            f"**{facts[Fact.INTENDED_USE]}**",
            "",
            facts[Fact.QUESTION],
            "",
            *_listed(_USE, facts),
            *_data(manifest, facts),
            *_recipe(run.configuration, facts),
            "## Figures",
            "",
            facts[Fact.BUNDLE_FIGURES_FROM],
            _tested(figures),
            "",
            *metric_table(manifest),
            *(subgroup_table(figures) if figures else ()),
            *(f"{sentence}\n" for sentence in run.not_computed),
            "## Limitations",
            "",
            *_limitations(manifest),
            "## How it was made",
            "",
            f"`{command}`",
            "",
            "The same steps with the same tools and number of threads on the same kind of processor give the same "
            "model; elsewhere rounding differs, and figures agree within their intervals.",
            "",
            *provenance(manifest, run.seconds),
        )
    )


def _tested(figures: StatedFigures | None) -> str:
    if figures is None:
        return "The test's patients were not judged: figures by patient are for `clivus-train evaluate`."
    return f"Those marked test: on {figures.cases}, by the application's own analysis; nothing was fitted to them."


def _limitations(manifest: Manifest) -> Iterable[str]:
    if manifest.cohort["kind"] == PHANTOMS:
        yield "- Phantoms are simpler than people: good figures on phantoms do not carry over to patients."
        yield "- ROI, range and labels come from the phantoms' truth, not from readers."
    yield "- The probability is not calibrated for any population."
    yield "- Maps show where the network looked, in cells of several millimetres, not where a tumour ends."
    yield ""


def _listed(which: Iterable[Fact], facts: Facts) -> Iterable[str]:
    yield from (f"- {facts[fact]}" for fact in which if fact in facts)
    yield ""


def _data(manifest: Manifest, facts: Facts) -> Iterable[str]:
    yield from ("## Data", "", facts[Fact.DATA_SOURCE], "")
    yield "| side | patients | of them positive | series | images | of them positive |"
    yield "|---|---|---|---|---|---|"
    for side in ("training", "validation", "test"):
        if (of := manifest.cohort.get(side)) is None:
            continue
        images = (str(of.get(name, "not opened")) for name in ("images", "positive_images"))
        yield f"| {side} | {of['patients']} | {of['positive_patients']} | {of['cases']} | {' | '.join(images)} |"
    yield from ("", *_listed(_DATA, facts))


def _recipe(configuration: Configuration, facts: Facts) -> Iterable[str]:
    if configuration.weights not in NAMED:
        configuration = replace(configuration, weights="FILE")
    yield from ("## Recipe", "", *_listed(_FIT, facts))
    yield from ("```toml", configuration.text().rstrip("\n"), "```", "")
