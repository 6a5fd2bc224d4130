"""Figures on the validation images, for the run's record."""

from __future__ import annotations

from desktop.inference.manifest import Metric
from training.fit.features import Floats
from training.fit.images import Images
from training.metric import metric
from training.statistics import reported
from training.statistics.reported import Cases


def validation_metrics(logits: Floats, images: Images) -> list[Metric]:
    """Figures on validation images of both kinds, by slice."""
    cases, called = Cases.of("slice", images.positive, images.patient), logits >= 0
    numbers, rates = images.numbers(), reported.rates(cases, called)
    ill, well = numbers["positive_images"], len(images) - numbers["positive_images"]
    right = called == images.positive
    found, cleared = int(right[images.positive].sum()), int(right[~images.positive].sum())
    return [
        metric(
            "AUC",
            reported.area(cases, logits),
            f"{ill} positive, {well} negative slices of {numbers['patients']} patients, validation",
        ),
        metric("accuracy at p >= 0.5", rates.accuracy, f"{found + cleared}/{len(images)}, validation"),
        metric("sensitivity at p >= 0.5", rates.sensitivity, f"{found}/{ill}, validation"),
        metric("specificity at p >= 0.5", rates.specificity, f"{cleared}/{well}, validation"),
    ]
