"""How sure the reconstructed cases are: every possibility tried against what is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from training.paper.cases import Cases, Study
from training.paper.counts import RATE_UNIT
from training.paper.fits import counts_that_fit, one_point_aucs_that_fit, runs_of, runs_that_fit, spreads
from training.paper.overlaps import Shared, paired_p, shared
from training.paper.printed import READERS, Comparison, Paper, Reader
from training.paper.row import number


@dataclass(frozen=True)
class Search:
    """One search.

    Attributes:
        what: was looked for.
        given: what of the paper it had to give.
        tried: so many possibilities.
        fit: those that give it.
        reconstructed: what the reconstructed cases have; "" if nothing is to fit, because the unit is another one.
    """

    what: str
    given: str
    tried: int
    fit: tuple[str, ...]
    reconstructed: str

    @property
    def holds(self) -> bool:
        """The reconstructed cases fit, or, where nothing is to fit, nothing does."""
        return self.reconstructed in self.fit if self.reconstructed else not self.fit


def all_searches(paper: Paper, study: Study) -> Iterator[Search]:
    """Calls of each reader by series and by patient, the CNN's runs, overlaps of errors."""
    for cases in study.units:
        for reader in READERS:
            yield _rates(paper, reader, cases)
    for cases in study.units:
        for reader in READERS[1:]:
            yield _one_point(paper, reader, cases)
    yield _runs(paper, study.series)
    for comparison in paper.comparisons:
        yield _overlaps(comparison, study.series)


def _rates(paper: Paper, reader: Reader, cases: Cases) -> Search:
    counts = cases.counts(reader)
    cells = [cell for cell in paper.results if cell.reader == reader]
    fit = counts_that_fit(cells, counts.positives, counts.negatives)
    return Search(
        f"calls of {reader} by {cases.unit}",
        "the five rates with their intervals",
        (counts.positives + 1) * (counts.negatives + 1),
        tuple(map(str, fit)),
        str(counts) if cases.unit == RATE_UNIT[reader] else "",
    )


def _one_point(paper: Paper, reader: Reader, cases: Cases) -> Search:
    counts = cases.counts(reader)
    fit = one_point_aucs_that_fit(paper.cell(reader, "AUC"), counts.positives, counts.negatives)
    return Search(
        f"calls of {reader} by {cases.unit}",
        "the AUC with its interval, from calls alone",
        (counts.positives + 1) * (counts.negatives + 1),
        tuple(map(str, fit)),
        str(counts) if cases.unit == "series" else "",
    )


def _runs(paper: Paper, cases: Cases) -> Search:
    counts = cases.counts("CNN")
    fit = runs_that_fit(paper.cell("CNN", "AUC"), counts.positives, counts.negatives)
    return Search(
        "runs of CNN by series",
        "the AUC with its interval",
        len(spreads(counts.positives)) * len(spreads(counts.negatives)),
        tuple(map(str, fit)),
        str(runs_of(cases)),
    )


def _overlaps(comparison: Comparison, cases: Cases) -> Search:
    one, other = comparison.one, comparison.other
    found = paired_p(cases, one, other)

    def said(overlap: Shared) -> str:
        return f"{overlap}: p = {found[overlap]:.3g}"

    return Search(
        f"errors of {one} and {other} in common, by {cases.unit}",
        f"p = {comparison.p}".replace("= <", "< "),
        len(found),
        tuple(said(overlap) for overlap, p in found.items() if number(comparison.p, p).matches),
        said(shared(cases, one, other)),
    )
