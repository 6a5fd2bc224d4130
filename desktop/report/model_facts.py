"""What a model says of itself, in the sentences that window and command share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.inference.manifest import Manifest
from desktop.learning.cohort.population import MIXED, PATIENTS, PHANTOMS
from desktop.learning.figures import FOLDS, LEFT_OUT, VALIDATION
from desktop.messages import Message, listed, message, named, sentences, verbatim
from desktop.models.choice import default_of
from desktop.models.shelf import Model, Shelf
from desktop.quoting import quoted
from desktop.reading.run import Verdict
from desktop.report.wording import saved_verdict, use_line

_KINDS = {
    PHANTOMS: message("synthetic heads only"),
    PATIENTS: message("patients"),
    MIXED: message("patients and synthetic heads"),
}
"""By what the manifest calls its cohort."""

_PHASES = {"plain": message("without contrast"), "contrast": message("with contrast")}

_FIGURES = (named("sensitivity"), named("specificity"))
"""What is told, by the names in the manifest, besides the AUC. Accuracy hangs on how many patients had invasion."""

_AUC_BY_SCORE, _AUC = "AUC by score", named("AUC")
"""The AUC by run length has steps, and is not told."""

_SIDES = {
    FOLDS: message("By patient, left out in turn while it was made (cross-validation)"),
    VALIDATION: message("By patient, kept apart to watch how it was made (validation)"),
    LEFT_OUT: message("By patient, left out of everything, judged once by the finished model"),
    "test": message("By patient, in its test, never seen before"),
}
"""On whom a figure was measured, by the last words of what the manifest says was counted."""

_UNIT = "patient"

_BOTH_KINDS = re.compile(r"(\d+) positive, (\d+) negative")
"""How the manifest says what an AUC was measured on; a share's numbers are "39/42"."""


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval, and what was counted."""

    name: Message
    told: Message


def learned_from(manifest: Manifest) -> Message:
    """What the model learned from, and how many."""
    kind = str(manifest.cohort["kind"])
    told = _KINDS.get(kind, verbatim(quoted(kind)))
    training = manifest.cohort.get("training")
    numbers = training if isinstance(training, dict) else {}
    patients, positive = numbers.get("patients"), numbers.get("positive_patients")
    if not isinstance(patients, int) or not isinstance(positive, int):
        return told
    return message("{kind}: {number}, of them {positive} with invasion", kind=told, number=patients, positive=positive)


def made_for(manifest: Manifest) -> Message:
    """Which CTs it is for."""
    low, high = manifest.slice_thickness_mm
    phases = listed(_PHASES[phase] for phase in manifest.contrast_phases)
    return message("Slices of {low:g} to {high:g} mm, {phases}", low=low, high=high, phases=phases)


def meaning_of_figures(manifest: Manifest) -> Message | None:
    """What figures do not say, where a model has seen no patient; None for any other."""
    if manifest.cohort["kind"] != PHANTOMS:
        return None
    return message("Its figures are of synthetic heads: they say nothing about patients.")


def figures_by_patient(manifest: Manifest) -> list[tuple[Message, list[Figure]]]:
    """The figures by patient, and on whom they were measured."""
    found: dict[str, list[Figure]] = {}
    for metric in manifest.metrics:
        name = _AUC if metric.name.startswith(_AUC_BY_SCORE) else metric.name
        if metric.unit == _UNIT and name in (*_FIGURES, _AUC):
            numbers, _, side = metric.numbers.rpartition(", ")
            told = message(
                "{value:.2f} (95 % CI {low:.2f} to {high:.2f}), {counted}",
                value=metric.value,
                low=metric.low,
                high=metric.high,
                counted=_counted(numbers or metric.numbers),
            )
            found.setdefault(side, []).append(Figure(Message(name), told))
    return [(_SIDES.get(side, verbatim(quoted(side))), figures) for side, figures in found.items()]


def _counted(numbers: str) -> Message:
    """What was counted, in the reader's language where it is in the words that training writes."""
    if found := _BOTH_KINDS.fullmatch(numbers):
        return message("{positive} positive, {negative} negative", positive=found[1], negative=found[2])
    return verbatim(quoted(numbers))


def of_another_model(stored: Mapping[str, Any], manifest: Manifest, verdict: Verdict) -> Message | None:
    """What to say of a result that was saved earlier, where it is another model's than the one in use, or another one.

    Args:
        stored: as `result.json` has it.
        manifest, verdict: of the model in use.
    """
    before, model = stored.get("verdict"), stored.get("model")
    known = model if isinstance(model, dict) else {}
    name = quoted(f"{known.get('id')} {known.get('version')}") if known else ""
    same = (known.get("id"), known.get("version"), known.get("sha256")) == (
        manifest.id,
        manifest.version,
        manifest.sha256,
    )
    if same and before == verdict:
        return None
    was = message(
        'The saved result was "{verdict}", by the model {model}.',
        verdict=saved_verdict(before),
        model=name or message("that it does not name"),
    )
    in_use = f"{manifest.id} {manifest.version}"
    if same:
        return sentences([was, message("Shown is the answer that this model gives now.")])
    if name == in_use:
        return sentences([was, message("Shown is the answer of another model of this name.")])
    return sentences([was, message("Shown is the answer of another model, {model}.", model=in_use)])


def removed(model: Model, shelf: Shelf, was_default: bool) -> Message:
    """What to say of a model that was removed."""
    gone = message("{model} was removed.", model=model.name)
    now = default_of(shelf) if was_default else None
    if not isinstance(now, Model):
        return gone
    told = message(
        "It was the default, which is {model} from now on. {use}", model=now.name, use=use_line(now.manifest)
    )
    return sentences([gone, told])
