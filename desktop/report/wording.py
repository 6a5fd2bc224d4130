"""The sentences that state a result, the same in window, picture and command."""

from __future__ import annotations

from desktop.imaging.eligibility import names
from desktop.inference.manifest import Manifest
from desktop.inference.result import Result
from desktop.messages import Message, counted, message
from desktop.reading.run import Run, Verdict

DEMONSTRATION = message("Demonstration, not for clinical use.")
RESEARCH = message("Research use only, not for clinical use.")

_VERDICTS = {
    Verdict.POSITIVE: message("Positive: skull-base invasion"),
    Verdict.NEGATIVE: message("Negative: no skull-base invasion found"),
    Verdict.INDETERMINATE: message("Indeterminate: this series cannot support an answer"),
}


_WITHHELD = {
    names.MODELS_HEADS: message("No verdict: this network has seen synthetic heads only"),
    names.FAMILIARITY: message("No verdict: the model has not seen heads like this one"),
}
"""By the check that withholds it."""


def verdict_line(result: Result) -> Message:
    """The verdict in words, or why there is none."""
    return _VERDICTS[result.verdict] if result.withheld is None else _WITHHELD[result.withheld.name]


def run_line(result: Result) -> Message:
    """The run beside the cut-off, in slices and mm."""
    run, cutoff = result.run, result.cutoff
    return message(
        "Longest run of positive slices: {found}; cut-off {cutoff} at probability {threshold:g}; {positive} of {total} "
        "slices positive.",
        found=counted("{number} slice ({mm:.1f} mm)", "{number} slices ({mm:.1f} mm)", run.slices, mm=run.mm),
        cutoff=counted("{number} slice", "{number} slices", cutoff.slices),
        threshold=cutoff.threshold,
        positive=sum(answer.positive for answer in result.slices),
        total=len(result.slices),
    )


def length_line(run: Run) -> Message:
    """How long the run is, where there is little room."""
    return counted("Run: {number} slice, {mm:.1f} mm", "Run: {number} slices, {mm:.1f} mm", run.slices, mm=run.mm)


def use_line(manifest: Manifest) -> Message:
    """What a model may be used for."""
    return DEMONSTRATION if manifest.intended_use == "demonstration" else RESEARCH


def model_line(result: Result) -> Message:
    """Which model, and where it ran."""
    manifest = result.manifest
    return message(
        "Model {id} {version}, on {device}.", id=manifest.id, version=manifest.version, device=str(result.used).upper()
    )
