"""`clivus suggest`: range, ROI and landmarks from the anatomy, without a window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop.commands.choosing import choose_series
from desktop.imaging.geometry import Vector
from desktop.imaging.scan import scan_for_images
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load
from desktop.messages import Message, message, sentences, shown, tr
from desktop.reading.as_json import roi_as_json
from desktop.suggestion import NoSuggestion, Suggestion, suggest


def suggest_for(path: Path, wanted: str | None) -> tuple[Volume, Suggestion | NoSuggestion]:
    """What is suggested for a series.

    Args:
        wanted: the series' name; None where only one can be meant.

    Raises:
        ClivusError: the series cannot be found or read.
    """
    with Source.open(path) as source:
        volume = load(choose_series(scan_for_images(source), wanted))
    try:
        return volume, suggest(volume)
    except NoSuggestion as error:
        return volume, error


def suggestion_document(volume: Volume, found: Suggestion | NoSuggestion) -> dict[str, Any]:
    """The object of `suggest --json`; range, ROI and landmarks are null where nothing is suggested."""
    if isinstance(found, NoSuggestion):
        nothing = {"range_mm": None, "roi": None, "landmarks": None, "confidence": None}
        return {"series": volume.series.name, "confident": False, **nothing, "message": str(found.message)}
    cautions = sentences(found.cautions) if found.cautions else None
    return {
        "series": volume.series.name,
        "confident": True,
        "range_mm": [found.range.low_mm, found.range.high_mm],
        "roi": roi_as_json(found.roi),
        "landmarks": {str(name): _on_slice(volume, point) for name, point in found.landmarks_mm.items()},
        "confidence": round(found.confidence, 4),
        "message": None if cautions is None else str(cautions),
    }


def suggestion_text(volume: Volume, found: Suggestion | NoSuggestion) -> str:
    """The same for people."""
    if isinstance(found, NoSuggestion):
        return shown(found.message)
    inside, middle = found.range.indices(volume.geometry.positions_mm), found.range.middle_mm
    column, row, width, height = found.roi.at(middle)
    lines: list[Message] = [
        message(
            "Range: {low:.1f} to {high:.1f} mm, {count} slices.",
            low=found.range.low_mm,
            high=found.range.high_mm,
            count=len(inside),
        ),
        message(
            "ROI at {position:.1f} mm: column {column:.0f}, row {row:.0f}, {width:.0f} x {height:.0f} pixels.",
            position=middle,
            column=column,
            row=row,
            width=width,
            height=height,
        ),
        *found.cautions,
    ]
    use = tr("Look at it in the window before anything is judged by it.")
    return "\n".join([volume.series.name, *map(shown, lines), use])


def _on_slice(volume: Volume, point: Vector) -> dict[str, float]:
    """Position in mm, and column and row in the stored slice nearest to it, counted from the image's outer corner."""
    geometry = volume.geometry
    position = sum(a * b for a, b in zip(point, geometry.normal.tolist(), strict=True))
    column, row = geometry.to_pixel(geometry.nearest(position), point)
    stored = volume.rectangle_to_stored((float(column) + 0.5, float(row) + 0.5, 0.0, 0.0))
    return {"position_mm": round(position, 2), "column": round(stored[0], 2), "row": round(stored[1], 2)}
