"""`clivus scan`: every series found, eligible or not and why; every file skipped and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict
from typing import Any

from desktop.imaging.eligibility import check_series
from desktop.imaging.series import Scan, Series

_SINGLES_SHOWN = 3
"""Of series of one slice of which the same is to be said; there may be thousands."""

_LEAST_TILT_DEG = 0.05
"""A smaller tilt would be printed as 0.0."""


def scan_document(found: Scan) -> dict[str, Any]:
    """The object of `scan --json`."""
    return {
        "series": [_series_document(series) for series in found.series],
        "skipped": [{"file": item.shown, "reason": item.reason} for item in found.skipped],
    }


def scan_text(found: Scan) -> str:
    """The same for people."""
    lines, singles = [], Counter[tuple[str, ...]]()
    for series in found.series:
        name, *rest = _series_lines(series)
        if len(series.slices) == 1:
            singles[tuple(rest)] += 1
        if singles[tuple(rest)] <= _SINGLES_SHOWN:
            lines += [name, *rest]
    folded = sum(count - _SINGLES_SHOWN for count in singles.values() if count > _SINGLES_SHOWN)
    if folded:
        lines.append(f"and {folded} more series of one slice, of which the same is to be said.")
    by_reason: dict[str, list[str]] = defaultdict(list)
    for item in found.skipped:
        by_reason[item.reason].append(item.shown)
    for reason, files in by_reason.items():
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        lines.append(f"left out: {files[0]}{more}: {reason}")
    lines.append(f"{len(found.series)} series, {len(found.skipped)} file(s) left out.")
    return "\n".join(lines)


def _series_lines(series: Series) -> list[str]:
    geometry, checks, count = series.geometry, check_series(series), len(series.slices)
    facts = [series.modality, f"{count} slice{'s' if count > 1 else ''} of {series.columns} x {series.rows}"]
    if count > 1:
        low, high = geometry.positions_mm[[0, -1]]
        facts.append(f"{geometry.spacing_mm:.2f} mm apart from {low:.1f} to {high:.1f} mm")
    if abs(geometry.gantry_tilt_deg) >= _LEAST_TILT_DEG:
        facts.append(f"tilted by {geometry.gantry_tilt_deg:.1f} degrees")
    if abs(geometry.sideways_shear_deg) >= _LEAST_TILT_DEG:
        facts.append(f"sheared sideways by {geometry.sideways_shear_deg:.1f} degrees")
    failed = [check.message for check in checks if check.status == "fail"]
    doubts = [check.message for check in checks if check.status == "warn"]
    fitness = "not suitable:" if failed else "suitable, with care:" if doubts else "suitable"
    return [
        series.name,
        f"  {series.description or 'no description'}: {', '.join(facts)}",
        f"  {fitness}",
        *(f"  - {message}" for message in failed or doubts),
    ]


def _series_document(series: Series) -> dict[str, Any]:
    geometry = series.geometry
    checks = check_series(series)
    return {
        "series_instance_uid": series.series_instance_uid,
        "stack": series.stack,
        "description": series.description,
        "modality": series.modality,
        "slices": len(series.slices),
        "rows": series.rows,
        "columns": series.columns,
        "pixel_spacing_mm": [series.row_mm, series.column_mm],
        "slice_spacing_mm": round(geometry.spacing_mm, 4),
        "slice_thickness_mm": series.slice_thickness_mm,
        "gantry_tilt_deg": round(geometry.gantry_tilt_deg, 2) + 0.0,
        "sideways_shear_deg": round(geometry.sideways_shear_deg, 2) + 0.0,
        "position_range_mm": [round(float(position), 3) for position in geometry.positions_mm[[0, -1]]],
        "kernel": series.kernel,
        "contrast": series.contrast,
        "transfer_syntaxes": list(series.transfer_syntaxes),
        "eligible": all(check.status != "fail" for check in checks),
        "checks": [asdict(check) for check in checks],
    }
