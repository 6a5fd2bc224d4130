"""Every number of a fit, in one place and one file type (TOML); presets `paper` and `recommended`.

A file may name a preset and whatever it changes:

    preset = "paper"
    seed = 3

    [augmentation]
    rotation_deg = 10.0
"""

from __future__ import annotations

import difflib
import hashlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_type_hints

from desktop.errors import InputRefused
from desktop.inference.averaging import Averaging
from desktop.inference.crop import CROP_SIZE
from desktop.inference.manifest import CUTOFFS_MM, LARGEST_SHIFT, NEIGHBOURS, SMOOTHING, THRESHOLDS
from desktop.messages import message
from desktop.reading.run import Cutoff
from training.cohort.crops import SIDE
from training.fit.augmentation import Augmentation
from training.model.bundle import CUTOFF_SLICES, THRESHOLD
from training.model.weights import NAMED

PRESET_NAMES = ("paper", "recommended")

Balance = Literal["images", "classes", "patients"]
"""What counts alike: every image; both classes; or, within each class, every patient."""


Rule = Literal["fixed", "youden", "sensitivity"]
"""How threshold and run are set: as given; by Youden's index; or by a wanted sensitivity."""

RunIn = Literal["slices", "mm"]

MOST_SLICES = 10
"""Of a cut-off: more slices in a row than most ranges hold would call nobody positive."""


class ConfigurationRefused(InputRefused):
    """A configuration that cannot be read or makes no sense."""


def _require(sound: bool, name: str, value: object, expected: str) -> None:
    if not sound:
        raise ConfigurationRefused(
            message("{name} is {value}, {expected} is expected.", name=name, value=_toml(value), expected=expected)
        )


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(f'"{name}"' for name in names)


def _toml(value: object) -> str:
    """A value as TOML writes it; JSON's strings, numbers and lists are TOML's too."""
    return json.dumps(value, ensure_ascii=False, default=str)


@dataclass(frozen=True)
class Adam:
    """The paper's fit (section "Deep learning"): binary cross-entropy, Adam, a fixed number of epochs."""

    learning_rate: float = 1e-4
    batch: int = 64
    epochs: int = 15

    def __post_init__(self) -> None:
        _require(0 < self.learning_rate <= 1, "adam.learning_rate", self.learning_rate, "a number above 0, at most 1")
        _require(self.batch >= 1, "adam.batch", self.batch, "1 or more")
        _require(self.epochs >= 1, "adam.epochs", self.epochs, "1 or more")


@dataclass(frozen=True)
class Logistic:
    """Logistic regression on standardised features with an L2 penalty, solved to convergence.

    Attributes:
        penalties: tried in folds by patient; the one with the least loss on the folds' own images is taken.
        balance: see `Balance`.
    """

    penalties: tuple[float, ...] = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
    balance: Balance = "classes"

    def __post_init__(self) -> None:
        sound = len(self.penalties) >= 1 and all(penalty > 0 for penalty in self.penalties)
        _require(sound, "logistic.penalties", list(self.penalties), "one number or more, all above 0")
        _require(self.balance in get_args(Balance), "logistic.balance", self.balance, _either(get_args(Balance)))


@dataclass(frozen=True)
class Copies:
    """The augmented copies; the paper states their number and kinds, not the ranges.

    Attributes:
        copies: of each image, besides the image itself.
        flip: probability of a mirror image, left for right.
        rotation_deg: about the crop's centre, to either side.
        shift: share of the crop's side, along each side, either way.
        scale, offset_hu, noise_hu: as in `training.fit.augmentation.Augmentation`.
    """

    copies: int = 21
    flip: float = 0.5
    rotation_deg: float = 8.0
    shift: float = 0.08
    scale: float = 0.0
    offset_hu: float = 0.0
    noise_hu: float = 0.0

    def __post_init__(self) -> None:
        _require(self.copies >= 0, "augmentation.copies", self.copies, "0 or more")
        _require(0 <= self.flip <= 1, "augmentation.flip", self.flip, "a probability, from 0 to 1")
        _require(0 <= self.rotation_deg <= 180, "augmentation.rotation_deg", self.rotation_deg, "0 to 180 degrees")
        for name in ("shift", "scale", "offset_hu", "noise_hu"):
            value = getattr(self, name)
            _require(value >= 0, f"augmentation.{name}", value, "0 or more")
        _require(self.scale < 1, "augmentation.scale", self.scale, "less than 1")
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
        _require(self.rule in get_args(Rule), "decision.rule", self.rule, _either(get_args(Rule)))
        _require(self.run_in in get_args(RunIn), "decision.run_in", self.run_in, _either(get_args(RunIn)))
        _within("decision.threshold", self.threshold, THRESHOLDS)
        _within("decision.cutoff_slices", self.cutoff_slices, (1, MOST_SLICES))
        _within("decision.cutoff_mm", self.cutoff_mm, CUTOFFS_MM, or_none=True)
        _within("decision.wanted_sensitivity", self.wanted_sensitivity, (0.5, 1.0))
        _within("decision.smoothing", self.smoothing, SMOOTHING, or_none=True)
        _within("decision.shift_px", self.shift_px, (1, CROP_SIZE // LARGEST_SHIFT), or_none=True)

    @property
    def cutoff(self) -> Cutoff:
        """As it is given."""
        return Cutoff(self.cutoff_slices, self.threshold, self.cutoff_mm or None)

    @property
    def averaging(self) -> Averaging:
        """What is averaged before a slice is called."""
        return Averaging(self.smoothing, self.shift_px)


def _within(name: str, value: float, limits: tuple[float, float], or_none: bool = False) -> None:
    low, high = limits
    expected = f"a number from {low:g} to {high:g}"
    sound = low <= value <= high or (or_none and value == 0)
    _require(sound, name, value, f"{expected}, or 0 for none," if or_none else expected)


@dataclass(frozen=True)
class Familiarity:
    """How a model will tell heads that it has not seen the like of (`desktop.inference.familiarity`).

    Attributes:
        neighbours: a crop is compared with its so many nearest of the training.
        centres: of the training's features, kept in their stead where a site does not want to give away a row for each
            crop; 0 keeps the crops' own.
    """

    neighbours: int = 1
    centres: int = 0

    def __post_init__(self) -> None:
        _within("familiarity.neighbours", self.neighbours, NEIGHBOURS)
        sound = self.centres == 0 or self.centres >= self.neighbours
        _require(sound, "familiarity.centres", self.centres, "as many as neighbours or more, or 0 for none,")


@dataclass(frozen=True)
class Configuration:
    """A whole fit; whole and sound when built.

    Attributes:
        preset: what it was made from; a name, nothing follows from it.
        weights: the backbone; see `training.model.weights.first_weights`.
        seed: of the copies, of the final layer's first weights, of the order of images and of the folds.
        members: final layers fitted on copies of their own and averaged; a mean of linear layers is one layer again.
        folds: of the training patients. Each fold is judged by a layer that learned from the others; what has to be
            chosen is chosen by these answers, and the final layer then learns from all. 0 is the paper's way: internal
            validation is watched, nothing is chosen, and its patients are never learned from.
    """

    preset: str
    fit: Adam | Logistic
    augmentation: Copies = Copies()
    weights: str = "imagenet"
    seed: int = 0
    members: int = 1
    folds: int = 0
    decision: Decision = Decision()
    familiarity: Familiarity = Familiarity()

    def __post_init__(self) -> None:
        _require(self.preset in PRESET_NAMES, "preset", self.preset, _either(PRESET_NAMES))
        _require(bool(self.weights), "weights", self.weights, f"{', '.join(NAMED)}, a bundle or a file")
        _require(0 <= self.seed < 2**63, "seed", self.seed, "a whole number from 0 to 2^63 - 1")
        _require(self.members >= 1, "members", self.members, "1 or more")
        _require(self.folds == 0 or self.folds >= 2, "folds", self.folds, "2 or more, or 0 for none,")
        if not self.folds:
            rule = self.decision.rule
            _require(rule == "fixed", "decision.rule", rule, '"fixed" where there are no folds')
            if isinstance(self.fit, Logistic):
                tried = list(self.fit.penalties)
                _require(len(tried) == 1, "logistic.penalties", tried, "one number where there are no folds")

    @property
    def method(self) -> str:
        """Name of the fit, and of its table in the file."""
        return next(name for name, kind in _METHODS.items() if isinstance(self.fit, kind))

    def text(self) -> str:
        """The whole configuration as TOML."""
        top = {
            "preset": self.preset,
            "method": self.method,
            "weights": self.weights,
            "seed": self.seed,
            "members": self.members,
            "folds": self.folds,
        }
        tables = {
            "augmentation": asdict(self.augmentation),
            "decision": asdict(self.decision),
            "familiarity": asdict(self.familiarity),
            self.method: asdict(self.fit),
        }
        lines = [f"{name} = {_toml(value)}" for name, value in top.items()]
        for table, values in tables.items():
            lines += ["", f"[{table}]", *(f"{name} = {_toml(value)}" for name, value in values.items())]
        return "\n".join(lines) + "\n"

    def fingerprint(self) -> str:
        """SHA-256 of all numbers; a path to weights counts as FILE, for paths say nothing to others."""
        weights = self.weights if self.weights in NAMED else "FILE"
        return hashlib.sha256(replace(self, weights=weights).text().encode()).hexdigest()


_METHODS: dict[str, type[Adam] | type[Logistic]] = {"adam": Adam, "logistic": Logistic}
_Table = TypeVar("_Table", bound=Copies | Adam | Logistic | Decision | Familiarity)
_TOP: dict[str, type] = {"preset": str, "method": str, "weights": str, "seed": int, "members": int, "folds": int}


def preset(name: str) -> Configuration:
    """A preset by name.

    `recommended` computes as many features per image as `paper` (1 + 3 x 7 = 1 + 21), but fits a penalised logistic
    regression to convergence, where the paper's 15 epochs at 1e-4 stop short of it, and averages three of them. After
    the folds it learns from all training patients. On phantom cohorts no difference from `paper` was seen
    (docs/decisions.md).

    Raises:
        ConfigurationRefused: there is no such preset.
    """
    if name == "paper":
        return Configuration("paper", Adam())
    if name == "recommended":
        return Configuration("recommended", Logistic(), Copies(copies=7), members=3, folds=5)
    raise ConfigurationRefused(
        message("There is no preset {name!r}: {expected} is expected.", name=name, expected=_either(PRESET_NAMES))
    )


def read_configuration(path: Path) -> Configuration:
    """Read a configuration file; what it leaves out is the preset's (`recommended` where it names none).

    Raises:
        ConfigurationRefused: it cannot be read, names something unknown or holds a value that makes no sense.
    """
    try:
        with path.open("rb") as stream:
            content = tomllib.load(stream)
    except OSError as error:
        raise ConfigurationRefused(
            message("The configuration {path} cannot be read ({reason}).", path=path, reason=error.strerror)
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationRefused(
            message("The configuration {path} is not TOML: {error}.", path=path, error=error)
        ) from None
    try:
        return _resolved(content)
    except ConfigurationRefused as error:
        raise ConfigurationRefused(message("In the configuration {path}: {error}", path=path, error=error)) from None


def _resolved(content: Mapping[str, Any]) -> Configuration:
    _refuse_unknown(content, [*_TOP, "augmentation", "decision", "familiarity", *_METHODS], "")
    top = {name: _of_type(value, _TOP[name], name) for name, value in content.items() if name in _TOP}
    base = preset(top.get("preset", "recommended"))
    method = top.pop("method", None) or next((name for name in _METHODS if name in content), base.method)
    _require(method in _METHODS, "method", method, _either(tuple(_METHODS)))
    for other in _METHODS:
        if other != method and other in content:
            raise ConfigurationRefused(
                message(
                    '[{other}] has no effect with method = "{method}": take one of the two out.',
                    other=other,
                    method=method,
                )
            )
    fit = base.fit if method == base.method else _METHODS[method]()
    return replace(
        base,
        **top,
        augmentation=_table(base.augmentation, content.get("augmentation", {}), "augmentation"),
        decision=_table(base.decision, content.get("decision", {}), "decision"),
        familiarity=_table(base.familiarity, content.get("familiarity", {}), "familiarity"),
        fit=_table(fit, content.get(method, {}), method),
    )


def _table(base: _Table, content: object, table: str) -> _Table:
    if not isinstance(content, dict):
        raise ConfigurationRefused(
            message("[{table}] must be a table of values, not {value!r}.", table=table, value=content)
        )
    types = get_type_hints(type(base))
    _refuse_unknown(content, [field.name for field in fields(base)], f"{table}.")
    return replace(base, **{name: _of_type(value, types[name], f"{table}.{name}") for name, value in content.items()})


def _refuse_unknown(content: Mapping[str, Any], known: list[str], prefix: str) -> None:
    for name in content:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {prefix}{near[0]}?" if near else f"known are {', '.join(known)}."
            raise ConfigurationRefused(
                message("{prefix}{name} is unknown: {hint}", prefix=prefix, name=name, hint=hint)
            )


def _of_type(value: object, wanted: object, name: str) -> Any:
    """The value, where TOML's type is the one wanted; whole numbers stand for numbers, true and false for nothing."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if wanted is float and number:
        return float(value)  # type: ignore[arg-type]
    if wanted is int and number and isinstance(value, int):
        return value
    if wanted in (str, Balance, Rule, RunIn) and isinstance(value, str):
        return value
    if wanted == tuple[float, ...] and isinstance(value, list):
        return tuple(_of_type(item, float, name) for item in value)
    kinds: dict[object, str] = {int: "a whole number", float: "a number", tuple[float, ...]: "a list of numbers"}
    raise ConfigurationRefused(
        message(
            "{name} is {value}, {expected} is expected.",
            name=name,
            value=_toml(value),
            expected=kinds.get(wanted, "text in quotes"),
        )
    )
