"""Every printed figure is recomputed to the printed digit, or is named as one that cannot be."""

from dataclasses import replace

import pytest

from desktop.learning.statistics.proportions import clopper_pearson
from training.paper.printed import PAPER, Tally
from training.paper.reproduction import reproduce
from training.paper.rows import all_rows

FRACTIONS = {
    ("CNN", "AUC"): ("314.5/330", "series"),
    ("CNN", "accuracy"): ("36/37", "series"),
    ("CNN", "sensitivity"): ("14/15", "series"),
    ("CNN", "specificity"): ("22/22", "series"),
    ("CNN", "PPV"): ("14/14", "series"),
    ("CNN", "NPV"): ("22/23", "series"),
    ("senior", "AUC"): ("274.5/330", "series"),
    ("senior", "accuracy"): ("25/30", "patient"),
    ("senior", "sensitivity"): ("10/13", "patient"),
    ("senior", "specificity"): ("15/17", "patient"),
    ("senior", "PPV"): ("10/12", "patient"),
    ("senior", "NPV"): ("15/18", "patient"),
    ("junior", "AUC"): ("203.5/330", "series"),
    ("junior", "accuracy"): ("18/30", "patient"),
    ("junior", "sensitivity"): ("9/13", "patient"),
    ("junior", "specificity"): ("9/17", "patient"),
    ("junior", "PPV"): ("9/17", "patient"),
    ("junior", "NPV"): ("9/13", "patient"),
}

cells = pytest.mark.parametrize("cell", PAPER.results, ids=lambda cell: f"{cell.reader}-{cell.measure}")


def row_of(rows, part, reader, figure):
    (row,) = [row for row in rows if (row.part, row.reader, row.figure) == (part, reader, figure)]
    return row


@cells
def test_a_result_and_its_interval_come_out(found, cell):
    row = row_of(found.rows, "results", cell.reader, cell.measure)
    assert (row.value.printed, row.value.recomputed) == (cell.value, cell.value)
    assert (row.interval.printed, row.interval.recomputed) == (cell.interval, cell.interval)
    assert row.value.matches
    assert row.interval.matches
    assert (row.fraction, row.unit) == FRACTIONS[cell.reader, cell.measure]


def test_there_are_18_results():
    assert {(cell.reader, cell.measure) for cell in PAPER.results} == set(FRACTIONS)
    assert len(PAPER.results) == len(FRACTIONS) == 18


@cells
def test_the_method_is_named(found, cell):
    """DeLong for AUCs; Wald for the two intervals without width, with Clopper-Pearson's beside it; else that."""
    method = row_of(found.rows, "results", cell.reader, cell.measure).method
    if cell.measure == "AUC":
        assert method == "pairs won; DeLong, not cut at 1"
    elif cell.interval == "1.000-1.000":
        exact = clopper_pearson(*{"specificity": (22, 22), "PPV": (14, 14)}[cell.measure])
        assert method == f"Wald; Clopper-Pearson {exact.low:.3f}-1.000"
    else:
        assert method == "Clopper-Pearson"


@pytest.mark.parametrize(
    ("pair", "printed", "p"),
    [("CNN-senior", "0.050", 0.0496), ("CNN-junior", "<0.001", 2.13e-5), ("senior-junior", "0.012", 0.0120)],
)
def test_the_p_values_come_out(found, pair, printed, p):
    row = row_of(found.rows, "comparisons", pair, "AUC, p")
    assert row.value.printed == printed
    assert row.value.matches
    assert row.value.exact[0] == pytest.approx(p, rel=5e-3)
    assert row.unit == "series"
    assert "paired DeLong" in row.method


@pytest.mark.parametrize(
    ("reader", "printed", "fraction"),
    [("CNN", "0.973", "36/37"), ("senior", "0.838", "31/37"), ("junior", "0.595", "22/37")],
)
def test_the_accuracies_of_the_abstract_come_out_by_series(found, reader, printed, fraction):
    row = row_of(found.rows, "abstract", reader, "accuracy")
    assert (row.value.printed, row.value.recomputed) == (printed, printed)
    assert (row.fraction, row.unit) == (fraction, "series")


@pytest.mark.parametrize(
    ("reader", "fraction", "p", "holds"), [("senior", "4:0", 0.125, False), ("junior", "11:0", 2**-10, True)]
)
def test_by_patient_the_accuracy_differs_from_the_juniors_only(found, reader, fraction, p, holds):
    row = row_of(found.rows, "abstract", f"CNN-{reader}", "accuracy, p")
    assert (row.fraction, row.unit) == (fraction, "patient")
    assert row.value.exact[0] == pytest.approx(p)
    assert row.value.matches == row.value.expected == holds
    assert row.see == "significance by patient"


def test_the_second_rois_interval_does_not_come_out(found):
    row = row_of(found.rows, "second ROI", "CNN", "AUC")
    assert row.value.matches
    assert row.fraction == "320.5/330"
    assert not row.interval.matches
    assert not row.interval.expected
    assert row.see == "copied interval"


def test_what_cannot_be_computed_says_why(found):
    row = row_of(found.rows, "second ROI", "CNN-CNN", "AUC, p")
    assert row.value.recomputed.startswith("cannot be computed, because ")
    assert row.value.exact == ()
    assert not row.value.matches


@pytest.mark.parametrize("tally", PAPER.tallies, ids=lambda tally: f"{tally.figure}-{tally.unit}-{tally.value}")
def test_counts_add_up(found, tally):
    (row,) = [
        row
        for row in found.rows
        if row.part == "cohort"
        and (row.figure, row.unit, row.value.printed) == (tally.figure, tally.unit, tally.value)
        and row.fraction == " + ".join(" x ".join(map(str, factors)) for factors in tally.parts)
    ]
    assert row.value.recomputed == tally.value


def test_every_row_that_does_not_match_refers_to_a_finding(found):
    names = {finding.name for finding in found.findings}
    assert {row.see for row in found.rows} - {""} <= names
    missed = [row for row in found.rows if not all(one.matches for one in row.figures())]
    assert len(missed) == 3
    assert all(row.see for row in missed)


def test_nothing_that_should_match_fails(found):
    assert found.failures == []


def one_digit_off(printed):
    """The same figure with another last digit."""
    return printed[:-1] + str((int(printed[-1]) + 1) % 10)


@cells
def test_another_printed_result_is_a_mismatch(study, cell):
    place = PAPER.results.index(cell)
    for other in (
        replace(cell, value=one_digit_off(cell.value)),
        replace(cell, interval=one_digit_off(cell.interval)),
    ):
        results = (*PAPER.results[:place], other, *PAPER.results[place + 1 :])
        rows = all_rows(replace(PAPER, results=results), study)
        row = row_of(rows, "results", cell.reader, cell.measure)
        assert row.value.matches == (other.value == cell.value)
        assert row.interval.matches == (other.interval == cell.interval)


@pytest.mark.parametrize("n", range(3))
def test_another_printed_p_value_is_a_mismatch(study, n):
    was = PAPER.comparisons[n]
    other = replace(was, p="<0.00001" if was.p.startswith("<") else one_digit_off(was.p))
    comparisons = (*PAPER.comparisons[:n], other, *PAPER.comparisons[n + 1 :])
    row = row_of(
        all_rows(replace(PAPER, comparisons=comparisons), study), "comparisons", f"{was.one}-{was.other}", "AUC, p"
    )
    assert not row.value.matches
    assert row.value.expected


@pytest.mark.parametrize("n", range(3))
def test_another_printed_accuracy_is_a_mismatch(study, n):
    reader, accuracy = PAPER.abstract_accuracies[n]
    others = (*PAPER.abstract_accuracies[:n], (reader, one_digit_off(accuracy)), *PAPER.abstract_accuracies[n + 1 :])
    row = row_of(all_rows(replace(PAPER, abstract_accuracies=others), study), "abstract", reader, "accuracy")
    assert not row.value.matches
    assert row.value.expected


def test_another_printed_count_or_cutoff_is_a_mismatch(study):
    other = replace(PAPER, cutoff="1", tallies=(Tally("all", "patient", "101", ((42,), (58,))),))
    rows = list(all_rows(other, study))
    assert not row_of(rows, "results", "CNN", "cut-off").value.matches
    assert not row_of(rows, "cohort", "", "all").value.matches


def test_a_mismatch_makes_the_whole_fail_by_name():
    """An AUC that no run gives: the row and the search say so; the second ROI's too."""
    auc = replace(PAPER.results[0], value="0.954")
    second = replace(PAPER.second_roi, auc="1.001")
    found = reproduce(replace(PAPER, results=(auc, *PAPER.results[1:]), second_roi=second))
    assert found.failures == [
        "CNN AUC by series (results)",
        "CNN AUC by series (second ROI)",
        "search for runs of CNN by series",
    ]
