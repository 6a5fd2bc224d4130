"""The result as the JSON object that `read` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from desktop.imaging.volume import Volume
from desktop.inference.result import Result

SCHEMA = "clivus-result/1"


def result_document(result: Result, volume: Volume) -> dict[str, Any]:
    """The object of `result.json`; it names slices by UID only and holds nothing of the patient's."""
    column, row, width, height = result.roi.rectangle
    manifest = result.manifest
    return {
        "schema": SCHEMA,
        "series": volume.series.name,
        "verdict": str(result.verdict),
        "run": {"slices": result.run.slices, "mm": round(result.run.mm, 3)},
        "cutoff": {"slices": result.cutoff.slices, "threshold": result.cutoff.threshold},
        "score": result.score,
        "slices": [
            {
                "sop_instance_uid": answer.sop_instance_uid,
                "position_mm": round(answer.position_mm, 3),
                "logit": answer.logit,
                "probability": answer.probability,
                "positive": answer.positive,
            }
            for answer in result.slices
        ],
        "roi": {
            "column": column,
            "row": row,
            "width": width,
            "height": height,
            "area_cm2": round(result.area_cm2, 3),
        },
        "model": {
            "id": manifest.id,
            "version": manifest.version,
            "sha256": manifest.sha256,
            "intended_use": manifest.intended_use,
        },
        "device": {"requested": str(result.requested), "used": str(result.used)},
        "checks": [asdict(check) for check in result.checks],
        "timing_s": {name: round(seconds, 4) for name, seconds in asdict(result.timing).items()},
    }
