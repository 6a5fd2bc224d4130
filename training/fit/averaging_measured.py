"""What averaging would change, measured in the folds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from desktop.inference.averaging import Averaging
from desktop.learning.calling import HeldOut, decide_by
from desktop.learning.figures import cases_of
from desktop.learning.fit_settings import Decision
from desktop.learning.statistics import reported
from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.reported import Reported, Unit
from training.statistics.further import area_difference

USUAL_SMOOTHING = 0.25
"""Measured in the folds beside none, whether or not the model has it: it costs nothing."""


def averaging_measured(held: HeldOut, settings: Decision) -> list[dict[str, Any]]:
    """What averaging changes for these patients: AUCs without and with each option, and differences, paired."""
    smoothings = dict.fromkeys((0.0, settings.smoothing or USUAL_SMOOTHING))
    shifts = dict.fromkeys((0, settings.shift_px))
    offered = [Averaging(smoothing, shift_px) for shift_px in shifts for smoothing in smoothings]
    plain = decide_by(held, settings, offered[0])
    return [
        asdict(one)
        | {unit: _document(reported.area(cases_of(calls, unit), calls.score[unit])) for unit in _COMPARED}
        | {
            f"{unit}, minus none": _document(
                area_difference(cases_of(calls, unit), calls.score[unit], plain.score[unit])
            )
            for unit in _COMPARED
            if one != offered[0]
        }
        for one in offered
        for calls in [decide_by(held, settings, one)]
    ]


_COMPARED: tuple[Unit, ...] = ("patient", "slice")


def _document(figure: Reported | Undefined) -> dict[str, Any]:
    return {"cannot_be_computed_because": figure.because} if isinstance(figure, Undefined) else asdict(figure)
