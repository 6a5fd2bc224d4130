"""Calls against the truth, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from training.paper.printed import Measure, Reader

Unit = Literal["series", "patient"]

RATE_UNIT: Mapping[Reader, Unit] = {"CNN": "series", "senior": "patient", "junior": "patient"}
"""Of the printed rates; `searches.py` shows that the other unit does not give them."""


@dataclass(frozen=True)
class Counts:
    """How many of the positive and of the negative series or patients were called right."""

    true_positives: int
    positives: int
    true_negatives: int
    negatives: int

    @property
    def errors(self) -> tuple[int, int]:
        """Missed positives, false alarms."""
        return self.positives - self.true_positives, self.negatives - self.true_negatives

    def fraction(self, measure: Measure) -> tuple[int, int]:
        """Hits and trials of a rate; for the AUC there are none.

        Raises:
            ValueError: asked for the AUC.
        """
        missed, false = self.errors
        match measure:
            case "accuracy":
                return self.true_positives + self.true_negatives, self.positives + self.negatives
            case "sensitivity":
                return self.true_positives, self.positives
            case "specificity":
                return self.true_negatives, self.negatives
            case "PPV":
                return self.true_positives, self.true_positives + false
            case "NPV":
                return self.true_negatives, self.true_negatives + missed
        raise ValueError(f"{measure} is no rate")

    def __str__(self) -> str:
        return f"{self.true_positives}/{self.positives} and {self.true_negatives}/{self.negatives}"
