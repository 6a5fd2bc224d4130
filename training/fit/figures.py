"""Figures on held-out patients, for the run's record."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, get_args

import numpy as np

from desktop.inference.averaging import Averaging
from desktop.inference.manifest import Metric
from training.fit.calling import Calls, HeldOut, decide_by
from training.fit.configuration import Decision
from training.model.metric import metric
from training.statistics import reported
from training.statistics.estimate import Undefined
from training.statistics.reported import Cases, Reported, Unit

FOLDS, VALIDATION = "folds", "validation"
"""How a figure is marked: each patient was judged by a layer that had learned from the other folds; or by the final
layer, which had not learned from the patient."""

USUAL_SMOOTHING = 0.25
"""Measured in the folds beside none, whether or not the model has it: it costs nothing."""


def figures(calls: Calls, marked: str) -> tuple[list[Metric], list[str]]:
    """Figures by patient, series and slice, and a sentence for each that cannot be computed."""
    metrics: list[Metric] = []
    sentences: list[str] = []
    for unit in reversed(get_args(Unit)):
        cases = _cases(calls, unit)
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


def averaging_measured(held: HeldOut, settings: Decision) -> list[dict[str, Any]]:
    """What averaging changes for these patients: AUCs without and with each option, and differences, paired."""
    smoothings = dict.fromkeys((0.0, settings.smoothing or USUAL_SMOOTHING))
    shifts = dict.fromkeys((0, settings.shift_px))
    offered = [Averaging(smoothing, shift_px) for shift_px in shifts for smoothing in smoothings]
    plain = decide_by(held, settings, offered[0])
    return [
        asdict(one)
        | {unit: _document(reported.area(_cases(calls, unit), calls.score[unit])) for unit in _COMPARED}
        | {
            f"{unit}, minus none": _document(
                reported.area_difference(_cases(calls, unit), calls.score[unit], plain.score[unit])
            )
            for unit in _COMPARED
            if one != offered[0]
        }
        for one in offered
        for calls in [decide_by(held, settings, one)]
    ]


_COMPARED: tuple[Unit, ...] = ("patient", "slice")


def _cases(calls: Calls, unit: Unit) -> Cases:
    return Cases.of(unit, calls.positive[unit], np.asarray(calls.patient[unit]))


def _document(figure: Reported | Undefined) -> dict[str, Any]:
    return {"cannot_be_computed_because": figure.because} if isinstance(figure, Undefined) else asdict(figure)
