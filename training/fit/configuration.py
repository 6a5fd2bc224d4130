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
import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from desktop.learning.fit_settings import (
    Balance,
    ConfigurationRefused,
    Copies,
    Decision,
    Familiarity,
    Logistic,
    Rule,
    RunIn,
    as_toml,
    either,
    require,
    toml_text,
)
from desktop.learning.recipe import Recipe
from desktop.messages import message
from training.model.weights import NAMED

PRESET_NAMES = ("paper", "recommended")


@dataclass(frozen=True)
class Adam:
    """The paper's fit (section "Deep learning"): binary cross-entropy, Adam, a fixed number of epochs."""

    learning_rate: float = 1e-4
    batch: int = 64
    epochs: int = 15

    def __post_init__(self) -> None:
        require(0 < self.learning_rate <= 1, "adam.learning_rate", self.learning_rate, "a number above 0, at most 1")
        require(self.batch >= 1, "adam.batch", self.batch, "1 or more")
        require(self.epochs >= 1, "adam.epochs", self.epochs, "1 or more")


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
    augmentation: Copies = field(default_factory=Copies)
    weights: str = "imagenet"
    seed: int = 0
    members: int = 1
    folds: int = 0
    decision: Decision = field(default_factory=Decision)
    familiarity: Familiarity = field(default_factory=Familiarity)

    def __post_init__(self) -> None:
        require(self.preset in PRESET_NAMES, "preset", self.preset, either(PRESET_NAMES))
        require(bool(self.weights), "weights", self.weights, f"{', '.join(NAMED)}, a bundle or a file")
        require(0 <= self.seed < 2**63, "seed", self.seed, "a whole number from 0 to 2^63 - 1")
        require(self.members >= 1, "members", self.members, "1 or more")
        require(self.folds == 0 or self.folds >= 2, "folds", self.folds, "2 or more, or 0 for none,")
        if not self.folds:
            rule = self.decision.rule
            require(rule == "fixed", "decision.rule", rule, '"fixed" where there are no folds')
            if isinstance(self.fit, Logistic):
                tried = list(self.fit.penalties)
                require(len(tried) == 1, "logistic.penalties", tried, "one number where there are no folds")

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
        return toml_text(top, tables)

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
        own = Recipe()
        return Configuration("recommended", own.fit, own.augmentation, members=own.members, folds=own.folds)
    raise ConfigurationRefused(
        message("There is no preset {name!r}: {expected} is expected.", name=name, expected=either(PRESET_NAMES))
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
    require(method in _METHODS, "method", method, either(tuple(_METHODS)))
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
    _refuse_unknown(content, [one.name for one in fields(base)], f"{table}.")
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
            value=as_toml(value),
            expected=kinds.get(wanted, "text in quotes"),
        )
    )
