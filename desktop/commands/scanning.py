"""`clivus scan`: lists every series with its checks, and every skipped file with the reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from desktop.imaging.eligibility import check_series
from desktop.imaging.series import Scan, Series
from desktop.messages import Message, counted, message, shown, tr, verbatim

_SINGLES_SHOWN = 3
"""How many single-slice series with the same result are listed one by one; there may be thousands."""

_LEAST_TILT_DEG = 0.05
"""A smaller tilt would be printed as 0.0."""


def scan_document(found: Scan) -> dict[str, Any]:
    """The object of `scan --json`."""
    return {
        "series": [_series_document(series) for series in found.series],
        "skipped": [{"file": item.shown, "reason": str(item.reason)} for item in found.skipped],
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
        lines.append(
            shown(
                counted(
                    "and {number} more series of one slice, of which the same is to be said.",
                    "and {number} more series of one slice, of which the same is to be said.",
                    folded,
                )
            )
        )
    by_reason: dict[Message, list[str]] = defaultdict(list)
    for item in found.skipped:
        by_reason[item.reason].append(item.shown)
    for reason, files in by_reason.items():
        lines.append(
            tr("left out: {file} and {count} more: {reason}", file=files[0], count=len(files) - 1, reason=reason)
            if len(files) > 1
            else tr("left out: {file}: {reason}", file=files[0], reason=reason)
        )
    lines.append(
        tr(
            "{series}, {files} left out.",
            series=counted("{number} series", "{number} series", len(found.series)),
            files=counted("{number} file", "{number} files", len(found.skipped)),
        )
    )
    return "\n".join(lines)


def _series_lines(series: Series) -> list[str]:
    geometry, checks, count = series.geometry, check_series(series), len(series.slices)
    facts = [
        verbatim(series.modality),
        counted(
            "{number} slice of {columns} x {rows}",
            "{number} slices of {columns} x {rows}",
            count,
            columns=series.columns,
            rows=series.rows,
        ),
    ]
    if count > 1:
        low, high = geometry.positions_mm[[0, -1]]
        facts.append(
            message(
                "{spacing:.2f} mm apart from {low:.1f} to {high:.1f} mm",
                spacing=geometry.spacing_mm,
                low=low,
                high=high,
            )
        )
    if abs(geometry.gantry_tilt_deg) >= _LEAST_TILT_DEG:
        facts.append(message("tilted by {degrees:.1f} degrees", degrees=geometry.gantry_tilt_deg))
    if abs(geometry.sideways_shear_deg) >= _LEAST_TILT_DEG:
        facts.append(message("sheared sideways by {degrees:.1f} degrees", degrees=geometry.sideways_shear_deg))
    failed = [check.message for check in checks if check.status == "fail"]
    doubts = [check.message for check in checks if check.status == "warn"]
    fitness = tr("not suitable:") if failed else tr("suitable, with care:") if doubts else tr("suitable")
    description = series.description or message("no description")
    return [
        series.name,
        f"  {tr('{description}: {facts}', description=description, facts=facts)}",
        f"  {fitness}",
        *(f"  - {shown(sentence)}" for sentence in failed or doubts),
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
        "checks": [check.document() for check in checks],
    }
