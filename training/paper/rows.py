"""Every printed figure beside the recomputed one."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from desktop.learning.statistics.estimate import Undefined
from training.paper import recomputed
from training.paper.cases import Cases, Study
from training.paper.cnn_curve import best_cutoff
from training.paper.counts import RATE_UNIT
from training.paper.fits import intervals_of_auc, rate_interval
from training.paper.overlaps import discordance
from training.paper.printed import Cell, Comparison, Paper, Reader, SecondRoi, Tally
from training.paper.row import Part, Row, interval, not_computable, number


def all_rows(paper: Paper, study: Study) -> Iterator[Row]:
    """Rows in the order of the report."""
    series = study.series
    for cell in paper.results:
        yield _auc(cell, series) if cell.measure == "AUC" else _rate(cell, study.behind_rates(cell.reader))
    yield _cutoff(paper.cutoff, series)
    for comparison in paper.comparisons:
        yield _of_aucs("comparisons", comparison, series)
    for reader, accuracy in paper.abstract_accuracies:
        yield _accuracy(reader, accuracy, series)
    for comparison in paper.abstract_aucs:
        yield _of_aucs("abstract", comparison, series)
    for comparison in paper.abstract_accuracy_claim:
        yield _of_accuracies(comparison, study.patients)
    yield from _second_roi(paper.second_roi, series)
    yield from map(_tally, paper.tallies)


def _rate(cell: Cell, cases: Cases) -> Row:
    hits, trials = cases.counts(cell.reader).fraction(cell.measure)
    method, found = rate_interval(hits, trials, cell.interval)
    wald = method == "Wald"
    if wald:
        exact = recomputed.clopper_pearson(hits, trials)
        method = f"Wald; Clopper-Pearson {exact.low:.3f}-{exact.high:.3f}"
    return Row(
        part="results",
        reader=cell.reader,
        figure=cell.measure,
        unit=cases.unit,
        fraction=f"{hits}/{trials}",
        method=method,
        value=number(cell.value, found.value),
        interval=interval(cell.interval, found),
        see="Wald intervals" if wald else "",
    )


def _auc(cell: Cell, cases: Cases) -> Row:
    found = recomputed.auc(cases, cell.reader)
    return Row(
        part="results",
        reader=cell.reader,
        figure="AUC",
        unit=cases.unit,
        fraction=_pairs(found.value, cases),
        method="pairs won; DeLong, not cut at 1",
        value=number(cell.value, found.value),
        interval=interval(cell.interval, found),
        see="interval beyond 1" if cell.reader == "CNN" else "AUC from one point",
    )


def _cutoff(printed: str, cases: Cases) -> Row:
    best = best_cutoff(cases.positive, cases.scores["CNN"])
    return Row(
        part="results",
        reader="CNN",
        figure="cut-off",
        unit=cases.unit,
        fraction=f"J {best.youden:.3f}",
        method="run with the highest Youden index J",
        value=number(printed, best.cutoff),
        see="cut-off chosen on the test set",
    )


def _of_aucs(part: Part, comparison: Comparison, cases: Cases) -> Row:
    one, other = comparison.one, comparison.other
    found = recomputed.compared(cases, one, other)
    return Row(
        part=part,
        reader=f"{one}-{other}",
        figure="AUC, p",
        unit=cases.unit,
        fraction=f"chi² {found.statistic:.2f}",
        method=f"paired DeLong, p = {found.p:.3g}",
        value=number(comparison.p, found.p),
        see="p = 0.050" if (one, other) == ("CNN", "senior") else "",
    )


def _accuracy(reader: Reader, printed: str, cases: Cases) -> Row:
    hits, trials = cases.counts(reader).fraction("accuracy")
    return Row(
        part="abstract",
        reader=reader,
        figure="accuracy",
        unit=cases.unit,
        fraction=f"{hits}/{trials}",
        method="proportion",
        value=number(printed, hits / trials),
        see="" if RATE_UNIT[reader] == cases.unit else "units mixed",
    )


def _of_accuracies(comparison: Comparison, cases: Cases) -> Row:
    found = discordance(cases, comparison.one, comparison.other)
    return Row(
        part="abstract",
        reader=f"{comparison.one}-{comparison.other}",
        figure="accuracy, p",
        unit=cases.unit,
        fraction=f"{found.only_one}:{found.only_other}",
        method=f"exact McNemar, p = {found.p:.3g}",
        value=number(comparison.p, found.p, expected=comparison.other != "senior"),
        see="significance by patient",
    )


def _second_roi(second: SecondRoi, cases: Cases) -> Iterator[Row]:
    counts = cases.counts("CNN")
    fitting = intervals_of_auc(second.auc, counts.positives, counts.negatives)
    lost = Undefined("it takes the runs of every series on both ROIs, which are not printed")
    if fitting:
        value, own = number(second.auc, fitting[0].value), interval(second.interval, fitting[0], expected=False)
        fraction, method = _pairs(fitting[0].value, cases), "the only such AUC; widest DeLong"
    else:
        none = Undefined("no distribution of runs gives this AUC")
        value, own = not_computable(second.auc, none, expected=True), not_computable(second.interval, none)
        fraction, method = "", ""
    yield Row("second ROI", "CNN", "AUC", cases.unit, fraction, method, value, own, "copied interval")
    yield Row(
        "second ROI", "CNN-CNN", "AUC, p", cases.unit, "", "", not_computable(second.p, lost), see="copied interval"
    )


def _tally(tally: Tally) -> Row:
    return Row(
        part="cohort",
        reader="",
        figure=tally.figure,
        unit=tally.unit,
        fraction=" + ".join(" x ".join(map(str, factors)) for factors in tally.parts),
        method="",
        value=number(tally.value, sum(map(prod, tally.parts))),
    )


def _pairs(auc: float, cases: Cases) -> str:
    pairs = int(cases.positive.sum()) * int((~cases.positive).sum())
    return f"{auc * pairs:g}/{pairs}"
