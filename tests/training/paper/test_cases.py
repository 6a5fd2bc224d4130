"""The reconstructed cases are a test set as the paper has it, in both units at once."""

import numpy as np
import pytest


def test_they_are_the_papers_test_set(study):
    assert (study.series.positive.sum(), (~study.series.positive).sum()) == (15, 22)
    assert (study.patients.positive.sum(), (~study.patients.positive).sum()) == (13, 17)
    both = np.bincount(study.series.patient) == 2
    assert both[study.patients.positive].sum() == 2
    assert both[~study.patients.positive].sum() == 5


def test_the_runs(study):
    runs, positive = study.series.scores["CNN"], study.series.positive
    assert np.bincount(runs[positive]).tolist() == [1, 0, 14]
    assert np.bincount(runs[~positive]).tolist() == [13, 9]


@pytest.mark.parametrize(
    ("reader", "by_series", "by_patient"),
    [
        ("CNN", "14/15 and 22/22", "12/13 and 17/17"),
        ("senior", "12/15 and 19/22", "10/13 and 15/17"),
        ("junior", "11/15 and 11/22", "9/13 and 9/17"),
    ],
)
def test_the_calls_in_both_units(study, reader, by_series, by_patient):
    assert str(study.series.counts(reader)) == by_series
    assert str(study.patients.counts(reader)) == by_patient


def test_a_reader_calls_a_patient_once(study):
    for reader in ("senior", "junior"):
        calls = study.series.calls(reader)
        assert (calls == study.patients.calls(reader)[study.series.patient]).all()


def test_what_the_cnn_missed_is_the_only_series_of_its_patient(study):
    """Else its patient would have been found, and the paper has 12 of 13."""
    (missed,) = np.flatnonzero(study.series.positive & ~study.series.calls("CNN"))
    assert (study.series.patient == study.series.patient[missed]).sum() == 1
    assert not study.series.calls("senior")[missed]


def test_the_senior_called_every_positive_patient_with_two_series(study):
    both = (np.bincount(study.series.patient) == 2) & study.patients.positive
    assert study.patients.calls("senior")[both].all()
