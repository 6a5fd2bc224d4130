"""Every number by which a final layer is learned and its cases are called, each sound when built."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from desktop.errors import InputRefused
from desktop.inference.averaging import Averaging
from desktop.inference.crop import CROP_SIZE
from desktop.inference.manifest import CUTOFFS_MM, LARGEST_SHIFT, NEIGHBOURS, SMOOTHING, THRESHOLDS
from desktop.learning.augmentation import Augmentation
from desktop.learning.cohort.crops import SIDE
from desktop.messages import message
from desktop.reading.run import Cutoff

THRESHOLD, CUTOFF_SLICES = 0.5, 2
"""A slice is positive at this probability, a case at this run (paper, sections "Deep learning" and "Results")."""

Balance = Literal["images", "classes", "patients"]
"""What counts alike: every image; both classes; or, within each class, every patient."""


Rule = Literal["fixed", "youden", "sensitivity"]
"""How threshold and run are set: as given; by Youden's index; or by a wanted sensitivity."""

RunIn = Literal["slices", "mm"]

MOST_SLICES = 10
"""Of a cut-off: more slices in a row than most ranges hold would call nobody positive."""


class ConfigurationRefused(InputRefused):
    """A configuration that cannot be read or makes no sense."""


def require(sound: bool, name: str, value: object, expected: str) -> None:
    """Refuse a value that is not sound.

    Raises:
        ConfigurationRefused: it is not.
    """
    if not sound:
        raise ConfigurationRefused(
            message("{name} is {value}, {expected} is expected.", name=name, value=as_toml(value), expected=expected)
        )


def either(names: tuple[str, ...]) -> str:
    """Names in quotes, of which one is expected."""
    return " or ".join(f'"{name}"' for name in names)


def as_toml(value: object) -> str:
    """A value as TOML writes it; JSON's strings, numbers and lists are TOML's too."""
    return json.dumps(value, ensure_ascii=False, default=str)


def toml_text(top: Mapping[str, object], tables: Mapping[str, Mapping[str, object]]) -> str:
    """Values and tables of values as a TOML file."""
    lines = [f"{name} = {as_toml(value)}" for name, value in top.items()]
    for table, values in tables.items():
        lines += ["", f"[{table}]", *(f"{name} = {as_toml(value)}" for name, value in values.items())]
    return "\n".join(lines) + "\n"


def require_within(name: str, value: float, limits: tuple[float, float], or_none: bool = False) -> None:
    """Refuse a value beyond its limits; see `require`."""
    low, high = limits
    expected = f"a number from {low:g} to {high:g}"
    sound = low <= value <= high or (or_none and value == 0)
    require(sound, name, value, f"{expected}, or 0 for none," if or_none else expected)


@dataclass(frozen=True)
class Logistic:
    """Logistic regression on standardised features with an L2 penalty, solved to convergence.

    Attributes:
        penalties: tried in folds by patient; the strongest whose loss on the folds' own images lies within one
            standard error of the least is taken.
        balance: see `Balance`.
    """

    penalties: tuple[float, ...] = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
    balance: Balance = "classes"

    def __post_init__(self) -> None:
        sound = len(self.penalties) >= 1 and all(penalty > 0 for penalty in self.penalties)
        require(sound, "logistic.penalties", list(self.penalties), "one number or more, all above 0")
        require(self.balance in get_args(Balance), "logistic.balance", self.balance, either(get_args(Balance)))


@dataclass(frozen=True)
class Copies:
    """The augmented copies; the paper states their number and kinds, not the ranges.

    Attributes:
        copies: of each image, besides the image itself.
        flip: probability of a mirror image, left for right.
        rotation_deg: about the crop's centre, to either side.
        shift: share of the crop's side, along each side, either way.
        scale, offset_hu, noise_hu: as in `desktop.learning.augmentation.Augmentation`.
    """

    copies: int = 21
    flip: float = 0.5
    rotation_deg: float = 8.0
    shift: float = 0.08
    scale: float = 0.0
    offset_hu: float = 0.0
    noise_hu: float = 0.0

    def __post_init__(self) -> None:
        require(self.copies >= 0, "augmentation.copies", self.copies, "0 or more")
        require(0 <= self.flip <= 1, "augmentation.flip", self.flip, "a probability, from 0 to 1")
        require(0 <= self.rotation_deg <= 180, "augmentation.rotation_deg", self.rotation_deg, "0 to 180 degrees")
        for name in ("shift", "scale", "offset_hu", "noise_hu"):
            value = getattr(self, name)
            require(value >= 0, f"augmentation.{name}", value, "0 or more")
        require(self.scale < 1, "augmentation.scale", self.scale, "less than 1")
        reach, most = self._reach(), SIDE / CROP_SIZE / 2
        if reach > most + 1e-9:
            raise ConfigurationRefused(
                message(
                    "The augmentation reaches {reach:.2f} of the crop's side beyond the crop, but only {most:.2f} are "
                    "kept around it: choose a smaller rotation_deg, shift or scale.",
                    reach=reach - 0.5,
                    most=most - 0.5,
                )
            )

    def _reach(self) -> float:
        """How far a copy's corner may lie from the crop's centre along an axis, in sides of the crop."""
        angle = math.radians(min(self.rotation_deg, 45.0))
        return 0.5 * (1 + self.scale) * (math.cos(angle) + math.sin(angle)) + self.shift

    @property
    def amounts(self) -> Augmentation:
        """The ranges alone."""
        return Augmentation(self.shift, self.rotation_deg, self.scale, self.flip, self.offset_hu, self.noise_hu)


@dataclass(frozen=True)
class Decision:
    """From a slice's answers to the call of a case.

    Attributes:
        rule: "fixed" takes the next three as they are; the others choose threshold and run in the folds, by patient.
        threshold, cutoff_slices, cutoff_mm: 0 mm is none. Where a rule chooses, these win among equals.
        wanted_sensitivity: of the rule "sensitivity", which takes the greatest specificity that reaches it.
        run_in: what a chosen run is measured in.
        smoothing, shift_px: see `desktop.inference.averaging.Averaging`; 0 is none.
    """

    rule: Rule = "fixed"
    threshold: float = THRESHOLD
    cutoff_slices: int = CUTOFF_SLICES
    cutoff_mm: float = 0.0
    wanted_sensitivity: float = 0.95
    run_in: RunIn = "slices"
    smoothing: float = 0.0
    shift_px: int = 0

    def __post_init__(self) -> None:
        require(self.rule in get_args(Rule), "decision.rule", self.rule, either(get_args(Rule)))
        require(self.run_in in get_args(RunIn), "decision.run_in", self.run_in, either(get_args(RunIn)))
        require_within("decision.threshold", self.threshold, THRESHOLDS)
        require_within("decision.cutoff_slices", self.cutoff_slices, (1, MOST_SLICES))
        require_within("decision.cutoff_mm", self.cutoff_mm, CUTOFFS_MM, or_none=True)
        require_within("decision.wanted_sensitivity", self.wanted_sensitivity, (0.5, 1.0))
        require_within("decision.smoothing", self.smoothing, SMOOTHING, or_none=True)
        require_within("decision.shift_px", self.shift_px, (1, CROP_SIZE // LARGEST_SHIFT), or_none=True)

    @property
    def cutoff(self) -> Cutoff:
        """As it is given."""
        return Cutoff(self.cutoff_slices, self.threshold, self.cutoff_mm or None)

    @property
    def averaging(self) -> Averaging:
        """What is averaged before a slice is called."""
        return Averaging(self.smoothing, self.shift_px)


@dataclass(frozen=True)
class Familiarity:
    """How a model will tell heads that it has not seen the like of (`desktop.inference.familiarity`).

    Attributes:
        neighbours: a crop is compared with its so many nearest of the training.
        centres: of the training's features, kept in their stead where a site does not want to give away a row for each
            crop; 0 keeps the crops' own.
    """

    neighbours: int = 5
    centres: int = 0

    def __post_init__(self) -> None:
        require_within("familiarity.neighbours", self.neighbours, NEIGHBOURS)
        sound = self.centres == 0 or self.centres >= self.neighbours
        require(sound, "familiarity.centres", self.centres, "as many as neighbours or more, or 0 for none,")
