"""Cohorts whose truth is known, drawn again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

POSITIVE = 0.42
"""Share of patients with invasion, as in the paper."""
TWO_SERIES = 1 / 6
"""Share of patients with two series, as in the paper (17 of 100)."""
SLICES = (4, 8)
PATIENT, SERIES, SLICE = 0.8, 0.5, 1.0
"""Standard deviations of what the slices of a patient, of a series, or none have in common, on the logit."""


@dataclass(frozen=True)
class Scenario:
    """How hard the cases are.

    Attributes:
        invaded, sound: mean logit of slices with and without invasion.
        unseen: share of patients with invasion whose slices all look sound to both models.
        gain: by which the models' logits are stretched: above 1 they are too sure.
        shared: share of the variance that both models have in common.
        worse: by which the other model's logits lie nearer to each other.
    """

    name: str
    invaded: float
    sound: float
    unseen: float
    gain: float = 1.5
    shared: float = 0.5
    worse: float = 0.3


@dataclass(frozen=True)
class Cohort:
    """Slices, series and patients of one draw, with the answers of two models.

    Attributes:
        slice_positive, slice_series, slice_patient: [slices].
        series_positive, series_patient: [series].
        patient_positive: [patients].
        slices, series, patients: [2, ...] probabilities of the two models; of a series the score s_2, of a patient the
            highest of its series.
        series_runs, patient_runs: [2, ...] longest run of slices at 0.5 or more.
    """

    slice_positive: npt.NDArray[np.bool_]
    slice_patient: npt.NDArray[np.intp]
    series_positive: npt.NDArray[np.bool_]
    series_patient: npt.NDArray[np.intp]
    patient_positive: npt.NDArray[np.bool_]
    slices: npt.NDArray[np.float64]
    series: npt.NDArray[np.float64]
    patients: npt.NDArray[np.float64]
    series_runs: npt.NDArray[np.float64]
    patient_runs: npt.NDArray[np.float64]


def draw(scenario: Scenario, patients: int, chance: np.random.Generator) -> Cohort:
    """Draw patients independently of each other."""
    patient_positive = chance.random(patients) < POSITIVE
    owner = np.repeat(np.arange(patients), 1 + (chance.random(patients) < TWO_SERIES))
    series_positive, number = patient_positive[owner], len(owner)
    place, length = np.arange(SLICES[1]), chance.integers(SLICES[0], SLICES[1] + 1, number)
    there = place < length[:, None]
    first = chance.integers(0, 2, number)
    last = length - 1 - chance.integers(0, 2, number)
    invaded = series_positive[:, None] & (place >= first[:, None]) & (place <= last[:, None])
    seen = (chance.random(patients) >= scenario.unseen)[owner]
    mean = np.where(invaded & seen[:, None], scenario.invaded, scenario.sound)
    deviation = np.sqrt([scenario.shared, 1 - scenario.shared])

    def noise() -> npt.NDArray[np.float64]:
        of_patient = PATIENT * chance.standard_normal(patients)[owner]
        of_series = SERIES * chance.standard_normal(number)
        return (of_patient + of_series)[:, None] + SLICE * chance.standard_normal(there.shape)

    common = deviation[0] * noise()
    logits = np.stack([mean * (1 - worse) + common + deviation[1] * noise() for worse in (0, scenario.worse)])
    probabilities = np.where(there, expit(scenario.gain * logits), 0.0)
    runs, run = np.zeros((2, number)), np.zeros((2, number))
    for column in np.moveaxis(probabilities >= 0.5, -1, 0):
        run = (run + 1) * column
        runs = np.maximum(runs, run)
    series = np.minimum(probabilities[..., 1:], probabilities[..., :-1]).max(axis=-1)
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    return Cohort(
        slice_positive=invaded[there],
        slice_patient=np.repeat(owner, length),
        series_positive=series_positive,
        series_patient=owner,
        patient_positive=patient_positive,
        slices=probabilities[:, there],
        series=series,
        patients=np.maximum.reduceat(series, starts, axis=1),
        series_runs=runs,
        patient_runs=np.maximum.reduceat(runs, starts, axis=1),
    )
