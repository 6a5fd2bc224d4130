"""A comparison of models, as the table that people read and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from desktop.learning.statistics.estimate import Estimate, Undefined
from desktop.learning.statistics.reported import Reported
from desktop.messages import Message, counted, message
from desktop.models.comparing import Compared, Comparison, Counts
from desktop.reading.run import Verdict

SCHEMA = "clivus-comparison/1"

_WORDS = {
    Verdict.POSITIVE: message("positive"),
    Verdict.NEGATIVE: message("negative"),
    Verdict.INDETERMINATE: message("no verdict"),
}


def comparison_lines(found: Comparison) -> list[Message]:
    """Counts by patient for each model, what to know of them, and the verdicts of each patient."""
    lines = []
    for number, model in enumerate(found.models):
        lines.append(_model_line(f"{model.id} {model.version}", found.counts(number)))
    lines += found.remarks
    if found.left_out:
        lines.append(counted("{number} case was left out.", "{number} cases were left out.", len(found.left_out)))
    return [*lines, *map(patient_line, found.patients), *_left_out(found)]


def _model_line(model: str, counts: Counts) -> Message:
    parts = [
        message(
            "positive in {found} of {invaded} patients with invasion{rate}",
            found=counts.found,
            invaded=counts.invaded,
            rate=_rate(counts.sensitivity),
        ),
        message(
            "negative in {cleared} of {intact} without{rate}",
            cleared=counts.cleared,
            intact=counts.intact,
            rate=_rate(counts.specificity),
        ),
        message("no verdict in {undecided}", undecided=counts.undecided),
    ]
    if not isinstance(counts.auc, Undefined):
        parts.append(message("AUC {area}", area=_figure(counts.auc)))
    return message("{model}: {figures}.", model=model, figures=parts)


def _rate(figure: Estimate | None) -> Message | str:
    return "" if figure is None else message(" ({figure})", figure=_figure(figure))


def _figure(figure: Estimate | Reported) -> Message:
    return message("{value:.2f}, 95 % CI {low:.2f} to {high:.2f}", value=figure.value, low=figure.low, high=figure.high)


def patient_line(patient: Compared) -> Message:
    """What readers and models say of a patient, or of a series."""
    readers = Verdict.POSITIVE if patient.invaded else Verdict.NEGATIVE
    return message(
        "{key}: readers {readers}; models {models}",
        key=patient.key,
        readers=_WORDS[readers],
        models=[verdict_word(verdict) for verdict in patient.verdicts],
    )


def verdict_word(verdict: Verdict) -> Message:
    """A verdict where there is little room."""
    return _WORDS[verdict]


def _left_out(found: Comparison) -> list[Message]:
    return [message("{case}: left out, {reason}", case=key, reason=why) for key, why in found.left_out.items()]


def comparison_document(found: Comparison) -> dict[str, Any]:
    """The object of `clivus bundle compare --json`; patients and series have their pseudonyms."""
    return {
        "schema": SCHEMA,
        "unit": "patient",
        "models": [
            {"id": model.id, "version": model.version, "sha256": model.sha256, **_counts(found.counts(number))}
            for number, model in enumerate(found.models)
        ],
        "patients": [_entry(patient) for patient in found.patients],
        "series": [_entry(one) | {"patient": one.patient} for one in found.series],
        "left_out": {key: str(why) for key, why in found.left_out.items()},
        "remarks": list(map(str, found.remarks)),
    }


def _counts(counts: Counts) -> dict[str, Any]:
    numbers = asdict(counts)
    del numbers["auc"]
    area = None if isinstance(counts.auc, Undefined) else counts.auc
    return numbers | {
        "sensitivity": _numbers(counts.sensitivity),
        "specificity": _numbers(counts.specificity),
        "auc": _numbers(area),
    }


def _numbers(figure: Estimate | Reported | None) -> dict[str, float] | None:
    """With its 95 % interval."""
    if figure is None:
        return None
    return {name: round(getattr(figure, name), 6) for name in ("value", "low", "high")}


def _entry(one: Compared) -> dict[str, Any]:
    return {
        "key": one.key,
        "invaded": one.invaded,
        "verdicts": [str(verdict) for verdict in one.verdicts],
        "scores": [round(score, 6) for score in one.scores],
    }
