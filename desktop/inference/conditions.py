"""Is a series what the model was made for, by the bundle's own word?"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.imaging.eligibility import Check, Status
from desktop.imaging.eligibility.check import ROUNDING_MM
from desktop.imaging.series import Series
from desktop.inference.manifest import Manifest

FAR_THINNER = 0.5
"""Slices below this share of the least thickness block the verdict: two of them cover less tissue than one slice of the
training, and the more slices there are, the likelier two false positives lie side by side. Between, a warning."""


def check_model(manifest: Manifest, series: Series, indices: Sequence[int], spacing_mm: float) -> tuple[Check, ...]:
    """The checks of the slices `indices`, `spacing_mm` apart, against what the model was made for."""
    return _thickness(manifest, series, indices, spacing_mm), _phase(manifest, series)


def _thickness(manifest: Manifest, series: Series, indices: Sequence[int], spacing_mm: float) -> Check:
    least, most = manifest.slice_thickness_mm
    stated = [thickness for index in indices if (thickness := series.slices[index].thickness_mm) is not None]
    low, high = min([*stated, spacing_mm]), max([*stated, spacing_mm])
    name, required = "model's slice thickness", f"{least:g} to {most:g} mm"
    measured = f"{low:.2f} mm" if high - low <= ROUNDING_MM else f"{low:.2f} to {high:.2f} mm"
    status: Status = "pass"
    found = ""
    if high > most + ROUNDING_MM:
        status, found = "fail", "thicker or farther apart than"
    elif low < least - ROUNDING_MM:
        status = "fail" if low < FAR_THINNER * least else "warn"
        found = "thinner or nearer than" if status == "warn" else "far thinner or nearer than"
    if not found:
        return Check(name, status, measured, required, "The slices are as thick as those that the model was made for.")
    message = (
        f"The slices of the range ({measured}) are {found} those that the model was made for ({required}), so a run of "
        "slices means something else: choose a reconstruction of that thickness."
    )
    return Check(name, status, measured, required, message)


def _phase(manifest: Manifest, series: Series) -> Check:
    name, required = "model's contrast phases", " or ".join(manifest.contrast_phases)
    measured = {True: "contrast", False: "plain", None: "not stated"}[series.contrast]
    if measured in manifest.contrast_phases:
        return Check(name, "pass", measured, required, "The model has seen scans of this contrast phase.")
    message = (
        f"The contrast phase is not stated; the model was trained on {required} scans: make sure that this is one."
        if series.contrast is None
        else f"The model was trained on {required} scans and this one is {measured}: do not rely on the answer."
    )
    return Check(name, "warn", measured, required, message)
