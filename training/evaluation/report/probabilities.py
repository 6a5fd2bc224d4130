"""What the numbers are worth as probabilities, for decisions, elsewhere, and in a larger study."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from desktop.learning.statistics.estimate import Estimate, Undefined
from training import drawings
from training.evaluation.figures.evaluation import Evaluation
from training.evaluation.figures.measured import ASSURANCE, UnitFigures
from training.evaluation.report.page import Block, Paragraph, Picture, Section, Table
from training.evaluation.report.words import both, methods, number
from training.statistics import coverage
from training.statistics.prevalence import npv_at, ppv_at


def sections(evaluation: Evaluation) -> Iterator[Section]:
    """Calibration, decision curve, prevalence, sample size."""
    yield Section("Calibration", tuple(_calibration(evaluation)))
    yield Section("Decisions", tuple(_decisions(evaluation)))
    yield Section("At another prevalence", tuple(_prevalence(evaluation)))
    yield Section("How many patients a study needs", tuple(_needed(evaluation)))


def _calibration(evaluation: Evaluation) -> Iterator[Block]:
    yield Paragraph(
        "For slices this is the probability that the network gives; for series and patients it is the score "
        f"{evaluation.cutoff.score_name}, which ranks cases and need not be a probability. Ideal values are an "
        "intercept of 0, a slope of 1 (below 1 the probabilities are too extreme) and a Brier score of 0."
    )
    own = [unit.calibration for unit in evaluation.measured.units]
    yield Table(
        ("", *(f"by {unit.unit} (95 % interval)" for unit in evaluation.measured.units)),
        (
            ("intercept (in the large)", *(both(one.intercept) for one in own)),
            ("slope", *(both(one.slope) for one in own)),
            ("Brier score", *(both(one.brier) for one in own)),
        ),
        note=methods(figure for one in own for figure in (one.intercept, one.slope, one.brier))
        + " Where positives and negatives are nearly separated, as at an AUC of 0.99 in 30 patients, the slope's "
        f"interval covered the truth in {coverage.SLOPE} only.",
    )
    for unit in evaluation.measured.units:
        if unit.unit != "series":
            yield _reliability(unit)


def _reliability(unit: UnitFigures) -> Block:
    points = unit.calibration.curve
    if isinstance(points, Undefined):
        return Paragraph(f"The reliability curve by {unit.unit} {points}.")
    svg = drawings.reliability(
        unit.unit,
        [point.predicted for point in points],
        [(point.observed.value, point.observed.low, point.observed.high) for point in points],
        [point.count for point in points],
    )
    return Picture.drawing(
        svg,
        f"Reliability curve by {unit.unit}",
        f"Reliability by {unit.unit}: groups of similar probabilities, with the number of cases and the 95 % "
        "interval of the share that is positive.",
    )


def _decisions(evaluation: Evaluation) -> Iterator[Block]:
    curve = evaluation.measured.decision
    if isinstance(curve, Undefined):
        yield Paragraph(f"The decision curve {curve}.")
        return
    yield Picture.drawing(
        drawings.decision_curve("patient", curve.thresholds, curve.model, curve.treat_all),
        "Decision curve by patient",
        f"Net benefit of acting on {evaluation.cutoff.score_name}, taken as a probability, from a threshold on, in "
        "true positives per patient. At a threshold of 0.2 one missed invasion weighs as much as four false alarms, "
        "provided that the score is calibrated (see Calibration). The curve describes these patients and has no "
        "intervals.",
        wide=True,
    )


def _prevalence(evaluation: Evaluation) -> Iterator[Block]:
    shares = evaluation.measured.by("patient").performance.shares
    here = shares.positive / max(shares.positive + shares.negative, 1)
    sensitivity, specificity = shares.sensitivity.estimate, shares.specificity.estimate
    if isinstance(sensitivity, Undefined) or isinstance(specificity, Undefined):
        reason = sensitivity if isinstance(sensitivity, Undefined) else specificity
        yield Paragraph(f"Predictive values at another prevalence: {reason}.")
        return
    yield Paragraph(
        f"Of these patients {shares.positive} of {shares.positive + shares.negative} ({here:.2f}) have an invasion. "
        "Where invasion is rarer, a positive answer is worth less and a negative one more; sensitivity and specificity "
        "are assumed to stay the same."
    )
    yield Table(
        ("prevalence", "PPV (95 % interval)", "NPV (95 % interval)"),
        tuple((f"{one.prevalence:g}", both(one.ppv), both(one.npv)) for one in evaluation.measured.prevalences),
        "By patient.",
        "Intervals: derived from those of sensitivity and specificity (Donner and Zou).",
    )
    ours = [Estimate(one.value, one.low, one.high) for one in (sensitivity, specificity)]
    places = np.linspace(0.01, 0.99, 99)
    pairs = [(ppv_at(ours[0], ours[1], p), npv_at(ours[0], ours[1], p)) for p in places]
    known = [
        (place, one.value, other.value)
        for place, (one, other) in zip(places.tolist(), pairs, strict=True)
        if isinstance(one, Estimate) and isinstance(other, Estimate)
    ]
    if known:
        prevalences, ppv, npv = ([row[column] for row in known] for column in range(3))
        yield Picture.drawing(
            drawings.predictive_values(prevalences, ppv, npv, here),
            "Predictive values over prevalence",
            "Predictive values by patient over the share of patients with invasion.",
            wide=True,
        )


def _needed(evaluation: Evaluation) -> Iterator[Block]:
    rows = []
    for one in evaluation.measured.needed:
        size = one.size
        patients = (str(size), "") if isinstance(size, Undefined) else (str(size.cases), str(size.patients))
        rows.append((one.of, number(one.expected), f"{one.wanted:g}", *patients))
    if not rows:
        yield Paragraph("Cannot be computed, because neither sensitivity nor specificity is known.")
        return
    yield Table(
        ("figure", "as found here", "lower bound above", "patients of that label", "patients in all"),
        tuple(rows),
        "By patient: the smallest study whose 95 % interval (Clopper-Pearson) lies above the bound with probability "
        f"{ASSURANCE:g}, if what was found here is true and the prevalence is the same.",
        "The values found here are uncertain themselves: plan with the lower end of the interval, not with the value.",
    )
