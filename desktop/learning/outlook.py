"""What a learning will take, before it is begun: seconds by stage, and room on the disk."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from desktop.inference.network import Network
from desktop.inference.selftest import procedural_crop
from desktop.learning.attempt import Survey
from desktop.learning.cohort.crops import SIDE
from desktop.learning.cohort.split import TEST_SHARE
from desktop.learning.map_facts import crops_to_measure
from desktop.learning.recipe import Recipe
from desktop.messages import Message

_CASE_S = 0.8
"""To open a case of a hundred slices and to cut out its crops, on two cores."""

_ROW_S = 0.006
"""Of penalties and layers, for each image or copy: measured with 8,000 of them on two cores."""

_TIMED = 3
"""Crops by which the network is timed."""

NETWORK_STAGES = (2, 3, 4, 7, 8)
"""By number, from 1: those whose progress is in crops that the network sees."""

_PIXEL_BYTES, _FEATURE_BYTES = 2, 4 * 2048
"""Of a crop's pixel, and of what is kept of an image or copy; a ResNet50 has 2048 features."""


@dataclass(frozen=True)
class Outlook:
    """What lies before whoever begins.

    Attributes:
        positive, negative: patients with invasion and without who are ready.
        cases: of theirs.
        left_out: why each other case is not ready, by its key.
        seconds: by stage, in the order in which `desktop.learning.learn.learn` begins them.
        crop_s: of the network, for a crop; it is what `NETWORK_STAGES` consist of.
        bytes: of disk for the time of the work.
        begun_with: see `Survey.begun_with`; empty where no case is ready.
    """

    positive: int
    negative: int
    cases: int
    left_out: dict[str, Message]
    seconds: tuple[float, ...]
    crop_s: float
    bytes: int
    begun_with: dict[str, str]

    @staticmethod
    def of(found: Survey, recipe: Recipe) -> Outlook:
        """Time the network, and reckon.

        Raises:
            CohortRefused: the cases do not fit together.
        """
        ready = found.cases.ready
        patients = found.cohort.patients if ready else ()
        positive = sum(patient.positive for patient in patients)
        slices = sum(found.slices.values())
        # Of a positive case the positive slices are learned from, of a negative one all.
        called = sum(
            sum(case.reading.slice_labels.values()) if case.positive else found.slices[case.key] for case in ready
        )
        kept = 1 - TEST_SHARE
        rows = called * kept * (recipe.augmentation.copies * recipe.members + 1)
        crop_s = _seconds_a_crop(found.network) if ready else 0.0
        maps = crops_to_measure(round(called * kept), round(len(patients) * kept))
        return Outlook(
            positive=positive,
            negative=len(patients) - positive,
            cases=len(ready),
            left_out=found.cases.left_out,
            seconds=(
                _CASE_S * len(ready),
                rows * crop_s,
                slices * kept * crop_s,
                slices * TEST_SHARE * crop_s,
                rows * _ROW_S / 2,
                rows * _ROW_S / 2,
                slices * kept * crop_s,
                maps * crop_s,
            ),
            crop_s=crop_s,
            bytes=round((2 * slices + called * kept) * SIDE**2 * _PIXEL_BYTES + (rows + slices) * _FEATURE_BYTES),
            begun_with=found.begun_with(recipe) if ready else {},
        )


def _seconds_a_crop(network: Network) -> float:
    """The first crop was the known answer's, so nothing is prepared any more."""
    size = network.manifest.crop_size
    crops = procedural_crop(size, network.manifest.self_test.seed)[None].repeat(_TIMED, axis=0)
    before = perf_counter()
    network.judge(crops)
    return (perf_counter() - before) / _TIMED
