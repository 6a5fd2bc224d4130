"""The result as the JSON object that `read` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from desktop.imaging.geometry import Rectangle
from desktop.inference.maps import UNIT
from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.reading.run import Run, Verdict

SCHEMA = "clivus-result/1"


def result_document(result: Result, stability: Stability | None = None) -> dict[str, Any]:
    """The object of `result.json`; it names slices by UID only and contains no patient data.

    `roi` is the rectangle on the strongest slice. Where it differs between slices, `roi` has the `keys` too, and every
    slice its own `roi`. `stability` is there if it was measured.
    """
    manifest, region = result.manifest, result.region
    slices: list[dict[str, Any]] = [
        {
            "sop_instance_uid": answer.sop_instance_uid,
            "position_mm": round(answer.position_mm, 3),
            "logit": answer.logit,
            "crop_logit": answer.crop_logit,
            "probability": answer.probability,
            "positive": answer.positive,
        }
        for answer in result.slices
    ]
    shown = result.strongest
    roi: dict[str, Any] = {**_sides(region.stored_rectangles[shown]), "area_cm2": round(region.areas_cm2[shown], 3)}
    if len(region.roi.keys) > 1:  # otherwise every slice has the same rectangle
        roi["keys"] = [{"position_mm": key.position_mm, **_sides(key.rectangle)} for key in region.roi.keys]
        for entry, rectangle in zip(slices, region.stored_rectangles, strict=True):
            entry["roi"] = _sides(rectangle)
    return {
        "schema": SCHEMA,
        "series": region.volume.series.name,
        "verdict": str(result.verdict),
        "run": _run(result.run),
        "cutoff": asdict(result.cutoff),
        "score": result.score,
        "slices": slices,
        "roi": roi,
        "model": {
            "id": manifest.id,
            "version": manifest.version,
            "sha256": manifest.sha256,
            "intended_use": manifest.intended_use,
            "averaging": asdict(manifest.averaging),
            "near_chance": list(manifest.near_chance),
        },
        "suggested": result.suggested,
        "device": {"requested": str(result.requested), "used": str(result.used)},
        "checks": [check.document() for check in result.checks],
        "familiarity": _familiarity(result),
        "maps": _maps(result),
        **({} if stability is None else {"stability": _stability(stability)}),
        "timing_s": {name: round(seconds, 4) for name, seconds in asdict(result.timing).items()},
    }


def _maps(result: Result) -> dict[str, Any]:
    """Unit and scale of the colours, and how far the model's maps are off."""
    facts = result.manifest.maps
    measured = None if facts is None else facts.localisation
    return {
        "unit": UNIT,
        "scale": result.maps.scale,
        "scale_of": "model" if result.maps.scale_is_models else "case",
        "localisation": None if measured is None else asdict(measured),
    }


def _familiarity(result: Result) -> dict[str, Any] | None:
    """None where the model came without a reference."""
    found, limits = result.familiarity, result.manifest.familiarity
    if found is None or limits is None:
        return None
    return {
        "level": str(found.level),
        "distance": found.score,
        "percentile": round(found.percentile, 1),
        "warn": limits.warn,
        "refuse": limits.refuse,
        "slices": list(found.slices),
    }


def _stability(found: Stability) -> dict[str, Any]:
    return {
        "unchanged": found.unchanged,
        "draws": len(found.draws),
        "indeterminate": found.count(Verdict.INDETERMINATE),
        "steady": found.steady,
        "held_inside": found.held_inside,
        "shift_mm": found.spread.shift_mm,
        "scale": found.spread.scale,
        "rectangles": [
            {
                **{name: round(value, 4) for name, value in asdict(draw.move).items()},
                "verdict": str(draw.verdict),
                "run": _run(draw.run),
                "score": draw.score,
            }
            for draw in found.draws
        ],
    }


def _run(run: Run) -> dict[str, Any]:
    return {"slices": run.slices, "mm": round(run.mm, 3)}


def _sides(rectangle: Rectangle) -> dict[str, float]:
    return dict(zip(("column", "row", "width", "height"), rectangle, strict=True))
