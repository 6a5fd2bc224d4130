"""Every number of the demonstration model's training, in one place."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from training.fit.augmentation import Augmentation
from training.model.bundle import CUTOFF_SLICES, THRESHOLD

_OF_BACKBONE = Augmentation(shift=0.06, rotation_deg=8.0, scale=0.08, flip=0.5, offset_hu=10.0, noise_hu=15.0)
_OF_FINAL_LAYER = Augmentation(shift=0.08, rotation_deg=8.0)


@dataclass(frozen=True)
class Stage:
    """A part of the training of the backbone at one size of crop: pixels, images shown, images in a batch."""

    size: int
    images: int
    batch: int


@dataclass(frozen=True)
class BackboneRecipe:
    """Training end to end, on all slices in range.

    Attributes:
        patients: phantoms drawn.
        learning_rate: at its peak; one cycle over all stages, rising over `warm_up` of the steps.
        label_smoothing: a label is this far from 0 and 1, because a slice at the end of an invasion is hardly one.
    """

    patients: int = 1500
    stages: tuple[Stage, ...] = (
        Stage(96, 32_000, 64),
        Stage(128, 26_000, 64),
        Stage(160, 10_000, 48),
        Stage(224, 7_000, 32),
    )
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    warm_up: float = 0.15
    label_smoothing: float = 0.03
    augmentation: Augmentation = _OF_BACKBONE


@dataclass(frozen=True)
class FinalLayerRecipe:
    """The paper's recipe (section "Deep learning"); the ranges of shift and rotation are not stated there.

    Attributes:
        positive_patients, negative_patients: as many as the paper's training set has.
        copies: augmented copies of each image besides the image itself.
    """

    positive_patients: int = 29
    negative_patients: int = 41
    copies: int = 21
    epochs: int = 15
    batch: int = 64
    learning_rate: float = 1e-4
    augmentation: Augmentation = _OF_FINAL_LAYER


@dataclass(frozen=True)
class Recipe:
    """The whole recipe.

    Attributes:
        validation_patients: watched during training; nothing is chosen by them automatically.
        held_out_patients: measured once, at the end; half of them invaded.
        pointing_mm: a map points right when its maximum is this near to invaded bone.
    """

    backbone: BackboneRecipe = BackboneRecipe()
    final_layer: FinalLayerRecipe = FinalLayerRecipe()
    validation_patients: int = 60
    held_out_patients: int = 120
    threshold: float = THRESHOLD
    cutoff_slices: int = CUTOFF_SLICES
    pointing_mm: float = 5.0

    def fingerprint(self) -> str:
        """SHA-256 of all numbers."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()
