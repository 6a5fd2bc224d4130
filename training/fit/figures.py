"""Figures on the validation images, for the run's record."""

from __future__ import annotations

from desktop.inference.manifest import Metric
from training.fit.features import Floats
from training.fit.images import Images
from training.model.metric import metric
from training.statistics import reported
from training.statistics.estimate import Undefined
from training.statistics.reported import Cases


def validation_metrics(logits: Floats, images: Images) -> tuple[list[Metric], list[str]]:
    """Figures on validation images of both kinds, by slice, and a sentence for each that cannot be computed."""
    cases, called = Cases.of("slice", images.positive, images.patient), logits >= 0
    numbers, rates = images.numbers(), reported.rates(cases, called)
    ill, well = numbers["positive_images"], len(images) - numbers["positive_images"]
    right = called == images.positive
    found, cleared = int(right[images.positive].sum()), int(right[~images.positive].sum())
    area = reported.area(cases, logits)
    figures = (
        ("AUC", area, f"{ill} positive, {well} negative slices of {numbers['patients']} patients, validation"),
        ("accuracy at p >= 0.5", rates.accuracy, f"{found + cleared}/{len(images)}, validation"),
        ("sensitivity at p >= 0.5", rates.sensitivity, f"{found}/{ill}, validation"),
        ("specificity at p >= 0.5", rates.specificity, f"{cleared}/{well}, validation"),
    )
    return (
        [metric(name, figure, of) for name, figure, of in figures if not isinstance(figure, Undefined)],
        [f"{name} (by slice) {figure}." for name, figure, _ in figures if isinstance(figure, Undefined)],
    )
