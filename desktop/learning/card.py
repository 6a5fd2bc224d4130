"""MODEL_CARD.md of a model that learned; its sentences are the facts that checklists are filled from too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from desktop.inference.manifest import Manifest
from desktop.learning.card_parts import StatedFigures, metric_table, provenance, subgroup_table
from desktop.learning.cohort.population import PHANTOMS
from desktop.learning.guidelines.facts import Fact, Facts

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


@dataclass(frozen=True)
class Told:
    """What a card tells that neither manifest nor facts do.

    Attributes:
        recipe: the settings as TOML.
        tested: who judged the test's patients, in a sentence.
        not_computed: figures that these patients do not give, each in a sentence with its reason.
        command: what made the model.
        seconds: that it took, by step; none where the same bundle is to come out however often it was interrupted.
        figures: of the test's cases, where an evaluation states them.
    """

    recipe: str
    tested: str
    not_computed: Sequence[str]
    command: str
    seconds: Mapping[str, float]
    figures: StatedFigures | None = None


def model_card(manifest: Manifest, facts: Facts, told: Told) -> str:
    """The card; it names no path."""
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
            *("## Recipe", "", *_listed(_FIT, facts)),
            *("```toml", told.recipe.rstrip("\n"), "```", ""),
            "## Figures",
            "",
            facts[Fact.BUNDLE_FIGURES_FROM],
            told.tested,
            "",
            *metric_table(manifest),
            *(subgroup_table(told.figures) if told.figures else ()),
            *(f"{sentence}\n" for sentence in told.not_computed),
            "## Limitations",
            "",
            *_limitations(manifest),
            "## How it was made",
            "",
            f"`{told.command}`",
            "",
            "The same steps with the same tools and number of threads on the same kind of processor give the same "
            "model; elsewhere rounding differs, and figures agree within their intervals.",
            "",
            *provenance(manifest, told.seconds),
        )
    )


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
