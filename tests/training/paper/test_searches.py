"""What is printed forces the runs, the calls, and how errors overlap."""

from dataclasses import replace

import numpy as np
import pytest

from desktop.learning.statistics.roc import auc
from training.paper.cases import Study
from training.paper.counts import Counts
from training.paper.fits import (
    Runs,
    counts_that_fit,
    one_point_aucs_that_fit,
    runs_that_fit,
    runs_that_give_auc,
    scores_of,
    spreads,
)
from training.paper.overlaps import Shared, discordances, paired_p, shared
from training.paper.printed import PAPER
from training.paper.searches import Search, all_searches
from training.statistics.comparison import delong_paired

ONLY_RUNS = Runs((1, 0, 14), (13, 9, 0))


def test_only_one_distribution_of_runs_gives_the_auc_and_its_interval(study):
    assert runs_that_fit(PAPER.cell("CNN", "AUC"), 15, 22) == [ONLY_RUNS]


def test_among_runs_with_the_printed_calls_only_that_one_gives_the_auc():
    """14/15 and 22/22 at a cut-off of 2, where runs of 2 and more need not be told apart."""
    fitting = runs_that_give_auc("0.953", 15, 22)
    assert [runs for runs in fitting if runs.positive[2] == 14 and runs.negative[2] == 0] == [ONLY_RUNS]


def test_the_search_for_runs_leaves_none_out():
    """Against the AUC of every distribution of a small test set, one by one."""
    every = [Runs(tuple(map(int, ill)), tuple(map(int, well))) for ill in spreads(3) for well in spreads(4)]
    assert len(every) == 10 * 15
    for printed in ("0.500", "0.792", "1.000"):
        fitting = [runs for runs in every if f"{auc(*scores_of(runs)):.3f}" == printed]
        assert fitting
        assert runs_that_give_auc(printed, 3, 4) == fitting


@pytest.mark.parametrize(
    ("reader", "by_series", "by_patient"),
    [
        ("CNN", [Counts(14, 15, 22, 22)], []),
        ("senior", [], [Counts(10, 13, 15, 17)]),
        ("junior", [], [Counts(9, 13, 9, 17)]),
    ],
)
def test_each_readers_rates_fit_one_count_in_one_unit(reader, by_series, by_patient):
    cells = [cell for cell in PAPER.results if cell.reader == reader]
    assert counts_that_fit(cells, 15, 22) == by_series
    assert counts_that_fit(cells, 13, 17) == by_patient


@pytest.mark.parametrize(("reader", "counts"), [("senior", Counts(12, 15, 19, 22)), ("junior", Counts(11, 15, 11, 22))])
def test_the_readers_aucs_come_from_calls_by_series(reader, counts):
    cell = PAPER.cell(reader, "AUC")
    assert one_point_aucs_that_fit(cell, 15, 22) == [counts]
    assert one_point_aucs_that_fit(cell, 13, 17) == []


def test_one_overlap_of_errors_gives_the_p_of_cnn_and_senior(study):
    """The senior missed what the CNN missed, and called one of the nine series with a run of 1."""
    found = paired_p(study.series, "CNN", "senior")
    assert len(found) == 2 * 4
    assert [overlap for overlap, p in found.items() if f"{p:.3f}" == "0.050"] == [Shared(1, 1)]
    assert found[Shared(1, 1)] == pytest.approx(0.0496, abs=5e-5)


def test_every_overlap_of_errors_gives_the_p_of_cnn_and_junior(study):
    found = paired_p(study.series, "CNN", "junior")
    assert len(found) == 2 * 10
    assert max(found.values()) < 0.001


def test_one_overlap_of_errors_gives_the_p_of_senior_and_junior(study):
    """Both missed the same two positives, so called the same ten, and two negatives positive."""
    found = paired_p(study.series, "senior", "junior")
    assert len(found) == 4 * 4
    assert [overlap for overlap, p in found.items() if f"{p:.3f}" == "0.012"] == [Shared(2, 2)]
    both = study.series.calls("senior") & study.series.calls("junior")
    assert (both[study.series.positive].sum(), both[~study.series.positive].sum()) == (10, 2)


@pytest.mark.parametrize(("one", "other"), [("CNN", "senior"), ("CNN", "junior"), ("senior", "junior")])
def test_an_overlap_has_the_p_of_cases_with_it(study, one, other):
    series = study.series
    found = delong_paired(series.positive, series.scores[one], series.scores[other])
    assert paired_p(series, one, other)[shared(series, one, other)] == pytest.approx(found.p)


def test_errors_cannot_overlap_less_than_they_must():
    """Two readers who miss 2 of 3 each miss one in common."""
    one = Counts(1, 3, 5, 5)
    assert [(found.only_one, found.only_other) for found in discordances(one, one)] == [(1, 1), (0, 0)]


def test_all_searches_hold_and_are_reported(found):
    assert all(search.holds for search in found.searches)
    assert sum(search.what.startswith("calls") for search in found.searches) == 3 * 2 + 2 * 2
    assert [search.tried for search in found.searches if search.what.startswith("runs")] == [136 * 276]
    assert [(search.tried, len(search.fit)) for search in found.searches if search.what.startswith("errors")] == [
        (8, 1),
        (20, 20),
        (16, 1),
    ]


def test_a_search_fails_when_the_cases_do_not_fit_or_another_unit_does():
    assert not Search("", "", 2, ("a",), "b").holds
    assert not Search("", "", 2, ("a",), "").holds
    assert Search("", "", 2, (), "").holds


def test_other_runs_do_not_fit(study):
    """One negative series less with a run of 1: the AUC and the overlap with the senior are others."""
    runs = study.series.scores["CNN"].copy()
    runs[np.flatnonzero(~study.series.positive & (runs == 1) & ~study.series.calls("senior"))[0]] = 0
    other = replace(study.series, scores={**study.series.scores, "CNN": runs})
    failing = [search.what for search in all_searches(PAPER, Study(other, other.by_patient())) if not search.holds]
    assert failing == ["runs of CNN by series", "errors of CNN and senior in common, by series"]
