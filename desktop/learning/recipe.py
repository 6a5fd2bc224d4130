"""How a final layer is learned at the workstation; `clivus-train fit` calls the same numbers its preset recommended."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field

from desktop.learning.fit_settings import Copies, Decision, Familiarity, Logistic, require, toml_text


@dataclass(frozen=True)
class Recipe:
    """Every number of it.

    Attributes:
        seed: of the split, of the copies and of the folds.
        members: final layers fitted on copies of their own and averaged; a mean of linear layers is one layer again.
        folds: of the training patients. Each fold is judged by a layer that learned from the others; what has to be
            chosen is chosen by these answers, and the final layer then learns from all.
    """

    seed: int = 0
    fit: Logistic = field(default_factory=Logistic)
    augmentation: Copies = field(default_factory=lambda: Copies(copies=7))
    members: int = 3
    folds: int = 5
    decision: Decision = field(default_factory=lambda: Decision(rule="youden"))
    familiarity: Familiarity = field(default_factory=Familiarity)

    def __post_init__(self) -> None:
        require(0 <= self.seed < 2**63, "seed", self.seed, "a whole number from 0 to 2^63 - 1")

    def text(self) -> str:
        """As a configuration of `clivus-train fit`, which lacks only the weights: those of the bundle learned from."""
        top = {"preset": "recommended", "seed": self.seed, "members": self.members, "folds": self.folds}
        tables = {
            "augmentation": asdict(self.augmentation),
            "decision": asdict(self.decision),
            "familiarity": asdict(self.familiarity),
            "logistic": asdict(self.fit),
        }
        return toml_text(top, tables)

    def fingerprint(self) -> str:
        """SHA-256 of all numbers."""
        return hashlib.sha256(self.text().encode()).hexdigest()
