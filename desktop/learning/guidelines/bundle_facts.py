"""The facts that a bundle's manifest knows."""

from __future__ import annotations

from desktop.inference.conditions import FAR_THINNER
from desktop.inference.manifest import HEAD_FILE, MODEL_FILE, Manifest
from desktop.inference.remarks import localisation_line, near_chance_line
from desktop.learning.cohort.population import PHANTOMS
from desktop.learning.figures import FOLDS, LEFT_OUT, VALIDATION
from desktop.learning.guidelines.facts import Fact

_OF_A_FIT = {"cohort", "whole split"}
"""Fingerprints that only a bundle of `clivus-train fit` and `export` has: what holds for every fit holds for it."""


def facts_of_bundle(manifest: Manifest) -> dict[Fact, str]:
    """Everything that the manifest alone can tell; what it does not tell is absent."""
    facts = {
        Fact.QUESTION: "Does a nasopharyngeal tumour invade the skull base? Deep learning on head CT, after Nakagawa "
        "et al., Jpn J Radiol 2024.",
        Fact.INTENDED_USE: _use(manifest),
        Fact.READER_TASK: _reader_task(manifest),
        Fact.INPUT_LIMITS: _limits(manifest),
        Fact.PREPROCESSING: _preprocessing(manifest),
        Fact.MODEL: f"A {manifest.weights.get('architecture', 'ResNet50')} (torchvision's) with one linear unit judges "
        f"{manifest.crop_size} x {manifest.crop_size} crops of axial head CT: is the skull base invaded on this slice?",
        Fact.OUTPUT: "Of each slice a logit and a probability; of a case the longest run of adjacent positive slices "
        f"in slices and mm, the score {manifest.cutoff.score_name}, and a verdict: positive, negative, or "
        "indeterminate where the series cannot support an answer.",
        Fact.CUTOFF: f"A case is positive from a run of {manifest.cutoff.run_words} with p >= {manifest.threshold:g}."
        + _averaging(manifest),
        Fact.CUTOFF_SET: "The cut-offs stand in the bundle, so they were set before it is evaluated.",
        Fact.PREDICTION: "Each crop goes through the bundle's ONNX graph on onnxruntime by itself: the network sees no "
        "other slice, no header and no clinical fact.",
        Fact.EXPLANATION: "Each cell of the last convolutional feature maps has its contribution to the logit, for or "
        "against invasion, exact for this network; the positive ones alone are Grad-CAM. Maps show where the network "
        f"looked, not where a tumour ends. {localisation_line(manifest.maps)}",
        Fact.IDENTITY: _identity(manifest),
        Fact.LICENCE: _licence(manifest),
        Fact.SOFTWARE: f"Tools: {', '.join(f'{name} {version}' for name, version in manifest.tools.items())}.",
        Fact.FIRST_WEIGHTS: _first_weights(manifest),
        Fact.BUNDLE_FIGURES: _figures(manifest),
        **_data(manifest),
    }
    return {fact: text for fact, text in facts.items() if text}


def _use(manifest: Manifest) -> str:
    remark = near_chance_line(manifest)
    doubt = "" if remark is None else f" {remark}"
    if manifest.intended_use == "demonstration":
        return (
            "Demonstration. Fitted on synthetic phantoms only; not for clinical use. It says nothing about any "
            f"patient.{doubt}"
        )
    return f"Research use only, not for clinical use.{doubt}"


def _reader_task(manifest: Manifest) -> str:
    edges = "; ".join(f"{edge}: {landmark}" for edge, landmark in manifest.roi_landmarks.items())
    return (
        "A reader marks the range, from the base of the sphenoid sinus to the lower end of the clivus, and on it a "
        f"rectangle of about {manifest.roi_area_cm2:g} cm² ({edges})."
    )


def _limits(manifest: Manifest) -> str:
    least, most = manifest.slice_thickness_mm
    return (
        "Every series is checked before it is judged: modality, orientation, spacing, overlap, kernel, Hounsfield "
        "units, place, the rectangle's area. Where a check fails, the verdict is indeterminate or the series refused; "
        f"one fails for slices more than {most:g} mm thick or apart, or less than {FAR_THINNER * least:g} mm. "
        f"{_familiarity(manifest)}"
    )


def _familiarity(manifest: Manifest) -> str:
    limits = manifest.familiarity
    if limits is None:
        return "The bundle has no reference of its training, so it cannot tell heads that it has not seen the like of."
    return (
        "A case is compared with the training by densities beside each other and by the network's feature maps: by the "
        f"median over its slices of the distance to {_nearest(limits.k)}. Above a score of {limits.warn:.2f}, beyond "
        f"95 % of the training's patients, a caution is given, and above {limits.refuse:.2f} no verdict."
    )


def _nearest(k: int) -> str:
    return "the nearest crop" if k == 1 else f"the farthest of the {k} nearest crops"


def _preprocessing(manifest: Manifest) -> str:
    return (
        f"The rectangle of each slice in range is resampled to {manifest.crop_size} x {manifest.crop_size} pixels "
        f"(antialiased bilinear), in HU. The graph applies the window (level {manifest.window_level:g} HU, width "
        f"{manifest.window_width:g} HU), repeats the picture in three channels, and normalises them as for ImageNet."
    )


def _identity(manifest: Manifest) -> str:
    graph = {name: manifest.files[name] for name in (MODEL_FILE, HEAD_FILE) if name in manifest.files}
    prints = {**graph, **manifest.fingerprints}
    listed = ", ".join(f"{name} {value}" for name, value in prints.items())
    return f"{manifest.id} {manifest.version}. Fingerprints (SHA-256): {listed}."


def _licence(manifest: Manifest) -> str:
    licence = manifest.weights.get("licence")
    return f"Licence of this model: {licence}." if licence else ""


def _first_weights(manifest: Manifest) -> str:
    origin, licence = (manifest.weights.get(name) for name in ("origin", "origin_licence"))
    return f"First weights: {origin} ({licence})." if origin and licence else ""


def _figures(manifest: Manifest) -> str:
    listed = "; ".join(
        f"{metric.name}, by {metric.unit}: {metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f} by "
        f"{metric.method}; {metric.numbers})"
        for metric in manifest.metrics
    )
    return f"With 95 % intervals: {listed}." if listed else ""


def _data(manifest: Manifest) -> dict[Fact, str]:
    """What was learned from; of a bundle that no `fit` made, less is sure."""
    cohort = manifest.cohort
    kind = cohort.get("kind")
    low, high = manifest.slice_thickness_mm
    facts = {
        Fact.DATA_SOURCE: _source(manifest),
        Fact.DATA_NUMBERS: _numbers(manifest),
        Fact.LABELS: "Labels are the phantoms' truth, not a reader's." if kind == PHANTOMS else "",
        Fact.IMAGING: f"Slices learned from are {low:g} to {high:g} mm thick or apart, "
        f"{' and '.join(manifest.contrast_phases)}.",
        Fact.BUNDLE_FIGURES_FROM: "Measured on cases that the model never saw." if manifest.metrics else "",
    }
    if not manifest.fingerprints.keys() >= _OF_A_FIT:
        return facts
    if unstated := cohort.get("phase_not_stated"):
        facts[Fact.IMAGING] += f" Training series that do not state their contrast phase: {unstated}."
    return facts | {
        Fact.LABELS: facts[Fact.LABELS]
        or "Labels are those of the cohort's readings: of a case the verdict, of a slice its mark."
        + _proposed(manifest),
        Fact.PARTITION: "Divided by patient, into one file, before anything was learned. A fit refuses to start when a "
        "patient, study, frame of reference, slice or picture stands on both sides.",
        Fact.DATA_SELECTION: "Images are, of a positive case, the slices called positive, and of a negative one all "
        "slices in range.",
        Fact.BUNDLE_FIGURES_FROM: _held_out(manifest),
    }


def _source(manifest: Manifest) -> str:
    kind, licence = (manifest.cohort.get(name) for name in ("kind", "licence"))
    return (f"A cohort of {kind}." if kind else "") + (f" Licence of its data: {licence}." if licence else "")


def _proposed(manifest: Manifest) -> str:
    found = manifest.cohort.get("labels_from")
    return f" At first they were taken from other data, {found}; a reader confirmed each case." if found else ""


def _held_out(manifest: Manifest) -> str:
    """On whom training measured the model."""
    of_folds = (
        "Figures marked folds: each training patient was judged by a final layer that had learned from the other "
        "folds, and called by the threshold and run that those folds chose; the layer of this model then learned from "
        "all of them. "
    )
    watched = manifest.cohort.get("watched", "validation")
    of_others = f"Figures marked validation: on {watched}; nothing was fitted or chosen by them. "
    marks = {metric.numbers.rpartition(", ")[2] for metric in manifest.metrics}
    told = of_folds if FOLDS in marks else ""
    if LEFT_OUT in marks:
        return (
            f"{told}Figures marked left out: on the test's patients, who were set aside before anything was learned, "
            "and judged once by the model itself; nothing was fitted or chosen by them."
        )
    if VALIDATION in marks or not told:
        told += of_others
    return f"{told}They are not the test."


def _averaging(manifest: Manifest) -> str:
    averaging, said = manifest.averaging, []
    if averaging.shift_px:
        said.append(
            f"over five crops (the ROI's own, and four moved by {averaging.shift_px} of {manifest.crop_size} pixels)"
        )
    if averaging.smoothing:
        said.append(f"over neighbouring slices ({averaging.smoothing:g} of each, the slice itself has the rest)")
    if not said:
        return ""
    ways = ", then ".join(said)
    return f" Logits are averaged {ways} before a slice is called; maps are of the ROI's own crop alone."


def _numbers(manifest: Manifest) -> str:
    sides = {side: numbers for side, numbers in manifest.cohort.items() if isinstance(numbers, dict)}
    return " ".join(
        f"{_plain(side).capitalize()}: {', '.join(f'{_plain(what)} {count}' for what, count in numbers.items())}."
        for side, numbers in sides.items()
    )


def _plain(name: str) -> str:
    return name.replace("_", " ")
