"""May this series be judged? Named checks with what was measured and what is required."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from desktop.adjacency import NEIGHBOUR_TOLERANCE, neighbours
from desktop.imaging.geometry import StackGeometry
from desktop.imaging.series import Series

MAXIMUM_THICKNESS_MM = 4.0
"""Thicker slices were left out of the paper ("Study population"); the spacing counts too."""

MINIMUM_SLICES = 3
"""Fewer cannot hold a run of two beside a slice that ends it."""

ALIGNMENT_TOLERANCE_MM = 1.0
"""Far above rounding in headers, far below what would move a landmark out of its place in the rectangle."""

_ROUNDING_MM = 0.01

Status = Literal["pass", "warn", "fail"]


@dataclass(frozen=True)
class Check:
    """One named condition. A fail makes the verdict indeterminate; it does not prevent viewing."""

    name: str
    status: Status
    measured: str
    required: str
    message: str


def check_series(series: Series) -> tuple[Check, ...]:
    """The checks that need headers only (paper, "Study population" and "CT and MRI images")."""
    geometry = series.geometry
    return (
        _modality(series),
        _axial(series, geometry),
        _slices(series),
        _thickness(series),
        _spacing("spacing", geometry, geometry.positions_mm),
        _alignment(geometry),
    )


def check_range(geometry: StackGeometry, low_mm: float, high_mm: float) -> tuple[Check, ...]:
    """The checks of the range from `low_mm` to `high_mm` of position."""
    positions = geometry.positions_mm
    inside = positions[(positions >= low_mm - _ROUNDING_MM) & (positions <= high_mm + _ROUNDING_MM)]
    half = geometry.spacing_mm / 2
    covered = positions[0] - half <= low_mm and high_mm <= positions[-1] + half
    return (
        Check(
            "range covered",
            "pass" if covered else "fail",
            f"{low_mm:.1f} to {high_mm:.1f} mm",
            f"within {positions[0]:.1f} to {positions[-1]:.1f} mm",
            "The series covers the range."
            if covered
            else "The range reaches beyond the series: part of the skull base was not scanned.",
        ),
        _spacing("spacing over the range", geometry, inside),
    )


def _modality(series: Series) -> Check:
    good = series.modality == "CT" and not series.localizer
    found = f"{series.modality or 'none'}{', localizer' if series.localizer else ''}"
    message = "CT." if good else f"This is {found}, not a CT stack: choose the axial CT series."
    return Check("modality", "pass" if good else "fail", found, "CT", message)


def _axial(series: Series, geometry: StackGeometry) -> Check:
    good = geometry.is_axial and not series.localizer
    tilt = geometry.gantry_tilt_deg
    message = "Axial slices." if good else "The slices are not axial: choose the axial CT series."
    return Check("axial", "pass" if good else "fail", f"tilt {tilt:.1f} degrees", "axial", message)


def _slices(series: Series) -> Check:
    count = len(series.slices)
    good = count >= MINIMUM_SLICES
    message = f"{count} slices." if good else f"Only {count} slice(s): a run of slices cannot be judged."
    return Check("slices", "pass" if good else "fail", str(count), f"at least {MINIMUM_SLICES}", message)


def _alignment(geometry: StackGeometry) -> Check:
    """One ROI for all slices needs them above each other, or sheared evenly by a tilt."""
    positions = geometry.positions_mm
    aside = geometry.origins - positions[:, None] * geometry.normal
    span = positions[-1] - positions[0]
    share = (positions - positions[0]) / span if span > 0 else np.zeros(len(positions))
    straight = aside[0] + share[:, None] * (aside[-1] - aside[0])
    off = float(np.linalg.norm(aside - straight, axis=1).max())
    required = f"within {ALIGNMENT_TOLERANCE_MM:g} mm of a line"
    good = off <= ALIGNMENT_TOLERANCE_MM
    message = (
        "The slices lie above each other."
        if good
        else f"Slices are shifted sideways by up to {off:.1f} mm: one rectangle does not cover the same place on all."
    )
    return Check("alignment", "pass" if good else "fail", f"{off:.2f} mm", required, message)


def _thickness(series: Series) -> Check:
    stated, spacing = series.slice_thickness_mm, series.geometry.spacing_mm
    required = f"at most {MAXIMUM_THICKNESS_MM:g} mm"
    measured = f"{'not stated' if stated is None else f'{stated:g} mm'}, spacing {spacing:.2f} mm"
    if max(stated or 0.0, spacing) > MAXIMUM_THICKNESS_MM + _ROUNDING_MM:
        message = f"Slices are too thick ({measured}): faint invasion is averaged away."
        return Check("slice thickness", "fail", measured, required, message)
    if stated is None:
        message = "The slice thickness is not stated; the distance between slices is within the limit."
        return Check("slice thickness", "warn", measured, required, message)
    return Check("slice thickness", "pass", measured, required, f"{stated:g} mm.")


def _spacing(name: str, geometry: StackGeometry, positions: npt.NDArray[np.float64]) -> Check:
    spacing = geometry.spacing_mm
    required = f"{spacing:.2f} mm within {NEIGHBOUR_TOLERANCE:.0%}"
    gaps = np.diff(positions)
    if not gaps.size:
        return Check(name, "fail", "no two slices", required, "There are no two neighbouring slices.")
    measured = f"{gaps.min():.2f} to {gaps.max():.2f} mm"
    broken = np.flatnonzero(~neighbours(positions, spacing)) if spacing > 0 else np.array([0])
    if not broken.size:
        return Check(name, "pass", measured, required, f"Slices {spacing:.2f} mm apart throughout.")
    first = int(broken[0])
    message = (
        f"Slices should be {spacing:.2f} mm apart, but {gaps[first]:.2f} mm lie between {positions[first]:.1f} and "
        f"{positions[first + 1]:.1f} mm ({broken.size} such place(s)): slices are missing, doubled or uneven."
    )
    return Check(name, "fail", measured, required, message)
