"""The part that every evaluation has: the model's own figures on the cases, and pictures of what it misread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from desktop.inference.network import Network
from desktop.learning.cohort.examine import Identity
from desktop.learning.cohort.population import kind_of
from desktop.learning.cohort.split import Split, require_no_leak
from desktop.report.picture import picture
from training.evaluation.cases.chosen import ChosenCases
from training.evaluation.cases.judge import JudgedSeries, judge_cases
from training.evaluation.cases.judged import JudgedCohort
from training.evaluation.figures.characteristics import Characteristics, describe
from training.evaluation.figures.measured import Measured, measure
from training.evaluation.figures.sheet import sheet


@dataclass(frozen=True, eq=False)
class Base:
    """What the base part found.

    Attributes:
        kind: whom the cases are of: "patients", "phantoms" or both.
        watched: patients on whom a cut-off may be chosen, as judged; None without a split.
        pictures: of the misread cases, by key: the strongest slice and its map.
        sheets: of chosen and random cases, by key, with both maps.
        shown: why each of these is shown.
    """

    judged: JudgedCohort
    kind: str
    watched: JudgedCohort | None
    measured: Measured
    characteristics: Characteristics
    pictures: Mapping[str, Image.Image]
    sheets: Mapping[str, Image.Image]
    shown: Mapping[str, str]


class BasePart:
    """Measures the model, and refuses cases that the two sides of the split share.

    Args:
        prevalences: at which predictive values are given.
        shown: see `training.evaluation.cases.chosen.cases_to_show`.
    """

    def __init__(
        self,
        network: Network,
        chosen: ChosenCases,
        split: Split | None,
        prevalences: tuple[float, ...],
        shown: Mapping[str, str],
    ) -> None:
        self._network, self._chosen, self._split, self._prevalences = network, chosen, split, prevalences
        self._identities: list[Identity] = []
        self._shown = shown
        self._pictures: dict[str, Image.Image] = {}
        self._sheets: dict[str, Image.Image] = {}

    def see(self, series: JudgedSeries) -> None:
        """Keep the headers' identity, and a picture where the model was wrong."""
        self._identities.append(series.marked.identity)
        if series.case.misread:
            self._pictures[series.case.key] = picture(series.result)
        if series.case.key in self._shown:
            self._sheets[series.case.key] = sheet(series.result)

    def finish(self, judged: JudgedCohort) -> Base:
        """Judge the patients on whom a cut-off may be chosen, look for leaks, measure.

        Raises:
            Leak: the two sides of the split have something in common.
            CohortRefused: a case cannot be used.
        """
        identities = list(self._identities)
        watched = None
        if self._chosen.watched:
            others = []
            for series in judge_cases(self._chosen.watched, self._network, "Cases for the cut-off judged"):
                others.append(series.case)
                identities.append(series.marked.identity)
            watched = JudgedCohort.of(others)
        if self._split is not None:
            require_no_leak(identities, self._split)
        manifest = self._network.manifest
        cutoff = manifest.cutoff
        return Base(
            judged=judged,
            kind=kind_of(self._identities),
            watched=watched,
            measured=measure(judged, cutoff, watched, self._chosen.watched_words, self._prevalences),
            characteristics=describe(judged),
            pictures=self._pictures,
            sheets=dict(sorted(self._sheets.items())),
            shown=self._shown,
        )
