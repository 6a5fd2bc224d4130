"""A model in use: by month, beside the readers, and whether it drifts."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest
from scipy.stats import fisher_exact, mannwhitneyu

from desktop.cli import main
from desktop.project import cases, drift, entries
from desktop.project.watching import watch
from desktop.reading.case_answer import CaseAnswer
from desktop.reading.run import Verdict
from tests.project.conftest import marked
from tests.project.test_results import keep

VERDICTS = {True: Verdict.POSITIVE, False: Verdict.NEGATIVE}


def use(project, series, clock, count, positive, distance, agree=1.0):
    """Add so many patients whose cases a model read, five in six days."""
    first = len(cases.every(project))
    for number in range(count):
        case, _ = cases.add(project, series(first + number + 1))
        call = number < positive
        far = distance + number / 1000
        level = "familiar" if far < 1 else "unusual"
        keep(project, case, CaseAnswer(VERDICTS[call], 4, 12.0, 0.9, far, level))
        own = call if number % 10 < 10 * agree else not call
        entries.keep(project, case, "A", marked(case, VERDICTS[own], labels=False))
        clock.pass_days(1.2)


@pytest.fixture
def used(project, series, clock, monkeypatch):
    """A function that adds patients to the project; see `use`."""
    monkeypatch.setattr(cases, "person_digest", lambda patient, salt: patient.id)  # a tenth of a second each
    return partial(use, project, series, clock)


def test_twenty_cases_are_too_few_to_say(used, project, capsys):
    used(20, 10, 0.5)
    assert main(["project", "watch", str(project.path)]) == 0
    said = capsys.readouterr().out
    assert "2026-03: 20 cases, 10 positive, 0 indeterminate" in said
    assert "cannot be said yet" in said
    assert "too few to say: 20 patients, and 40 are needed" in said
    assert "Kappa with the readers: 1.00" in said


def test_what_stays_the_same_is_not_told_to_drift_and_what_changes_is(used, project, capsys):
    used(25, 4, 0.5)
    used(25, 3, 0.5)
    (found,) = watch(project)
    assert found.drifts is False
    assert [month.month for month in found.months] == ["2026-03", "2026-04"]
    used(30, 27, 1.2, agree=0.5)
    assert main(["project", "watch", str(project.path), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["models"]
    assert told["drifts"] is True
    assert {name: one["changed"] for name, one in told["compared"].items()} == dict.fromkeys(
        ("positive", "distance", "agreement"), True
    )
    assert told["months"][2]["unusual"] == told["months"][2]["cases"] > 10
    assert any("it has changed" in line for line in told["told"])


def test_what_was_read_in_one_night_says_nothing_about_time(used, project, clock, monkeypatch):
    monkeypatch.setattr(type(clock), "pass_days", lambda self, days: None)
    used(50, 25, 0.5)
    (found,) = watch(project)
    assert found.drifts is None
    assert "0 days apart" in str(found.told[0])


def test_no_model_has_read_a_case(project, capsys):
    assert main(["project", "watch", str(project.path)]) == 3
    assert "No model has read" in capsys.readouterr().err


@pytest.mark.parametrize("seed", range(5))
def test_the_tests_are_those_of_scipy(seed):
    rng = np.random.default_rng(seed)
    one, other = int(rng.integers(0, 31)), int(rng.integers(0, 41))
    expected = fisher_exact([[one, 30 - one], [other, 40 - other]]).pvalue
    assert drift.fisher(one, 30, other, 40) == pytest.approx(expected, rel=1e-6)
    first, last = rng.normal(size=30).round(1), rng.normal(0.5, size=40).round(1)
    expected = mannwhitneyu(first, last, method="asymptotic").pvalue
    assert drift.rank_test(first.tolist(), last.tolist()) == pytest.approx(expected, rel=1e-9)
