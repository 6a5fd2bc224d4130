"""Every number of the demonstration model, in one place."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace

from desktop.learning.augmentation import Augmentation
from desktop.learning.fit_settings import Copies
from training.cohort.composition import Composition, Group
from training.cohort.kinds import KINDS, LEARNED
from training.fit.configuration import Configuration, preset

_AUGMENTATION = Augmentation(shift=0.06, rotation_deg=8.0, scale=0.08, flip=0.5, offset_hu=10.0, noise_hu=15.0)


@dataclass(frozen=True)
class Stage:
    """A part of the training of the backbone at one size of crop: pixels, images shown, images in a batch."""

    size: int
    images: int
    batch: int


@dataclass(frozen=True)
class Pretraining:
    """Training of all layers on the slices in range of phantoms that are there twice, intact and invaded.

    Attributes:
        variety: the kinds of phantoms.
        heads: learned from.
        paired: share of a batch that is invaded slices and the same slices intact; the others are of any heads, and
            not invaded.
        watched: further phantoms; the figures on them are printed, and nothing is chosen by them.
        learning_rate: at its peak; one cycle over all stages, rising over `warm_up` of it. It runs by pixels shown and
            not by steps, because the last stages, of few and dear images, would else have a rate near zero.
        where: how much the question where bone is invaded counts beside the question whether it is.
        label_smoothing: a label is this far from 0 and 1, because a slice at the end of an invasion is hardly one.
    """

    variety: str = LEARNED
    heads: int = 600
    paired: float = 0.75
    watched: int = 40
    stages: tuple[Stage, ...] = (Stage(64, 16_000, 32), Stage(112, 28_000, 32), Stage(224, 8_000, 16))
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    warm_up: float = 0.05
    where: float = 2.0
    label_smoothing: float = 0.03
    augmentation: Augmentation = _AUGMENTATION

    def in_words(self) -> str:
        """What model cards tell of a backbone that was trained so."""
        shown = ", ".join(f"{stage.images} of {stage.size} px" for stage in self.stages)
        return (
            f"all layers trained on {self.heads} heads, each intact and invaded ({_kinds(self.variety)}; shown: "
            f"{shown}; AdamW, one cycle, learning rate up to {self.learning_rate:g}; also asked where bone is invaded; "
            f"{self.augmentation.in_words()})"
        )


def _kinds(variety: str) -> str:
    names = [kind.name for kind in KINDS[variety]]
    return ", ".join(f"{names.count(name)} of {len(names)} {name}" for name in dict.fromkeys(names))


COHORT = Composition(
    (
        # All of these are learned from, in five folds and then together: more than the paper's 29 and 41.
        Group("training", True, plain=6, contrast=30, both=6),
        Group("training", False, plain=8, contrast=42, both=8),
        Group("test", True, plain=6, contrast=30, both=4),
        Group("test", False, plain=6, contrast=30, both=4),
    )
)


@dataclass(frozen=True)
class Recipe:
    """The whole recipe.

    Attributes:
        variety: the kinds of the cohort's phantoms.
        cohort: the phantoms that the final layer is fitted to, and those that the model is measured on.
        configuration: of the fit; its weights are the backbone.
    """

    pretraining: Pretraining = Pretraining()
    variety: str = LEARNED
    cohort: Composition = COHORT
    configuration: Configuration = field(
        # Fewer copies than the preset has, so that the model is made within an hour on two cores.
        default_factory=lambda: replace(preset("recommended"), augmentation=Copies(copies=3), members=1)
    )

    def fingerprint(self) -> str:
        """SHA-256 of all numbers."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()
