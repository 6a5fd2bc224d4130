"""Checks of whether a series is what the model was made for, according to its bundle."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.imaging.eligibility import Check, Status, names
from desktop.imaging.eligibility.check import ROUNDING_MM
from desktop.imaging.eligibility.quality import Quality, measure
from desktop.imaging.series import Series
from desktop.imaging.volume import Volume
from desktop.inference.familiarity import Familiarity, Level
from desktop.inference.manifest import Manifest, Pictures
from desktop.messages import alternatives, message

FAR_THINNER = 0.5
"""Slices thinner than this share of the least thickness block the verdict: two of them cover less tissue than one slice
of the training, and the more slices there are, the more likely two false positives are adjacent. In between, a
warning."""


USUAL_PICTURES = Pictures(noise_hu=(4.0, 30.0), edge_width_mm=(0.6, 2.0))
"""For a bundle that does not state the image quality of its training: head CT with soft kernels. Real scans of four
scanners have 3.2 to 12 HU and 1.3 to 1.8 mm, one with pixels of 1 mm has 3.3 mm; phantoms 7 to 23 HU and 0.9 to 1.5
mm."""

LITTLE_NOISE = 0.4
"""Relative to the least noise of the training. Real scans of thick slices have 0.45 of the phantoms' least noise; a
blur by 2 pixels leaves 0.35 and less, and removes faint erosion."""

MUCH_NOISE, TOO_MUCH_NOISE = 1.5, 2.5
"""Relative to the most noise of the training (23 HU). 40 HU added give 43 HU and warn; 100 HU added give 97 HU and
block: the network then mistakes noise for bone."""

BLURRED, TOO_BLURRED = 1.5, 2.7
"""Relative to the widest edge of the training (1.5 mm). A blur by 1 pixel makes 1.9 mm from 1.4, by 2 pixels 2.8 mm,
which warns, as does the planning CT with 3.3 mm; by 3 pixels 3.9 mm, by 5 pixels 5.6 mm, which blocks."""

SHARPENED = 0.6
"""Relative to the narrowest edge of the training: sharper edges come from a filter, whose bright rims look like
bone."""


def check_model(manifest: Manifest, series: Series, indices: Sequence[int], spacing_mm: float) -> tuple[Check, ...]:
    """Check the slices `indices`, `spacing_mm` apart, against what the model was made for."""
    return _thickness(manifest, series, indices, spacing_mm), _phase(manifest, series)


def check_heads(manifest: Manifest, series: Series) -> tuple[Check, ...]:
    """A demonstration's network was trained on phantoms: on anything else its answer is not a verdict."""
    if manifest.intended_use != "demonstration":
        return ()
    name, required = names.MODELS_HEADS, message("a synthetic head")
    if series.synthetic:
        sentence = message("A synthetic head, like those that the network was trained on.")
        return (Check(name, "pass", message("a synthetic head"), required, sentence),)
    sentence = message("This network has seen synthetic heads only: get a model that was trained on patients.")
    return (Check(name, "fail", message("not a synthetic head"), required, sentence),)


def _thickness(manifest: Manifest, series: Series, indices: Sequence[int], spacing_mm: float) -> Check:
    least, most = manifest.slice_thickness_mm
    stated = [thickness for index in indices if (thickness := series.slices[index].thickness_mm) is not None]
    low, high = min([*stated, spacing_mm]), max([*stated, spacing_mm])
    name, required = names.MODELS_THICKNESS, message("{least:g} to {most:g} mm", least=least, most=most)
    measured = (
        message("{thickness:.2f} mm", thickness=low)
        if high - low <= ROUNDING_MM
        else message("{low:.2f} to {high:.2f} mm", low=low, high=high)
    )
    if high > most + ROUNDING_MM:
        sentence = message(
            "The slices of the range ({measured}) are thicker or farther apart than those that the model was made for "
            "({required}), so a run of slices means something else: choose a reconstruction of that thickness.",
            measured=measured,
            required=required,
        )
        return Check(name, "fail", measured, required, sentence)
    if low < min(FAR_THINNER * least, least - ROUNDING_MM):
        sentence = message(
            "The slices of the range ({measured}) are far thinner or nearer than those that the model was made for "
            "({required}), so a run of slices means something else: choose a reconstruction of that thickness.",
            measured=measured,
            required=required,
        )
        return Check(name, "fail", measured, required, sentence)
    if low < least - ROUNDING_MM:
        sentence = message(
            "The slices of the range ({measured}) are thinner or nearer than those that the model was made for "
            "({required}), so a run of slices means something else: choose a reconstruction of that thickness.",
            measured=measured,
            required=required,
        )
        return Check(name, "warn", measured, required, sentence)
    sentence = message("The slices are as thick as those that the model was made for.")
    return Check(name, "pass", measured, required, sentence)


_PHASES = {"contrast": message("contrast"), "plain": message("plain")}
"""The terms of the manifest; others are shown unchanged."""


def _phase(manifest: Manifest, series: Series) -> Check:
    name = names.MODELS_PHASES
    required = alternatives([_PHASES.get(phase, phase) for phase in manifest.contrast_phases])
    if series.contrast is None:
        sentence = message(
            "The contrast phase is not stated; the model was trained on {required} scans: make sure that this is one.",
            required=required,
        )
        return Check(name, "warn", message("not stated"), required, sentence)
    phase = "contrast" if series.contrast else "plain"
    measured = _PHASES[phase]
    if phase in manifest.contrast_phases:
        sentence = message("The model was trained on scans of this contrast phase.")
        return Check(name, "pass", measured, required, sentence)
    sentence = message(
        "The model was trained on {required} scans and this one is {measured}: do not rely on the answer.",
        required=required,
        measured=measured,
    )
    return Check(name, "warn", measured, required, sentence)


def check_pictures(manifest: Manifest, volume: Volume, inside: Sequence[int]) -> tuple[Check, ...]:
    """Check that the slices `inside` are as noisy and as sharp as those of the training."""
    quality, trained = measure(volume, inside), manifest.pictures or USUAL_PICTURES
    return _noise(quality, trained), _sharpness(quality, trained)


def _noise(quality: Quality, trained: Pictures) -> Check:
    low, high = trained.noise_hu[0] * LITTLE_NOISE, trained.noise_hu[1] * MUCH_NOISE
    name, required = names.NOISE, message("{low:.1f} to {high:.1f} HU", low=low, high=high)
    if quality.noise_hu is None:
        sentence = message(
            "Noise is not measured, since the slices show too little soft tissue: look whether they are grainy.",
        )
        return Check(name, "warn", message("not measured"), required, sentence)
    noise_hu = quality.noise_hu
    measured = message("{noise_hu:.1f} HU", noise_hu=noise_hu)
    if low <= noise_hu <= high:
        return Check(name, "pass", measured, required, message("The slices are as noisy as those of the training."))
    if noise_hu < low:
        sentence = message(
            "The slices are far smoother ({measured}) than those of the training ({required}), so faint "
            "erosion may be lost: choose a reconstruction without smoothing.",
            measured=measured,
            required=required,
        )
        return Check(name, "warn", measured, required, sentence)
    status: Status = "fail" if noise_hu > trained.noise_hu[1] * TOO_MUCH_NOISE else "warn"
    sentence = message(
        "The slices are far noisier ({measured}) than those of the training ({required}), and noise "
        "imitates changed bone: choose thicker slices, a softer kernel or a scan at a higher dose.",
        measured=measured,
        required=required,
    )
    return Check(name, status, measured, required, sentence)


def _sharpness(quality: Quality, trained: Pictures) -> Check:
    low, high = trained.edge_width_mm[0] * SHARPENED, trained.edge_width_mm[1] * BLURRED
    name, required = names.SHARPNESS, message("edges {low:.1f} to {high:.1f} mm wide", low=low, high=high)
    if quality.edge_width_mm is None:
        sentence = message(
            "Sharpness is not measured, since the slices show no edges between air and tissue: look at them."
        )
        return Check(name, "warn", message("not measured"), required, sentence)
    width_mm = quality.edge_width_mm
    measured = message("edges {width_mm:.1f} mm wide", width_mm=width_mm)
    if low <= width_mm <= high:
        return Check(name, "pass", measured, required, message("The slices are as sharp as those of the training."))
    if width_mm < low:
        sentence = message(
            "The slices are sharper ({measured}) than those of the training ({required}), as after a filter, "
            "whose rims imitate changed bone: choose the soft-tissue reconstruction.",
            measured=measured,
            required=required,
        )
        return Check(name, "warn", measured, required, sentence)
    status: Status = "fail" if width_mm > trained.edge_width_mm[1] * TOO_BLURRED else "warn"
    sentence = message(
        "The slices are more blurred ({measured}) than those of the training ({required}), so thin bone "
        "and faint erosion are lost: choose the original reconstruction.",
        measured=measured,
        required=required,
    )
    return Check(name, status, measured, required, sentence)


def check_familiarity(familiarity: Familiarity | None, manifest: Manifest) -> tuple[Check, ...]:
    """Do the slices look to the model like those of its training? Without a reference, a demonstration's need not say
    so: its own check allows nothing but phantoms."""
    name, limits = names.FAMILIARITY, manifest.familiarity
    if familiarity is None or limits is None:
        if manifest.intended_use == "demonstration":
            return ()
        sentence = message(
            "Whether the model has seen heads like this one is not known, since it came without a reference of its "
            "training."
        )
        return (Check(name, "warn", message("not known"), message("not known"), sentence),)
    measured = message(
        "distance {score:.3f}, farther than {percentile:.0f} % of the training",
        score=familiarity.score,
        percentile=familiarity.percentile,
    )
    required = message("up to {warn:.3f}; no verdict above {refuse:.3f}", warn=limits.warn, refuse=limits.refuse)
    match familiarity.level:
        case Level.UNKNOWN:
            sentence = message(
                "The model has not seen heads like this one: check the ROI, or use a model that was trained on such "
                "scans."
            )
            return (Check(name, "fail", measured, required, sentence),)
        case Level.UNUSUAL:
            sentence = message(
                "This head is unlike most of those that the model learned from: check the ROI, and do not rely on the "
                "answer."
            )
            return (Check(name, "warn", measured, required, sentence),)
    return (Check(name, "pass", measured, required, message("The model has seen heads like this one.")),)
