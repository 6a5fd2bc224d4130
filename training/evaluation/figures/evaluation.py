"""Everything that an evaluation found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from desktop.inference.device import Device
from desktop.inference.manifest import Manifest
from desktop.learning.guidelines.facts import Facts
from desktop.reading.run import Cutoff
from training.evaluation.cases.chosen import ChosenCases
from training.evaluation.cases.judged import JudgedCohort
from training.evaluation.cases.looks import Looks
from training.evaluation.figures.base import Base
from training.evaluation.figures.flow import Flow
from training.evaluation.figures.measured import Measured

Comparison = TypeVar("Comparison")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was evaluated, and what its parts found.

    Attributes:
        known: facts of the model, for checklists.
        used: the device that judged.
        cohort: its name; no path.
        fingerprints: SHA-256 of cohort and split.
        time: when it began, UTC, ISO 8601.
        looks: at this test set; None where no test patient was looked at.
        learned_here: whether the model learned from other patients of this cohort.
        comparisons: what the further parts found, each of a type of its own.
    """

    manifest: Manifest
    known: Facts
    used: Device
    cohort: str
    chosen: ChosenCases
    fingerprints: Mapping[str, str]
    learned_here: bool
    time: str
    looks: Looks | None
    flow: Flow
    base: Base
    comparisons: tuple[object, ...] = ()

    @property
    def judged(self) -> JudgedCohort:
        """The cases as the model judged them."""
        return self.base.judged

    @property
    def measured(self) -> Measured:
        """The model's figures."""
        return self.base.measured

    @property
    def cutoff(self) -> Cutoff:
        """The model's own."""
        return self.manifest.cutoff

    def part(self, kind: type[Comparison]) -> Comparison | None:
        """What the part of this kind found; None where it was not asked for."""
        return next((item for item in self.comparisons if isinstance(item, kind)), None)
