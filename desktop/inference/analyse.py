"""From a volume, an ROI and a range to the result: the one way, for window and command alike."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numpy as np

from desktop.errors import InputRefused
from desktop.imaging.eligibility import (
    MAXIMUM_THICKNESS_MM,
    Check,
    check_range,
    check_series,
    check_volume,
    range_spacing,
)
from desktop.imaging.geometry import Rectangle, StackGeometry
from desktop.imaging.pixels import Hounsfield
from desktop.imaging.volume import Volume
from desktop.inference.conditions import check_model, check_pictures
from desktop.inference.crop import crop_slices
from desktop.inference.gradcam import upsample
from desktop.inference.graph import Answers
from desktop.inference.network import Network
from desktop.inference.result import Result, SliceAnswer, Timing
from desktop.reading.roi import (
    JUDGEABLE_AREA_CM2,
    TARGET_AREA_CM2,
    USUAL_AREA_CM2,
    PositionRange,
    RangeRefused,
    Roi,
)
from desktop.reading.run import Cutoff, conclude

MINIMUM_RANGE_SLICES = 2
"""The paper's cut-off is a run of two; one slice cannot hold it."""

MINIMUM_MAP_SCALE = 0.02
"""Top of the colour scale at least, in logit per cell: below it a map is faint and must look faint."""


NEEDED_CHECKS = ("modality", "axial")
"""Checks without which there are no Hounsfield units in axial slices, so nothing to show the network."""


class NotJudged(InputRefused):
    """A series for which the network's answer would mean nothing at all."""


def analyse(
    volume: Volume,
    roi: Roi,
    span: PositionRange,
    network: Network,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Result:
    """Judge the slices of a range.

    Args:
        roi: in the stored slice.
        progress: called with slices done and slices in all.

    Raises:
        RoiRefused: the ROI reaches outside the slice.
        RangeRefused: fewer than two slices lie in the range.
        NotJudged: the series is no axial CT, so that the network's answer would mean nothing.
        Cancelled: `cancelled` said so.
    """
    started = perf_counter()
    series, geometry, manifest = volume.series, volume.geometry, network.manifest
    # A model made for thicker slices than the paper's has its own evidence; a stricter one has its own check.
    thickest_mm = max(MAXIMUM_THICKNESS_MM, manifest.slice_thickness_mm[1])
    checks = check_series(series, thickest_mm)
    _require_axial_ct(checks)
    roi.require_inside(series.rows, series.columns)
    positions = geometry.positions_mm
    indices = slices_in_range(geometry, span)
    if len(indices) < MINIMUM_RANGE_SLICES:
        raise RangeRefused(
            f"The range {span.low_mm:g} to {span.high_mm:g} mm holds {len(indices)} slice(s), at least "
            f"{MINIMUM_RANGE_SLICES} are needed: mark it from the base of the sphenoid sinus to the lower end of the "
            f"clivus (the series reaches from {positions[0]:.1f} to {positions[-1]:.1f} mm)."
        )
    places = positions[indices]
    # Of the regular part that holds the range: a scan may be 4 mm at the base and 7 mm above it.
    spacing_mm = range_spacing(volume, span.low_mm, span.high_mm)
    rectangle = volume.rectangle_to_standard(roi.rectangle)
    area_cm2 = roi.area_cm2(series.row_mm, series.column_mm)
    checks += check_volume(volume)
    checks += check_range(volume, span.low_mm, span.high_mm, rectangle, thickest_mm)
    checks += (
        _area(area_cm2),
        *check_model(manifest, series, indices, spacing_mm),
        *check_pictures(manifest, volume, indices),
    )
    answers = ask(network, volume.hu[indices], rectangle, progress, cancelled)
    judged = perf_counter()
    maps = upsample(answers.maps, manifest.crop_size, manifest.map_stride)
    finished = perf_counter()

    cutoff = Cutoff(manifest.cutoff_slices, manifest.threshold)
    answerable = all(check.status != "fail" for check in checks)
    conclusion = conclude(places, answers.probabilities, spacing_mm, cutoff, answerable)
    return Result(
        verdict=conclusion.verdict,
        run=conclusion.run,
        cutoff=cutoff,
        score=conclusion.score,
        slices=tuple(
            SliceAnswer(
                index=index,
                sop_instance_uid=series.slices[index].sop_instance_uid,
                position_mm=float(positions[index]),
                logit=float(logit),
                probability=float(probability),
                positive=hit,
            )
            for index, logit, probability, hit in zip(
                indices, answers.logits, answers.probabilities, conclusion.positive, strict=True
            )
        ),
        roi=roi,
        area_cm2=area_cm2,
        rectangle=rectangle,
        maps=maps,
        map_scale=max(float(maps.max(initial=0.0)), MINIMUM_MAP_SCALE),
        manifest=manifest,
        requested=network.requested,
        used=network.used,
        checks=checks,
        timing=Timing(volume.load_s, judged - started, finished - judged),
    )


def ask(
    network: Network,
    hu: Hounsfield,
    rectangle: Rectangle,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Answers:
    """The network's answers for a rectangle of slices [n, rows, columns], both in the standard view.

    Raises:
        NotJudged: a value of a crop is no number.
        ImpossibleAnswer: an answer of the network cannot be.
        Cancelled: `cancelled` said so.
    """
    crops = crop_slices(hu, rectangle, network.manifest.crop_size)
    if not np.isfinite(crops).all():
        raise NotJudged("A slice of this range holds values that are no numbers: use another series.")
    return network.judge(crops, progress, cancelled)


def slices_in_range(geometry: StackGeometry, span: PositionRange) -> list[int]:
    """The slices that a range holds, by index."""
    return [index for index, position in enumerate(geometry.positions_mm) if span.contains(float(position))]


def _area(area_cm2: float) -> Check:
    """Is the rectangle of a size that the network was trained on (paper, about 18 cm2)?"""
    usual, judgeable = USUAL_AREA_CM2, JUDGEABLE_AREA_CM2
    measured, required = f"{area_cm2:.1f} cm²", f"{usual[0]:g} to {usual[1]:g} cm²"
    if not judgeable[0] <= area_cm2 <= judgeable[1]:
        message = f"A rectangle of {measured} cannot hold nasopharynx and clivus as the network knows them."
        return Check("ROI area", "fail", measured, required, message)
    if not usual[0] <= area_cm2 <= usual[1]:
        return Check("ROI area", "warn", measured, required, f"About {TARGET_AREA_CM2:g} cm² are usual.")
    return Check("ROI area", "pass", measured, required, "Of the usual size.")


def _require_axial_ct(checks: tuple[Check, ...]) -> None:
    for check in checks:
        if check.status == "fail" and check.name in NEEDED_CHECKS:
            raise NotJudged(f"This series cannot be judged. {check.message}")
