"""The cases of a cohort, opened one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.learning.cohort.members import Cohort
from desktop.learning.cohort.slices import CaseSlices, load_slices
from training.work.progress import Progress


def load_cohort(cohort: Cohort) -> Iterator[CaseSlices]:
    """The slices of every case, one case after the other, with progress.

    Raises:
        CohortRefused: see `load_slices`.
    """
    progress = Progress("Cases", len(cohort.cases))
    for number, case in enumerate(cohort.cases, start=1):
        yield load_slices(case)
        progress.tell(number)
    progress.close(f"{len(cohort.cases)} cases")
