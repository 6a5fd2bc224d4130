"""Is a series what the model was made for, by the bundle's own word?"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.imaging.eligibility import Check, Status
from desktop.imaging.eligibility.check import ROUNDING_MM
from desktop.imaging.eligibility.quality import Quality, measure
from desktop.imaging.series import Series
from desktop.imaging.volume import Volume
from desktop.inference.manifest import Manifest, Pictures

FAR_THINNER = 0.5
"""Slices below this share of the least thickness block the verdict: two of them cover less tissue than one slice of the
training, and the more slices there are, the likelier two false positives lie side by side. Between, a warning."""


USUAL_PICTURES = Pictures(noise_hu=(4.0, 30.0), edge_width_mm=(0.6, 2.0))
"""For a bundle that does not say what its training looked like: head CT with soft kernels. Real scans of four scanners
have 3.2 to 12 HU and 1.3 to 1.8 mm, one of 1 mm pixels 3.3 mm; phantoms 7 to 23 HU and 0.9 to 1.5 mm."""

LITTLE_NOISE = 0.4
"""In the least noise of the training. Real scans of thick slices have 0.45 of the phantoms' least; a blur by 2 pixels
leaves 0.35 and less, and takes faint erosion with it."""

MUCH_NOISE, TOO_MUCH_NOISE = 1.5, 2.5
"""In the most noise of the training (23 HU). 40 HU added are 43 HU and warn; 100 HU added are 97 HU and block: the
network then calls noise bone."""

BLURRED, TOO_BLURRED = 1.5, 2.7
"""In the greatest width of an edge of the training (1.5 mm). A blur by 1 pixel makes 1.9 mm of 1.4, by 2 pixels 2.8 mm,
which warns, as the planning CT with 3.3 mm does; by 3 pixels 3.9 mm, by 5 pixels 5.6 mm, which blocks."""

SHARPENED = 0.6
"""In the least width of an edge of the training: sharper edges come from a filter, whose bright rims look like bone."""


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


def check_pictures(manifest: Manifest, volume: Volume, inside: Sequence[int]) -> tuple[Check, ...]:
    """Are the slices `inside` as noisy and as sharp as those that the model was trained on?"""
    quality, trained = measure(volume, inside), manifest.pictures or USUAL_PICTURES
    return _noise(quality, trained), _sharpness(quality, trained)


def _noise(quality: Quality, trained: Pictures) -> Check:
    low, high = trained.noise_hu[0] * LITTLE_NOISE, trained.noise_hu[1] * MUCH_NOISE
    name, required = "noise", f"{low:.1f} to {high:.1f} HU"
    if quality.noise_hu is None:
        message = "Noise is not measured, since the slices show too little soft tissue: look whether they are grainy."
        return Check(name, "warn", "not measured", required, message)
    noise_hu = quality.noise_hu
    measured = f"{noise_hu:.1f} HU"
    if low <= noise_hu <= high:
        return Check(name, "pass", measured, required, "The slices are as noisy as those of the training.")
    if noise_hu < low:
        message = (
            f"The slices are far smoother ({measured}) than those of the training ({required}), so faint erosion may "
            "be lost: choose a reconstruction without smoothing."
        )
        return Check(name, "warn", measured, required, message)
    status: Status = "fail" if noise_hu > trained.noise_hu[1] * TOO_MUCH_NOISE else "warn"
    message = (
        f"The slices are far noisier ({measured}) than those of the training ({required}), and noise imitates changed "
        "bone: choose thicker slices, a softer kernel or a scan at a higher dose."
    )
    return Check(name, status, measured, required, message)


def _sharpness(quality: Quality, trained: Pictures) -> Check:
    low, high = trained.edge_width_mm[0] * SHARPENED, trained.edge_width_mm[1] * BLURRED
    name, required = "sharpness", f"edges {low:.1f} to {high:.1f} mm wide"
    if quality.edge_width_mm is None:
        message = "Sharpness is not measured, since the slices show no edges between air and tissue: look at them."
        return Check(name, "warn", "not measured", required, message)
    width_mm = quality.edge_width_mm
    measured = f"edges {width_mm:.1f} mm wide"
    if low <= width_mm <= high:
        return Check(name, "pass", measured, required, "The slices are as sharp as those of the training.")
    if width_mm < low:
        message = (
            f"The slices are sharper ({measured}) than those of the training ({required}), as after a filter, whose "
            "rims imitate changed bone: choose the soft-tissue reconstruction."
        )
        return Check(name, "warn", measured, required, message)
    status: Status = "fail" if width_mm > trained.edge_width_mm[1] * TOO_BLURRED else "warn"
    message = (
        f"The slices are more blurred ({measured}) than those of the training ({required}), so thin bone and faint "
        "erosion are lost: choose the original reconstruction."
    )
    return Check(name, status, measured, required, message)
