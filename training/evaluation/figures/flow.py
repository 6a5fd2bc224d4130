"""The way of the cases, from those found to those with a verdict (the paper's Figure 1), and who is on which side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop.learning.cohort.members import Case, Cohort
from desktop.learning.cohort.split import Split


@dataclass(frozen=True)
class Group:
    """Some patients of a cohort, in numbers."""

    name: str
    patients: int
    positive: int
    series: int
    positive_series: int

    @staticmethod
    def of(name: str, cases: Iterable[Case]) -> Group:
        """The group of these cases' patients."""
        known = list(cases)
        return Group(
            name,
            len({case.patient for case in known}),
            len({case.patient for case in known if case.positive}),
            len(known),
            sum(case.positive for case in known),
        )


@dataclass(frozen=True)
class Flow:
    """Who was found, left out, and evaluated.

    Attributes:
        excluded: how many series were left out of the cohort, by reason, the commonest first.
        cohort: all of it.
        sides: of the split; empty without one.
        evaluated: those judged here; what became of them is in `Measured.undecided`.
    """

    excluded: dict[str, int]
    cohort: Group
    sides: tuple[Group, ...]
    evaluated: Group

    @staticmethod
    def of(cohort: Cohort, split: Split | None, evaluated: Iterable[Case], excluded: Mapping[str, str]) -> Flow:
        """The flow of an evaluation; no series is opened for it.

        Args:
            excluded: see `training.evaluation.cases.excluded.read_excluded`.
        """
        sides = {}
        if split is not None:
            learned, watched = split.sides()
            sides = {"learned from": learned, "internal validation": watched, "test": split.test}
        return Flow(
            dict(Counter(excluded.values()).most_common()),
            Group.of("cohort", cohort.cases),
            tuple(
                Group.of(name, (case for case in cohort.cases if case.patient in patients.all))
                for name, patients in sides.items()
            ),
            Group.of("evaluated", evaluated),
        )
