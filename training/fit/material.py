"""From a cohort and its split to what a fit takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from desktop.learning.cohort.members import Cohort
from desktop.learning.cohort.slices import CaseSlices
from desktop.learning.cohort.split import Split
from desktop.learning.images import Images
from desktop.learning.material import facts_of_cohort, images_of
from training.cohort.loading import load_cohort


@dataclass(frozen=True)
class Material:
    """The images of a fit, and what is to be remembered of the cohort they are from.

    Attributes:
        train, validation: all slices in range; validation is None where nobody is watched.
        cohort: see `desktop.learning.material.facts_of_cohort`.
    """

    train: Images
    validation: Images | None
    cohort: dict[str, Any]


def load_material(cohort: Cohort, split: Split, fold: int | None = None, everyone: bool = False) -> Material:
    """Open every case, refuse leaks, and keep the images of the patients to learn from and of those to watch.

    Args:
        fold: one of the split's folds is watched, and all others in training are learned from; None for internal
            validation.
        everyone: without a fold, all in training are learned from, as a configuration with folds does.

    Raises:
        SplitRefused: the split was made for another cohort, or has no such fold.
        CohortRefused: anything is wrong with a case, or none of those learned from tells its contrast phase.
        Leak: two cases on different sides have something in common.
        ImagesRefused: a slice is there twice.
    """
    split.require_of(cohort)
    learning, watching = split.sides(fold, everyone)
    kept: list[CaseSlices] = []
    for slices in load_cohort(cohort):
        needed = slices.case.patient in learning.all | watching.all
        kept.append(slices if needed else replace(slices, hu=slices.hu[:0]))  # nothing of the test side is kept
    facts = facts_of_cohort(cohort, split, kept, fold, everyone)
    return Material(
        images_of([one for one in kept if one.case.patient in learning.all]),
        images_of([one for one in kept if one.case.patient in watching.all]) if watching.all else None,
        facts,
    )
