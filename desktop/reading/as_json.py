"""ROI, slice labels, measurements and answers as they stand in readings and drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from desktop.fields import Fields, Unfit
from desktop.imaging.geometry import Rectangle
from desktop.messages import message
from desktop.reading.measurement import Measurement
from desktop.reading.roi import KeyRectangle, Roi
from desktop.reading.run import Verdict

SliceKey = tuple[str, int | None]
"""SOPInstanceUID, and the frame in its file, from 0; None where a label names none (`desktop.inference.matching`)."""

MAXIMUM_BYTES = 16_000_000
"""Of a file. Labels and probabilities of three thousand slices are below 1 MB; more is not a reading, and would fill
the memory."""

MOST_ENTRIES = 20_000
"""Of a list; whole-body CT has some thousands of slices."""

LARGEST = 1e6
"""Pixels or mm; no place in a patient and no slice is as large."""

MOST_FRAMES = 10**6

_LABELS = {"positive": True, "negative": False}


def roi_as_json(roi: Roi) -> list[dict[str, float]]:
    """Its key rectangles, the lowest position first."""
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
    """The one rectangle at "roi", as up to schema 1; it was placed nowhere in particular, so here.

    Raises:
        Unfit: it is not one.
        RoiRefused: it makes no ROI.
    """
    return Roi.everywhere(*_rectangle(fields.part("roi")), position_mm=position_mm)


def labels_as_json(labels: Mapping[SliceKey, bool]) -> list[dict[str, Any]]:
    """One entry for each slice."""
    words = {label: word for word, label in _LABELS.items()}
    return [{"sop_instance_uid": uid, "frame": frame, "label": words[label]} for (uid, frame), label in labels.items()]


def labels_of(fields: Fields) -> dict[SliceKey, bool]:
    """The labels at "slice_labels", empty where there are none.

    Raises:
        Unfit: they are not such, or a slice has two.
    """
    labels: dict[SliceKey, bool] = {}
    for part in fields.parts("slice_labels", MOST_ENTRIES) if fields.has("slice_labels") else []:
        key = part.text("sop_instance_uid"), part.whole("frame", 0, MOST_FRAMES)
        if key in labels:
            raise Unfit(message("slice_labels names the slice {uid}, frame {frame}, twice", uid=key[0], frame=key[1]))
        labels[key] = _LABELS[part.one_of("label", _LABELS)]
    return labels


def former_labels_of(fields: Fields) -> dict[SliceKey, bool]:
    """The same as up to schema 1, which named no frame.

    Raises:
        Unfit: they are not an object of true and false.
    """
    labels = fields.values("slice_labels") if fields.has("slice_labels") else {}
    if not all(isinstance(label, bool) for label in labels.values()):
        raise Unfit(message("{field} must hold true and false only", field="slice_labels"))
    return {(uid, None): label for uid, label in labels.items()}


def measurements_as_json(measurements: Sequence[Measurement]) -> list[dict[str, list[float]]]:
    """Both ends of each, in mm of the patient."""
    return [{"start_mm": list(one.start), "end_mm": list(one.end)} for one in measurements]


def measurements_of(fields: Fields) -> tuple[Measurement, ...]:
    """The measurements at "measurements", empty where there are none.

    Raises:
        Unfit: they are not lines between two points.
    """
    parts = fields.parts("measurements", MOST_ENTRIES) if fields.has("measurements") else []
    return tuple(Measurement(_point(part, "start_mm"), _point(part, "end_mm")) for part in parts)


def answers_as_json(verdict: Verdict | None) -> list[dict[str, str]]:
    """The reader's own answers; there is one at most, until there are studies."""
    return [] if verdict is None else [{"verdict": verdict}]


def verdict_of(fields: Fields) -> Verdict | None:
    """The last of the answers at "answers", None where there is none.

    Raises:
        Unfit: they are not answers.
    """
    answers = fields.parts("answers") if fields.has("answers") else []
    return [Verdict(answer.one_of("verdict", list(Verdict))) for answer in answers][-1] if answers else None


def former_verdict_of(fields: Fields) -> Verdict | None:
    """The one at "verdict", as up to schema 1.

    Raises:
        Unfit: it is none that is known.
    """
    return Verdict(fields.one_of("verdict", list(Verdict))) if fields.has("verdict") else None


def _rectangle(part: Fields) -> Rectangle:
    column, row, width, height = (part.number(side, -LARGEST, LARGEST) for side in ("column", "row", "width", "height"))
    return column, row, width, height


def _point(part: Fields, key: str) -> tuple[float, float, float]:
    left, back, head = part.numbers(key, 3, -LARGEST, LARGEST)
    return left, back, head
