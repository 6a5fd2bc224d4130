"""What reports print: value, interval, method and unit of every measure."""

import re
from pathlib import Path

import numpy as np
import pytest

from desktop.learning.statistics import reported
from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.proportions import clopper_pearson, wilson
from desktop.learning.statistics.reported import Cases
from training.statistics import further

COVERAGE = Path(__file__).parents[3] / "docs" / "interval_coverage.md"


def test_by_patient_shares_are_wilsons():
    positive, called = np.array([True] * 13 + [False] * 17), np.array([False] + [True] * 12 + [False] * 17)
    found = reported.rates(Cases.of("patient", positive), called)
    wanted = wilson(12 / 13, 13)
    assert (found.sensitivity.value, found.sensitivity.unit) == (12 / 13, "patient")
    assert (found.sensitivity.low, found.sensitivity.high) == pytest.approx((wanted.low, wanted.high))
    assert found.sensitivity.method == "Wilson"
    assert [found.accuracy.value, found.specificity.value, found.ppv.value] == [29 / 30, 1, 1]
    assert found.npv.value == 17 / 18


def test_by_series_and_slice_patients_are_the_clusters():
    patient = np.repeat(np.arange(30), 5)
    cases = Cases.of("slice", patient < 13, patient)
    found = reported.rates(cases, patient % 7 > 0).sensitivity
    assert "patients as clusters" in found.method
    assert found.high - found.low > 1.7 * (clopper_pearson(55, 65).high - clopper_pearson(55, 65).low)
    assert "patients as clusters" in reported.area(cases, patient % 7).method
    assert reported.area(Cases.of("patient", [True, False] * 9), range(18)).method == "Newcombe's method 5"


def test_what_is_missing_is_named_with_its_unit():
    found = reported.rates(Cases.of("series", [False, False], ["a", "a"]), [False, False])
    assert found.sensitivity == Undefined("no series is positive")
    assert found.ppv == Undefined("no series was called positive")
    assert found.npv.value == 1
    assert (
        further.predictive_values(Cases.of("patient", [True, True]), [True, False], 0.1)
        == (Undefined("no patient is negative"),) * 2
    )


DOUBT = 0.02
"""Three standard errors of a coverage in 1000 cohorts; there are nearly a hundred of them."""


def test_every_interval_holds_the_truth_often_enough_and_not_too_often():
    """The simulation takes long; its tables are kept, and say so of each measure, unit and size."""
    text = COVERAGE.read_text(encoding="utf-8").partition("## The four designs together")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\w+) \| ([^|]+) \|[^|]*\|? ?reported \|(.*)$", text, re.MULTILINE)
    printed = {(unit, name.strip()): re.findall(r"[\d.]+", cells)[:4] for unit, name, cells in rows}
    assert {unit for unit, _ in printed} == {"patient", "series", "slice"}
    assert {"accuracy", "sensitivity", "specificity", "ppv", "npv", "AUC by s_2", "AUC by run"} <= {
        name for _, name in printed
    }
    for name, coverage in printed.items():
        assert all(0.93 - DOUBT <= float(one) <= 0.975 + DOUBT for one in coverage), name
