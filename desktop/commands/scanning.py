"""`clivus scan`: every series found, eligible or not and why; every file skipped and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from desktop.imaging.eligibility import check_series
from desktop.imaging.series import Scan, Series


def scan_document(found: Scan) -> dict[str, Any]:
    """The object of `scan --json`."""
    return {
        "series": [_series_document(series) for series in found.series],
        "skipped": [{"file": item.shown, "reason": item.reason} for item in found.skipped],
    }


def scan_text(found: Scan) -> str:
    """The same for people."""
    lines = []
    for series in found.series:
        failed = [check for check in check_series(series) if check.status == "fail"]
        geometry = series.geometry
        lines.append(
            f"{series.name}\n  {series.description or 'no description'}: {series.modality}, {len(series.slices)} "
            f"slices of {series.columns} x {series.rows}, {geometry.spacing_mm:.2f} mm apart, "
            f"{geometry.positions_mm[0]:.1f} to {geometry.positions_mm[-1]:.1f} mm, tilt {geometry.gantry_tilt_deg:.1f}"
        )
        lines.append("  suitable" if not failed else "  not suitable")
        lines.extend(f"  - {check.message}" for check in failed)
    lines.extend(f"skipped {item.shown}: {item.reason}" for item in found.skipped)
    lines.append(f"{len(found.series)} series, {len(found.skipped)} file(s) skipped.")
    return "\n".join(lines)


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
        "position_range_mm": [round(float(position), 3) for position in geometry.positions_mm[[0, -1]]],
        "kernel": series.kernel,
        "contrast": series.contrast,
        "transfer_syntaxes": list(series.transfer_syntaxes),
        "eligible": all(check.status != "fail" for check in checks),
        "checks": [asdict(check) for check in checks],
    }
