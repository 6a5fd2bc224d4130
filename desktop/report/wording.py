"""The sentences in which a result is told, the same in window, picture and command."""

from __future__ import annotations

from desktop.inference.manifest import Manifest
from desktop.inference.result import Result
from desktop.reading.run import Verdict

DEMONSTRATION = "Demonstration, not for clinical use."
RESEARCH = "Research use only, not for clinical use."

_VERDICTS = {
    Verdict.POSITIVE: "Positive: skull-base invasion",
    Verdict.NEGATIVE: "Negative: no skull-base invasion found",
    Verdict.INDETERMINATE: "Indeterminate: this series cannot support an answer",
}


def verdict_line(result: Result) -> str:
    """The verdict in words."""
    return _VERDICTS[result.verdict]


def run_line(result: Result) -> str:
    """The run beside the cut-off, in slices and mm."""
    run, cutoff = result.run, result.cutoff
    found = f"{run.slices} slice{'' if run.slices == 1 else 's'} ({run.mm:.1f} mm)"
    return (
        f"Longest run of positive slices: {found}; cut-off {cutoff.slices} slices at probability {cutoff.threshold:g}; "
        f"{sum(answer.positive for answer in result.slices)} of {len(result.slices)} slices positive."
    )


def use_line(manifest: Manifest) -> str:
    """What a model may be used for."""
    return DEMONSTRATION if manifest.intended_use == "demonstration" else RESEARCH


def model_line(result: Result) -> str:
    """Which model, and where it ran."""
    manifest = result.manifest
    return f"Model {manifest.id} {manifest.version}, on {str(result.used).upper()}."
