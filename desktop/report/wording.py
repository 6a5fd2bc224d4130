"""The sentences that state a result, the same in window, picture and command."""

from __future__ import annotations

from desktop.imaging.eligibility import names
from desktop.inference.manifest import Manifest
from desktop.inference.remarks import near_chance_line
from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.messages import Message, counted, message, verbatim
from desktop.quoting import quoted
from desktop.reading.run import Run, Verdict

DEMONSTRATION = message("Demonstration, not for clinical use.")
RESEARCH = message("Research use only, not for clinical use.")

_VERDICTS = {
    Verdict.POSITIVE: message("Positive: skull-base invasion"),
    Verdict.NEGATIVE: message("Negative: no skull-base invasion found"),
    Verdict.INDETERMINATE: message("Indeterminate: this series cannot support an answer"),
}


def saved_verdict(value: object) -> Message:
    """A verdict that a file states, in words; what is not one is quoted."""
    return next((text for verdict, text in _VERDICTS.items() if verdict == value), verbatim(quoted(str(value))))


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
        cutoff=cutoff_words(result),
        threshold=cutoff.threshold,
        positive=sum(answer.positive for answer in result.slices),
        total=len(result.slices),
    )


def cutoff_words(result: Result) -> Message:
    """The run from which this case would be positive."""
    needed, mm = result.cutoff.slices_at(result.region.spacing_mm), result.cutoff.mm
    if mm is None:
        return counted("{number} slice", "{number} slices", needed)
    return counted("{number} slice ({mm:g} mm)", "{number} slices ({mm:g} mm)", needed, mm=mm)


def length_line(run: Run) -> Message:
    """How long the run is, where there is little room."""
    return counted("Run: {number} slice, {mm:.1f} mm", "Run: {number} slices, {mm:.1f} mm", run.slices, mm=run.mm)


def stability_line(stability: Stability) -> Message:
    """How often the verdict stays when the ROI is placed again; a caution where that is too seldom."""
    fields = {"mm": stability.spread.shift_mm, "percent": 100 * stability.spread.scale, "same": stability.unchanged}
    if stability.steady:
        return counted(
            "Unchanged in {same} of {number} rectangle as a second reader might place it (SD {mm:g} mm, {percent:g} % "
            "in size).",
            "Unchanged in {same} of {number} rectangles as a second reader might place them (SD {mm:g} mm, {percent:g} "
            "% in size).",
            len(stability.draws),
            **fields,
        )
    return counted(
        "The verdict is unchanged in only {same} of {number} rectangle as a second reader might place it (SD {mm:g} "
        "mm, {percent:g} % in size): check the ROI, and do not rely on the verdict.",
        "The verdict is unchanged in only {same} of {number} rectangles as a second reader might place them (SD {mm:g} "
        "mm, {percent:g} % in size): check the ROI, and do not rely on the verdict.",
        len(stability.draws),
        **fields,
    )


def use_line(manifest: Manifest) -> Message:
    """What a model may be used for; one that was not shown to be better than chance says so for ever."""
    use, remark = short_use_line(manifest), near_chance_line(manifest)
    return use if remark is None else message("{use} {remark}", use=use, remark=remark)


def short_use_line(manifest: Manifest) -> Message:
    """The same where there is little room."""
    return DEMONSTRATION if manifest.intended_use == "demonstration" else RESEARCH


def licence_line(manifest: Manifest) -> Message | None:
    """The licence of the data that a model learned from; None where none is stated."""
    licence = manifest.cohort.get("licence")
    return message("Learned from data under this licence: {licence}.", licence=licence) if licence else None


def model_line(result: Result) -> Message:
    """Which model, and where it ran."""
    manifest = result.manifest
    return message(
        "Model {id} {version}, on {device}.", id=manifest.id, version=manifest.version, device=str(result.used).upper()
    )


def averaging_line(manifest: Manifest) -> Message | None:
    """What a slice's answer is averaged over; None for nothing."""
    averaging = manifest.averaging
    if averaging.smoothing and averaging.shift_px:
        return message("Answers: averaged over five crops and neighbouring slices; maps: of the ROI itself.")
    if averaging.smoothing:
        return message("Answers: averaged over neighbouring slices; maps: of each slice itself.")
    if averaging.shift_px:
        return message("Answers: averaged over five crops; maps: of the ROI itself.")
    return None


def scale_line(scale_is_models: bool) -> Message:
    """Whose scale the colours of the maps have."""
    if scale_is_models:
        return message("The colour scale is the same for all cases of this model.")
    return message("The model states no colour scale, so the scale is that of this case alone.")
