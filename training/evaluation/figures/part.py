"""What every part of an evaluation does."""

from __future__ import annotations

from typing import Protocol

from training.evaluation.cases.judge import JudgedSeries
from training.evaluation.cases.judged import JudgedCohort


class Part(Protocol):
    """One thing that an evaluation finds out.

    A part is built, or prepared where it reads files, before any image is opened, so that what cannot be used is
    refused first. Then it sees every judged series once, in the order of the cohort, and at last it is finished.
    """

    def see(self, series: JudgedSeries) -> None:
        """Take what the part needs of a series; its pixels are let go afterwards."""

    def finish(self, judged: JudgedCohort) -> object:
        """What the part found.

        Args:
            judged: all series that the part has seen, as the model judged them.
        """
