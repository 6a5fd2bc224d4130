"""MODEL_CARD.md of a bundle made from a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from desktop.inference.manifest import Manifest
from training.card import metric_table, provenance
from training.fit.record import Run
from training.weights import NAMED


def run_card(manifest: Manifest, run: Run) -> str:
    """The card, written from the manifest and the run's configuration; it names no path."""
    return "\n".join(
        (
            f"# {manifest.id} {manifest.version}",
            "",
            _use(manifest),
            "",
            "A ResNet50 (torchvision's), its backbone frozen, with one fitted linear unit judges 224 x 224 crops of "
            "axial head CT: is the skull base invaded on this slice? A case is positive from a run of "
            f"{manifest.cutoff_slices} adjacent slices with p >= {manifest.threshold:g}. After Nakagawa et al., Jpn J "
            "Radiol 2024.",
            "",
            *_data(manifest),
            *_recipe(run),
            *_figures(manifest),
            *_making(manifest, run),
        )
    )


def _use(manifest: Manifest) -> str:
    if manifest.intended_use == "demonstration":
        return (
            "**Demonstration. Fitted on synthetic phantoms only; not for clinical use.** It says nothing about any "
            "patient."
        )
    return "**Research use only, not for clinical use.**"


def _data(manifest: Manifest) -> Iterable[str]:
    cohort = manifest.cohort
    yield from ("## Data", "", f"A cohort of {cohort['kind']}, divided by patient.", "")
    yield "| side | patients | of them positive | series | images | of them positive |"
    yield "|---|---|---|---|---|---|"
    for side in ("training", "validation", "test"):
        of = cohort[side]
        images = (str(of.get(name, "not opened")) for name in ("images", "positive_images"))
        yield f"| {side} | {of['patients']} | {of['positive_patients']} | {of['cases']} | {' | '.join(images)} |"
    low, high = manifest.slice_thickness_mm
    yield ""
    yield (
        "Images are, of a positive case, the slices called positive, and of a negative one all slices in range. "
        f"Slices learned from are {low:g} to {high:g} mm thick or apart, {' and '.join(manifest.contrast_phases)}."
    )
    if cohort["phase_not_stated"]:
        yield f"Training series that do not state their contrast phase: {cohort['phase_not_stated']}."
    yield ""


def _recipe(run: Run) -> Iterable[str]:
    configuration = run.configuration
    if configuration.weights not in NAMED:
        configuration = replace(configuration, weights="FILE")
    yield from ("## Recipe", "", "```toml", configuration.text().rstrip("\n"), "```", "")
    if run.penalties:
        yield from (f"Penalty chosen in folds by patient: {run.penalties[0]['penalty']:g}.", "")


def _figures(manifest: Manifest) -> Iterable[str]:
    yield from ("## Figures", "")
    yield (
        "On the images of internal validation, by slice; nothing was fitted or chosen by them. They are not the test: "
        "its patients were not judged, and figures by patient are still to be measured."
    )
    yield ""
    yield from metric_table(manifest)


def _making(manifest: Manifest, run: Run) -> Iterable[str]:
    yield from ("## How it was made", "", "`clivus-train fit`, then `clivus-train export`.", "")
    yield from provenance(manifest, run.seconds)
