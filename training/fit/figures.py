"""Figures on the internal validation images, for the run's record."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from desktop.inference.manifest import Metric
from training.fit.features import Floats
from training.fit.images import Images
from training.measures import Estimate, slice_auc, slice_share

BOOTSTRAP = 2000
"""Resamples of patients for the intervals of figures by slice."""

_BY_PATIENT = f"bootstrap of patients, {BOOTSTRAP} resamples, percentiles"


def validation_metrics(logits: Floats, images: Images) -> list[Metric]:
    """Figures on the internal validation images, by slice."""
    positive, called = images.positive, logits >= 0
    patient = np.array(images.patient)
    numbers = images.numbers()
    kinds = f"{numbers['positive_images']} positive, {len(images) - numbers['positive_images']} negative slices of "
    kinds += f"{numbers['patients']} patients, validation"

    def share(name: str, right: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_]) -> Metric:
        estimate = slice_share(right[among], patient[among], BOOTSTRAP, 0)
        return metric(name, estimate, f"{right[among].sum()}/{among.sum()}, validation")

    def metric(name: str, found: Estimate, told: str) -> Metric:
        return Metric(name, "slice", found.value, found.low, found.high, _BY_PATIENT, told)

    return [
        metric("AUC", slice_auc(positive, logits, patient, BOOTSTRAP, 0), kinds),
        share("accuracy at p >= 0.5", called == positive, np.ones(len(images), dtype=np.bool_)),
        share("sensitivity at p >= 0.5", called, positive),
        share("specificity at p >= 0.5", ~called, ~positive),
    ]
