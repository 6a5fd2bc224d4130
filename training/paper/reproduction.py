"""The whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.learning.statistics.estimate import Estimate
from training.paper import recomputed
from training.paper.cases import Study
from training.paper.cnn_curve import Point, roc_points
from training.paper.counts import Unit
from training.paper.findings.every import all_findings
from training.paper.findings.finding import Finding
from training.paper.printed import PAPER, RATES, READERS, Measure, Paper, Reader
from training.paper.row import Row
from training.paper.rows import all_rows
from training.paper.searches import Search, all_searches


@dataclass(frozen=True)
class Rate:
    """A rate of one reader in one unit."""

    unit: Unit
    measure: Measure
    reader: Reader
    hits: int
    trials: int
    found: Estimate


@dataclass(frozen=True)
class Reproduction:
    """Printed and recomputed.

    Attributes:
        rows: printed figures beside recomputed ones.
        searches: that the reconstructed cases stand on.
        one_unit: the rates of all three in one unit, with Clopper-Pearson's interval.
        findings: what does not hold.
        curve: the ROC of the CNN by series.
        readers: the readers' one point of it each.
    """

    rows: tuple[Row, ...]
    searches: tuple[Search, ...]
    one_unit: tuple[Rate, ...]
    findings: tuple[Finding, ...]
    curve: tuple[Point, ...]
    readers: Mapping[Reader, Point]

    def auc(self, reader: Reader) -> float:
        """Recomputed, by series."""
        rows = (row for row in self.rows if (row.part, row.reader, row.figure) == ("results", reader, "AUC"))
        return next(rows).value.exact[0]

    @property
    def failures(self) -> list[str]:
        """What should have come out and did not, by name."""
        rows = [
            f"{row.reader} {row.figure} by {row.unit} ({row.part})".strip()
            for row in self.rows
            if any(one.expected and not one.matches for one in row.figures())
        ]
        return rows + [f"search for {search.what}" for search in self.searches if not search.holds]


def reproduce(paper: Paper = PAPER) -> Reproduction:
    """Compute everything; deterministic, in about 2 seconds."""
    study = Study.of()
    series = study.series
    return Reproduction(
        rows=tuple(all_rows(paper, study)),
        searches=tuple(all_searches(paper, study)),
        one_unit=tuple(_one_unit(study)),
        findings=all_findings(paper, study),
        curve=roc_points(series.positive, series.scores["CNN"]),
        readers={
            reader: roc_points(series.positive, series.scores[reader])[0] for reader in READERS if reader != "CNN"
        },
    )


def _one_unit(study: Study) -> list[Rate]:
    return [
        Rate(cases.unit, measure, reader, hits, trials, recomputed.clopper_pearson(hits, trials))
        for cases in study.units
        for measure in RATES
        for reader in READERS
        for hits, trials in [cases.counts(reader).fraction(measure)]
    ]
