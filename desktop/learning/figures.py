"""Figures on held-out patients, for the run's record."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np

from desktop.inference.manifest import Metric
from desktop.learning.statistics import reported
from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.metric import metric
from desktop.learning.statistics.reported import Cases, Unit

if TYPE_CHECKING:  # who needs the marks alone, as the window does, do not wait for what learns
    from desktop.learning.calling import Calls

FOLDS, VALIDATION, LEFT_OUT = "folds", "validation", "left out"
"""How a figure is marked: each patient was judged by a layer that had learned from the other folds; or by the final
layer, which had not learned from the patient, who was watched, or left out of everything."""


def figures(calls: Calls, marked: str) -> tuple[list[Metric], list[str]]:
    """Figures by patient, series and slice, and a sentence for each that cannot be computed."""
    metrics: list[Metric] = []
    sentences: list[str] = []
    for unit in reversed(get_args(Unit)):
        cases = cases_of(calls, unit)
        right, ill = calls.called[unit] == cases.positive, cases.positive
        rates = reported.rates(cases, calls.called[unit])
        area = "AUC by probability" if unit == "slice" else f"AUC by score {calls.cutoff.score_name}"
        for name, figure, numbers in (
            (area, reported.area(cases, calls.score[unit]), f"{ill.sum()} positive, {(~ill).sum()} negative"),
            ("accuracy", rates.accuracy, f"{right.sum()}/{len(right)}"),
            ("sensitivity", rates.sensitivity, f"{right[ill].sum()}/{ill.sum()}"),
            ("specificity", rates.specificity, f"{right[~ill].sum()}/{(~ill).sum()}"),
        ):
            if isinstance(figure, Undefined):
                sentences.append(f"{name} (by {unit}, {marked}) {figure}.")
            else:
                metrics.append(metric(name, figure, f"{numbers}, {marked}"))
    return metrics, sentences


def cases_of(calls: Calls, unit: Unit) -> Cases:
    """Labels and patients of the slices, series or patients that were called."""
    return Cases.of(unit, calls.positive[unit], np.asarray(calls.patient[unit]))
