"""What reports print: value, interval, method and unit of every measure."""

import re
from pathlib import Path

import numpy as np
import pytest

from training.statistics import reported
from training.statistics.estimate import Undefined
from training.statistics.proportions import clopper_pearson
from training.statistics.reported import Cases

COVERAGE = Path(__file__).parents[3] / "docs" / "interval_coverage.md"


def test_by_patient_shares_are_clopper_pearsons():
    positive, called = np.array([True] * 13 + [False] * 17), np.array([False] + [True] * 12 + [False] * 17)
    found = reported.rates(Cases.of("patient", positive), called)
    wanted = clopper_pearson(12, 13)
    assert (found.sensitivity.value, found.sensitivity.unit) == (12 / 13, "patient")
    assert (found.sensitivity.low, found.sensitivity.high) == pytest.approx((wanted.low, wanted.high))
    assert found.sensitivity.method == "Clopper-Pearson"
    assert [found.accuracy.value, found.specificity.value, found.ppv.value] == [29 / 30, 1, 1]
    assert found.npv.value == 17 / 18


def test_by_series_and_slice_patients_are_the_clusters():
    patient = np.repeat(np.arange(30), 5)
    cases = Cases.of("slice", patient < 13, patient)
    found = reported.rates(cases, patient % 7 > 0).sensitivity
    assert "patients as clusters" in found.method
    assert found.high - found.low > 2 * (clopper_pearson(55, 65).high - clopper_pearson(55, 65).low)
    assert "Obuchowski" in reported.area(cases, patient % 7).method
    assert "DeLong" in reported.area(Cases.of("patient", [True, False] * 9), range(18)).method


def test_what_is_missing_is_named_with_its_unit():
    found = reported.rates(Cases.of("series", [False, False], ["a", "a"]), [False, False])
    assert found.sensitivity == Undefined("no series is positive")
    assert found.ppv == Undefined("no series was called positive")
    assert found.npv.value == 1
    assert (
        reported.predictive_values(Cases.of("patient", [True, True]), [True, False], 0.1)
        == (Undefined("no patient is negative"),) * 2
    )


def test_every_interval_holds_the_truth_often_enough():
    """The simulation takes many minutes; its table is kept, and says so of each measure, unit, scenario and size."""
    text = COVERAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| ([^|]+) \|[^|]+\| reported \| ([\d.]+) \|", text, re.MULTILINE)
    counted = {(unit, name): sum(row[:2] == (unit, name) for row in rows) for unit, name, _ in rows}
    assert set(counted.values()) == {4}
    assert {unit for unit, _ in counted} == {"patient", "series", "slice"}
    assert len({name for _, name in counted}) == 16
    assert all(float(coverage) >= 0.93 for *_, coverage in rows)
