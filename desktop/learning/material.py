"""From opened cases to images, and to what is to be remembered of the cohort that they are from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from desktop.imaging.eligibility.quality import Quality
from desktop.learning.cohort.members import PHASES, Case, Cohort
from desktop.learning.cohort.population import kind_of
from desktop.learning.cohort.problem import CohortRefused
from desktop.learning.cohort.slices import CaseSlices
from desktop.learning.cohort.split import Split, require_no_leak
from desktop.learning.images import Images
from desktop.messages import message


def facts_of_cohort(
    cohort: Cohort, split: Split, slices: Sequence[CaseSlices], fold: int | None = None, everyone: bool = False
) -> dict[str, Any]:
    """What is to be remembered of a cohort, as JSON, after leaks were refused.

    `kind` ("phantoms", "patients" or both), `fingerprint` and `split` (SHA-256), `slice_thickness_mm` and
    `contrast_phases` of the cases learned from, `phase_not_stated` (how many of these do not tell theirs), `pictures`
    (the least and the greatest noise and width of an edge of the cases learned from, or None), `watched` (the
    validation patients in words) and `fold` (their number, or None), and `test`, the test patients and cases in
    numbers. `licence` of all cases ("" where none is stated), and `labels_from`: what labels were taken from that a
    reader only confirmed, with numbers of cases ("" if none).

    Args:
        slices: of every case of the cohort.
        fold, everyone: see `Split.sides`.

    Raises:
        Leak: two cases on different sides have something in common.
        CohortRefused: none of the cases learned from tells its contrast phase.
    """
    learning, _ = split.sides(fold, everyone)
    require_no_leak([one.identity for one in slices], split)
    learned = [one for one in slices if one.case.patient in learning.all]
    phases = {one.phase for one in learned}
    if not phases & set(PHASES):
        raise CohortRefused(
            message(
                "No training case of {cohort} tells whether it is plain or contrast, so the model could not say what "
                "it is for: fill in the column contrast, and split again.",
                cohort=cohort.source,
            )
        )
    spans = [length for one in learned for length in (one.thickness_mm, one.spacing_mm) if length is not None]
    return {
        "kind": kind_of(one.identity for one in slices),
        "fingerprint": cohort.fingerprint,
        "split": split.fingerprint(),
        "slice_thickness_mm": [round(min(spans), 3), round(max(spans), 3)],
        "contrast_phases": [phase for phase in PHASES if phase in phases],
        "phase_not_stated": sum(one.phase not in PHASES for one in learned),
        "pictures": _pictures([one.quality for one in learned]),
        "watched": split.watched(fold, everyone),
        "fold": fold,
        "test": _test_numbers(cohort, split),
        "licence": cohort.licence,
        "labels_from": _labels_from([one.case for one in slices]),
    }


def images_of(cases: Sequence[CaseSlices]) -> Images:
    """The images of some cases."""
    # In the order of the keys: neither folder nor table then changes what is learned.
    return Images.join([images_of_case(slices) for slices in sorted(cases, key=lambda slices: slices.case.key)])


def images_of_case(slices: CaseSlices) -> Images:
    """The images of one case."""
    count = len(slices.hu)
    return Images(
        slices.hu,
        slices.invaded,
        tuple(slices.identity.sop_instance_uids),
        (slices.case.key,) * count,
        (slices.case.patient,) * count,
        slices.positions_mm,
        np.full(count, slices.spacing_mm),
    )


def _pictures(qualities: Sequence[Quality]) -> dict[str, list[float]] | None:
    """The limits of what was measured, as the manifest has them; None where one of them was measured nowhere."""
    noise = [one.noise_hu for one in qualities if one.noise_hu is not None]
    width = [one.edge_width_mm for one in qualities if one.edge_width_mm is not None]
    if not (noise and width):
        return None
    return {
        name: [round(min(found), 3), round(max(found), 3)]
        for name, found in (("noise_hu", noise), ("edge_width_mm", width))
    }


def _labels_from(cases: Sequence[Case]) -> str:
    found = Counter(case.reading.origin.labels for case in cases if case.reading.origin.labels)
    return ", ".join(f"{source} ({number} of {len(cases)} cases)" for source, number in sorted(found.items()))


def _test_numbers(cohort: Cohort, split: Split) -> dict[str, int]:
    """As `Images.numbers` counts, without images: nothing of the test side is measured here."""
    cases = [case for case in cohort.cases if case.patient in split.test.all]
    return {
        "patients": len(split.test.all),
        "positive_patients": len(split.test.positive),
        "cases": len(cases),
        "positive_cases": sum(case.positive for case in cases),
    }
