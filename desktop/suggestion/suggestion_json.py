"""A suggestion, or why there is none, as JSON: for `clivus suggest` and for projects."""

from __future__ import annotations

from typing import Any

from desktop.imaging.geometry import Vector
from desktop.imaging.volume import Volume
from desktop.messages import sentences
from desktop.reading.as_json import roi_as_json
from desktop.suggestion.finding import NoSuggestion
from desktop.suggestion.suggestion import Suggestion


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


def _on_slice(volume: Volume, point: Vector) -> dict[str, float]:
    """Position in mm, and column and row in the stored slice nearest to it, counted from the image's outer corner."""
    geometry = volume.geometry
    position = sum(a * b for a, b in zip(point, geometry.normal.tolist(), strict=True))
    column, row = geometry.to_pixel(geometry.nearest(position), point)
    stored = volume.rectangle_to_stored((float(column) + 0.5, float(row) + 0.5, 0.0, 0.0))
    return {"position_mm": round(position, 2), "column": round(stored[0], 2), "row": round(stored[1], 2)}
