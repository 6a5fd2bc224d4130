"""A comparison of models, as the table that people read and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from desktop.messages import Message, counted, message
from desktop.models.comparing import Compared, Comparison
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
        counts = found.counts(number)
        lines.append(
            message(
                "{model}: positive in {found} of {invaded} patients with invasion, negative in {cleared} of {intact} "
                "without; no verdict in {undecided}.",
                model=f"{model.id} {model.version}",
                **asdict(counts),
            )
        )
    lines += found.remarks
    if found.left_out:
        lines.append(counted("{number} case was left out.", "{number} cases were left out.", len(found.left_out)))
    return [*lines, *map(patient_line, found.patients), *_left_out(found)]


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
            {"id": model.id, "version": model.version, "sha256": model.sha256, **asdict(found.counts(number))}
            for number, model in enumerate(found.models)
        ],
        "patients": [_entry(patient) for patient in found.patients],
        "series": [_entry(one) | {"patient": one.patient} for one in found.series],
        "left_out": {key: str(why) for key, why in found.left_out.items()},
        "remarks": list(map(str, found.remarks)),
    }


def _entry(one: Compared) -> dict[str, Any]:
    return {
        "key": one.key,
        "invaded": one.invaded,
        "verdicts": [str(verdict) for verdict in one.verdicts],
        "scores": [round(score, 6) for score in one.scores],
    }
