"""The measures whose intervals are tried: those that reports print, and others for comparison."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cohorts import Cohort
from scipy.special import expit, logit

from desktop.learning.statistics import proportions, reported, roc
from desktop.learning.statistics.estimate import Estimate, Undefined
from desktop.learning.statistics.reported import Cases, Reported
from training.statistics import comparison, further

ELSEWHERE = 0.1
"""The other prevalence for which predictive values are told."""

Found = Estimate | Reported | Undefined


@dataclass(frozen=True)
class Measure:
    """What is estimated, on what, and how.

    Attributes:
        printed: is it what reports print?
    """

    unit: str
    name: str
    method: str
    printed: bool


def measured(cohort: Cohort, thorough: bool) -> Iterator[tuple[Measure, Found]]:
    """Every interval on one cohort.

    Args:
        thorough: the methods that reports do not use as well.
    """
    units = {
        "patient": (cohort.patient_positive, None, cohort.patients, cohort.patient_runs),
        "series": (cohort.series_positive, cohort.series_patient, cohort.series, cohort.series_runs),
        "slice": (cohort.slice_positive, cohort.slice_patient, cohort.slices, None),
    }
    for unit, (positive, patient, probabilities, runs) in units.items():
        cases = Cases.of(unit, positive, patient)
        called = probabilities[0] >= 0.5 if runs is None else runs[0] >= 2
        scores = {"probability" if runs is None else "s_2": probabilities}
        if runs is not None:
            scores["run"] = runs
        for name, found in _printed(cases, called, scores, probabilities[0]):
            yield Measure(unit, name, "reported", True), found
        if thorough:
            for name, method, found in _others(cases, called, scores):
                yield Measure(unit, name, method, False), found


def _printed(cases, called, scores, probabilities) -> Iterator[tuple[str, Found]]:
    yield from vars(reported.rates(cases, called)).items()
    for name, found in zip(("ppv", "npv"), further.predictive_values(cases, called, ELSEWHERE), strict=True):
        yield f"{name} at prevalence {ELSEWHERE:g}", found
    for name, pair in scores.items():
        yield f"AUC by {name}", reported.area(cases, pair[0])
        yield f"AUC difference by {name}", further.area_difference(cases, *pair)
    yield "calibration intercept", further.intercept(cases, probabilities)
    yield "calibration slope", further.slope(cases, probabilities)
    yield "Brier", further.brier_score(cases, probabilities)


def _others(cases, called, scores) -> Iterator[tuple[str, str, Found]]:
    right = called == cases.positive
    for name, among in (("sensitivity", cases.positive), ("specificity", ~cases.positive)):
        hits, trials = int(right[among].sum()), int(among.sum())
        yield name, "Wald, pooled", proportions.wald(hits, trials)
        yield name, "Clopper-Pearson, pooled", proportions.clopper_pearson(hits, trials)
    for name, (one, other) in scores.items():
        area, difference = f"AUC by {name}", f"AUC difference by {name}"
        yield area, "DeLong, pooled", roc.delong(cases.positive, one)
        yield area, "DeLong on the logit, pooled", _delong_logit(cases.positive, one)
        paired = comparison.obuchowski_paired(cases.positive, one, other, cases.patient)
        yield difference, "Obuchowski, normal", paired if isinstance(paired, Undefined) else paired.difference


def _delong_logit(positive, scores) -> Found:
    """DeLong's interval on the logit scale (Pepe 2003, section 5.2); none where its variance is 0."""
    found = roc.delong(positive, scores)
    if isinstance(found, Undefined) or not found.low < found.value < 1:
        return Undefined("DeLong's variance is 0")
    reach = (found.value - found.low) / (found.value * (1 - found.value))
    return Estimate(found.value, float(expit(logit(found.value) - reach)), float(expit(logit(found.value) + reach)))
