"""From a region to the result; used by window and command alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from desktop.adjacency import neighbours
from desktop.errors import InputRefused
from desktop.imaging.eligibility import MAXIMUM_THICKNESS_MM, Check, check_range, check_series, check_volume, names
from desktop.imaging.geometry import Rectangle
from desktop.inference.averaging import shifted
from desktop.inference.conditions import check_familiarity, check_heads, check_model, check_pictures
from desktop.inference.crop import crop_slices
from desktop.inference.graph import Answers, Floats
from desktop.inference.manifest import Manifest
from desktop.inference.maps import Maps
from desktop.inference.network import Network
from desktop.inference.result import Result, SliceAnswer, Timing
from desktop.messages import counted, message
from desktop.reading.landmarks import RoiGuidance
from desktop.reading.region import FEW_SLICES, Region
from desktop.reading.run import conclude
from desktop.suggestion import check_marks, check_place
from desktop.work import UNWATCHED, Work

NEEDED_CHECKS = (names.MODALITY, names.AXIAL)
"""Checks without which there are no Hounsfield units in axial slices, so that the network cannot be asked."""


class NotJudged(InputRefused):
    """A series for which an answer of the network would mean nothing."""


def analyse(region: Region, network: Network, work: Work = UNWATCHED, *, suggested: bool = False) -> Result:
    """Check a region, crop it, run the network, and conclude.

    Args:
        suggested: whether the marks are a suggestion that no reader has looked at.

    Raises:
        NotJudged: the series is not an axial CT, or a value of a crop is not finite, so that an answer of the network
            would mean nothing.
        ImpossibleAnswer: an answer of the network is impossible.
        Cancelled: `work` was asked to stop.
    """
    checks = (*check_region(region, thickest_mm(network.manifest)), *check_marks(suggested))
    return judge(region, checks, network, work)


def thickest_mm(manifest: Manifest) -> float:
    """The largest thickness that may be judged. A model made for thicker slices than the paper's has evidence for them;
    a stricter model has its own check."""
    return max(MAXIMUM_THICKNESS_MM, manifest.slice_thickness_mm[1])


def check_region(region: Region, thickest_mm: float = MAXIMUM_THICKNESS_MM) -> tuple[Check, ...]:
    """The checks of a region that do not depend on a model; only those of the series if it is not an axial CT."""
    volume, span = region.volume, region.range
    of_series = check_series(volume.series, thickest_mm)
    if blockers(of_series):
        return of_series
    return (
        *of_series,
        *check_volume(volume),
        *check_range(volume, span.low_mm, span.high_mm, region.rectangles, thickest_mm),
    )


def judge(region: Region, checks: tuple[Check, ...], network: Network, work: Work = UNWATCHED) -> Result:
    """Judge a region after `check_region`.

    Raises:
        NotJudged, ImpossibleAnswer, Cancelled: as `analyse`.
    """
    volume, manifest = region.volume, network.manifest
    if needed := blockers(checks):
        raise NotJudged(message("This series cannot be judged. {reason}", reason=needed[0].message))
    checks += (
        check_area(region.areas_cm2, manifest.roi),
        *check_length(len(region.indices)),
        *check_place(region, manifest.roi),
        *check_heads(manifest, volume.series),
        *check_model(manifest, volume.series, region.indices, region.spacing_mm),
        *check_pictures(manifest, volume, region.indices),
    )
    started = perf_counter()
    answers = ask(network, region, region.rectangles, work)
    own = answers.own
    familiarity = None if network.reference is None else network.reference.judge(own.appearance)
    checks += check_familiarity(familiarity, manifest)
    judged = perf_counter()
    maps = Maps.of(own.maps, region.areas_cm2, manifest.crop_size, manifest.map_stride, manifest.maps)
    finished = perf_counter()

    cutoff = manifest.cutoff
    answerable = all(check.status != "fail" for check in checks)
    conclusion = conclude(region.positions_mm, answers.probabilities, region.spacing_mm, cutoff, answerable)
    return Result(
        verdict=conclusion.verdict,
        run=conclusion.run,
        cutoff=cutoff,
        score=conclusion.score,
        slices=tuple(
            SliceAnswer(
                index=index,
                sop_instance_uid=volume.series.slices[index].sop_instance_uid,
                position_mm=float(position),
                logit=float(logit),
                crop_logit=float(crop_logit),
                probability=float(probability),
                positive=hit,
            )
            for index, position, logit, crop_logit, probability, hit in zip(
                region.indices,
                region.positions_mm,
                answers.logits,
                own.logits,
                answers.probabilities,
                conclusion.positive,
                strict=True,
            )
        ),
        region=region,
        maps=maps,
        familiarity=familiarity,
        manifest=manifest,
        requested=network.requested,
        used=network.used,
        checks=checks,
        timing=Timing(volume.load_s, judged - started, finished - judged),
    )


@dataclass(frozen=True)
class SliceAnswers:
    """The answers for n slices.

    Attributes:
        logits, probabilities: [n] by which slices are called; averaged where the bundle says so.
        own: of each slice's own crop alone. A map and the bias add up to its logit, whatever is averaged.
    """

    logits: Floats
    probabilities: Floats
    own: Answers


def ask(network: Network, region: Region, rectangles: Sequence[Rectangle], work: Work = UNWATCHED) -> SliceAnswers:
    """The network's answers for one rectangle on each slice of a region, in the standard view.

    Raises:
        NotJudged: a value of a crop is not finite.
        ImpossibleAnswer: an answer of the network is impossible.
        Cancelled: `work` was asked to stop.
    """
    manifest, (count, rows, columns) = network.manifest, region.hu.shape
    averaging, size = manifest.averaging, manifest.crop_size
    crops = np.concatenate(
        [
            crop_slices(region.hu, [shifted(one, shift, size, rows, columns) for one in rectangles], size)
            for shift in averaging.shifts
        ]
    )
    if not np.isfinite(crops).all():
        raise NotJudged(message("A slice of this range holds values that are not numbers: use another series."))
    answers = network.judge(crops, work)
    own = answers.first(count)
    if not (averaging.smoothing or averaging.shift_px):
        return SliceAnswers(own.logits, own.probabilities, own)
    logits = averaging.combined(answers.logits.reshape(-1, count), neighbours(region.positions_mm, region.spacing_mm))
    probabilities = 1 / (1 + np.exp(-logits.astype(np.float64)))
    return SliceAnswers(logits, probabilities.astype(np.float32), own)


def check_area(areas_cm2: Sequence[float], guidance: RoiGuidance) -> Check:
    """Check that the area of the ROI, at its smallest and largest, is one that the network was trained on."""
    usual, judgeable = guidance.usual_cm2, guidance.judgeable_cm2
    low, high = min(areas_cm2), max(areas_cm2)
    measured = (
        message("{area:.1f} cm²", area=low)
        if f"{low:.1f}" == f"{high:.1f}"
        else message("{low:.1f} to {high:.1f} cm²", low=low, high=high)
    )
    required = message("{low:g} to {high:g} cm²", low=usual[0], high=usual[1])
    if not judgeable[0] <= low <= high <= judgeable[1]:
        sentence = message(
            "An ROI of {area} cannot hold nasopharynx and clivus as the network knows them.", area=measured
        )
        return Check(names.ROI_AREA, "fail", measured, required, sentence)
    if not usual[0] <= low <= high <= usual[1]:
        sentence = message("About {target:g} cm² are usual.", target=guidance.area_cm2)
        return Check(names.ROI_AREA, "warn", measured, required, sentence)
    return Check(names.ROI_AREA, "pass", measured, required, message("Of the usual size."))


def check_length(slices: int) -> tuple[Check, ...]:
    """Check that a range of so many slices leaves a run something to be told from; no check where it does."""
    if slices >= FEW_SLICES:
        return ()
    required = counted("at least {number} slice", "at least {number} slices", FEW_SLICES)
    sentence = counted(
        "The range holds {number} slice, and a run of two says little in so few: look at thinner slices, if there are "
        "any.",
        "The range holds {number} slices, and a run of two says little in so few: look at thinner slices, if there are "
        "any.",
        slices,
    )
    measured = counted("{number} slice", "{number} slices", slices)
    return (Check(names.LENGTH, "warn", measured, required, sentence),)


def blockers(checks: Sequence[Check]) -> list[Check]:
    """The failed checks that make judging impossible: there are no Hounsfield units in axial slices."""
    return [check for check in checks if check.status == "fail" and check.name in NEEDED_CHECKS]
