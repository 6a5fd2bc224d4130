"""MODEL_CARD.md of the demonstration model."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.inference.manifest import Manifest
from desktop.reading.run import Verdict
from training.demo.held_out import PatientAnswer
from training.demo.recipe import Recipe
from training.guidelines.bundle_facts import facts_of_bundle
from training.guidelines.facts import Fact
from training.model.card_parts import metric_table, provenance


def model_card(
    manifest: Manifest, recipe: Recipe, answers: list[PatientAnswer], command: str, seconds: dict[str, float]
) -> str:
    """The card, written from the manifest and what was measured.

    Args:
        answers: of the held-out phantoms.
        command: what made the model.
        seconds: taken by each step.
    """
    facts = facts_of_bundle(manifest)
    return "\n".join(
        (
            f"# {manifest.id} {manifest.version}",
            "",
            "**Demonstration. Trained on synthetic phantoms only; not for clinical use.** It shows how Clivus works, "
            "and says nothing about any patient.",
            "",
            f"{facts[Fact.MODEL]} {facts[Fact.CUTOFF]} After Nakagawa et al., Jpn J Radiol 2024.",
            "",
            *_data(manifest),
            *_recipe(manifest, recipe),
            *_figures(manifest),
            *_patterns(answers),
            *_limitations(),
            *_making(manifest, command, seconds),
        )
    )


def _data(manifest: Manifest) -> Iterable[str]:
    yield from ("## Data", "", "Synthetic head CT with known truth; no phantom serves two purposes.", "")
    yield "| use | patients | of them invaded | slices in range | of them invaded |"
    yield "|---|---|---|---|---|"
    for use, numbers in manifest.cohort.items():
        if isinstance(numbers, dict):
            yield (
                f"| {use.replace('_', ' ')} | {numbers['patients']} | {numbers['invaded_patients']} "
                f"| {numbers['slices']} | {numbers['invaded_slices']} |"
            )
    low, high = manifest.slice_thickness_mm
    yield ""
    yield (
        f"Slices of {low:g} to {high:g} mm, {' and '.join(manifest.contrast_phases)}. A slice is invaded by the "
        "phantom's truth, not by a reader."
    )
    yield ""


def _recipe(manifest: Manifest, recipe: Recipe) -> Iterable[str]:
    backbone, last = recipe.backbone, recipe.final_layer
    stages = ", ".join(f"{stage.images} at {stage.size} px (batches of {stage.batch})" for stage in backbone.stages)
    yield from ("## Recipe", "")
    yield (
        "1. All layers, on all slices in range of the backbone's phantoms; first weights: "
        f"{manifest.weights['origin']}. Images shown: {stages}. "
        f"AdamW, one cycle up to a learning rate of {backbone.learning_rate:g}, weight decay "
        f"{backbone.weight_decay:g}, label smoothing {backbone.label_smoothing:g}. {backbone.augmentation.in_words()}"
    )
    yield "2. Weights of convolutions rounded to float16, the form in which they are stored, and everything frozen."
    yield (
        "3. The final layer by the paper's recipe, on other phantoms: of invaded ones the invaded slices, of the "
        f"others all. Each image and {last.copies} changed copies, Adam, learning rate {last.learning_rate:g}, "
        f"batches of {last.batch}, {last.epochs} epochs. {last.augmentation.in_words()} The paper states no ranges."
    )
    yield ""


def _figures(manifest: Manifest) -> Iterable[str]:
    yield from ("## Figures", "")
    yield "Measured once, on held-out phantoms, with the stored model on onnxruntime and the application's own steps."
    yield ""
    yield from metric_table(manifest)


def _patterns(answers: list[PatientAnswer]) -> Iterable[str]:
    yield from ("Held-out patients by pattern:", "")
    yield from ("| truth | pattern | patients | called positive | called negative |", "|---|---|---|---|---|")
    for invaded in (True, False):
        for pattern in sorted({answer.pattern for answer in answers if answer.invaded is invaded}):
            verdicts = [a.verdict for a in answers if a.pattern == pattern and a.invaded is invaded]
            positive = verdicts.count(Verdict.POSITIVE)
            yield (
                f"| {'invaded' if invaded else 'not invaded'} | {pattern} | {len(verdicts)} | {positive} "
                f"| {len(verdicts) - positive} |"
            )
    yield ""


def _limitations() -> Iterable[str]:
    yield from (
        "## Limitations",
        "",
        "- Phantoms are simpler than people: good figures on phantoms do not carry over to patients.",
        "- ROI and range come from the phantom's truth with a careful reader's scatter, not from readers.",
        "- No metal, motion, surgery, radiotherapy, fracture or other disease of the skull base occurs in the data.",
        "- The probability is not calibrated for any population: half of the phantoms are invaded.",
        "- Grad-CAM shows where the network looked, in cells of about 7 mm, not where a tumour ends.",
        "",
    )


def _making(manifest: Manifest, command: str, seconds: dict[str, float]) -> Iterable[str]:
    yield from ("## How it was made", "", f"`{command}`", "")
    yield (
        "The same command with the same tools and number of threads on the same kind of processor gives the same "
        "model; elsewhere rounding differs and the figures agree within their intervals."
    )
    yield ""
    yield from provenance(manifest, seconds)
