"""ROI and a reader's notes (labels, measurements, answers, key slices) as JSON, in readings, drafts and projects."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from desktop.fields import Fields, Unfit
from desktop.imaging.geometry import Rectangle
from desktop.messages import message
from desktop.reading.measurement import LEAST_MM, Angle, Distance, Ellipse, Measurement
from desktop.reading.roi import KeyRectangle, Roi
from desktop.reading.run import Verdict

SliceKey = tuple[str, int | None]
"""SOPInstanceUID and frame number, from 0; None if a label does not state it (`desktop.reading.matching`)."""

MAXIMUM_BYTES = 16_000_000
"""Of a file. Labels and probabilities of three thousand slices are below 1 MB; a larger file is not a reading and would
fill the memory."""

MOST_ENTRIES = 20_000
"""Of a list; a whole-body CT has several thousand slices."""

LARGEST = 1e6
"""Pixels or mm; no position and no slice is as large."""

MOST_FRAMES = 10**6

LONGEST_NOTE, LONGEST_REMARK = 400, 2000
"""Characters, of what is said of a key slice, and of the case."""

_LABELS = {"positive": True, "negative": False}


def roi_as_json(roi: Roi) -> list[dict[str, float]]:
    """The key rectangles of an ROI, the lowest position first."""
    return [asdict(key) for key in roi.keys]


def roi_of(fields: Fields) -> Roi:
    """The ROI at "roi".

    Raises:
        Unfit: it is not a list of rectangles with positions.
        RoiRefused: they make no ROI.
    """
    return Roi.of(
        KeyRectangle(part.number("position_mm", -LARGEST, LARGEST), *_rectangle(part))
        for part in fields.parts("roi", MOST_ENTRIES)
    )


def former_roi_of(fields: Fields, position_mm: float) -> Roi:
    """The single rectangle at "roi" (up to schema 1). It has no position, so the ROI is placed at `position_mm`.

    Raises:
        Unfit: it is not a rectangle.
        RoiRefused: it makes no ROI.
    """
    return Roi.everywhere(*_rectangle(fields.part("roi")), position_mm=position_mm)


@dataclass(frozen=True)
class BeforeModel:
    """What the reader had answered when the model's answer came on the screen: None for nothing yet."""

    verdict: Verdict | None


@dataclass(frozen=True)
class Notes:
    """What a reader added to ROI and range.

    Attributes:
        verdict: the own answer.
        slice_labels: whether invasion is seen.
        before_model: the answer until the model's was seen; None while it was not.
        key_slices: the slices that were chosen, each with a note or "".
        remark: on the case, in the reader's words.
    """

    verdict: Verdict | None = None
    slice_labels: Mapping[SliceKey, bool] = field(default_factory=dict)
    measurements: tuple[Measurement, ...] = ()
    before_model: BeforeModel | None = None
    key_slices: Mapping[SliceKey, str] = field(default_factory=dict)
    remark: str = ""


def notes_as_json(notes: Notes) -> dict[str, Any]:
    """The fields of a reading, a draft or an entry that hold a reader's notes.

    There is at most one answer for now. Points and half axes of measurements are in mm of the patient.
    """
    words = {label: word for word, label in _LABELS.items()}
    measurements, before = notes.measurements, notes.before_model
    return {
        "slice_labels": [
            {"sop_instance_uid": uid, "frame": frame, "label": words[label]}
            for (uid, frame), label in notes.slice_labels.items()
        ],
        "measurements": [
            {"start_mm": list(line.start), "end_mm": list(line.end)}
            for line in measurements
            if isinstance(line, Distance)
        ],
        "angles": [
            {"first_mm": list(angle.first), "apex_mm": list(angle.apex), "last_mm": list(angle.last)}
            for angle in measurements
            if isinstance(angle, Angle)
        ],
        "ellipses": [
            {"centre_mm": list(one.centre), "half_a_mm": list(one.half_a), "half_b_mm": list(one.half_b)}
            for one in measurements
            if isinstance(one, Ellipse)
        ],
        "answers": [] if notes.verdict is None else [{"verdict": notes.verdict}],
        "before_model": None if before is None else {"verdict": before.verdict},
        "key_slices": [
            {"sop_instance_uid": uid, "frame": frame, "note": note} for (uid, frame), note in notes.key_slices.items()
        ],
        "remark": notes.remark or None,
    }


def notes_of(fields: Fields, former: bool) -> Notes:
    """Read what `notes_as_json` wrote; missing fields give empty notes. `former`: in the format of schema 1.

    Raises:
        Unfit: a field is invalid, or a slice has two labels.
    """
    return Notes(
        _former_verdict(fields) if former else _verdict(fields),
        _former_labels(fields) if former else _labels(fields),
        _measurements(fields),
        _before_model(fields.part("before_model")) if fields.has("before_model") else None,
        _key_slices(fields),
        fields.text("remark", LONGEST_REMARK) if fields.has("remark") else "",
    )


def _verdict(fields: Fields) -> Verdict | None:
    """The last answer."""
    answers = fields.parts("answers") if fields.has("answers") else []
    return [Verdict(answer.one_of("verdict", list(Verdict))) for answer in answers][-1] if answers else None


def _before_model(fields: Fields) -> BeforeModel:
    return BeforeModel(Verdict(fields.one_of("verdict", list(Verdict))) if fields.has("verdict") else None)


def _key_slices(fields: Fields) -> dict[SliceKey, str]:
    parts = fields.parts("key_slices", MOST_ENTRIES) if fields.has("key_slices") else []
    return {(part.text("sop_instance_uid"), part.whole("frame", 0, MOST_FRAMES)): _note(part) for part in parts}


def _note(part: Fields) -> str:
    return part.text("note", LONGEST_NOTE) if part.has("note") and part.peek("note") != "" else ""


def _former_verdict(fields: Fields) -> Verdict | None:
    return Verdict(fields.one_of("verdict", list(Verdict))) if fields.has("verdict") else None


def _labels(fields: Fields) -> dict[SliceKey, bool]:
    labels: dict[SliceKey, bool] = {}
    for part in fields.parts("slice_labels", MOST_ENTRIES) if fields.has("slice_labels") else []:
        key = part.text("sop_instance_uid"), part.whole("frame", 0, MOST_FRAMES)
        if key in labels:
            raise Unfit(message("slice_labels names the slice {uid}, frame {frame}, twice", uid=key[0], frame=key[1]))
        labels[key] = _LABELS[part.one_of("label", _LABELS)]
    return labels


def _former_labels(fields: Fields) -> dict[SliceKey, bool]:
    """Labels of schema 1, which name no frame."""
    labels = fields.values("slice_labels") if fields.has("slice_labels") else {}
    if not all(isinstance(label, bool) for label in labels.values()):
        raise Unfit(message("{field} must hold true and false only", field="slice_labels"))
    return {(uid, None): label for uid, label in labels.items()}


def _measurements(fields: Fields) -> tuple[Measurement, ...]:
    """Distances, angles and ellipses have lists of their own, so that versions that know distances only read those."""
    lines, angles, ellipses = (
        fields.parts(key, MOST_ENTRIES) if fields.has(key) else [] for key in ("measurements", "angles", "ellipses")
    )
    ends = [(_point(part, "start_mm"), _point(part, "end_mm")) for part in lines]
    return (
        *(Distance(*line) for line in ends if math.dist(*line) >= LEAST_MM),  # version 0.2 kept slips of the hand
        *(Angle(_point(part, "first_mm"), _point(part, "apex_mm"), _point(part, "last_mm")) for part in angles),
        *(
            Ellipse(_point(part, "centre_mm"), _point(part, "half_a_mm"), _point(part, "half_b_mm"))
            for part in ellipses
        ),
    )


def _rectangle(part: Fields) -> Rectangle:
    column, row, width, height = (part.number(side, -LARGEST, LARGEST) for side in ("column", "row", "width", "height"))
    return column, row, width, height


def _point(part: Fields, key: str) -> tuple[float, float, float]:
    left, back, head = part.numbers(key, 3, -LARGEST, LARGEST)
    return left, back, head
