"""The ROI for viewers that draw no SR: a Grayscale Softcopy Presentation State with a rectangle on each slice."""

from __future__ import annotations

from collections import defaultdict

from desktop.report.dicom.common_modules import (
    NOT_FOR_DIAGNOSIS,
    NewSeries,
    Occasion,
    complete,
    new_uid,
)
from desktop.report.dicom.evidence import stand_in
from desktop.report.dicom.library import Dataset, highdicom
from desktop.report.dicom.structured_report import polyline
from desktop.version import MAKER, VERSION

pr = highdicom.pr

_LAYER = pr.GraphicLayer("AI", 1, NOT_FOR_DIAGNOSIS)


def presentation_states(occasion: Occasion, series: NewSeries) -> list[Dataset]:
    """One for all slices; several where scanners rescale slices differently, since one has one rescale for all that it
    refers to."""
    alike: dict[tuple[float, float], list[int]] = defaultdict(list)
    for number, answer in enumerate(occasion.result.slices):
        form = occasion.result.region.volume.series.slices[answer.index].form
        alike[form.slope, form.intercept].append(number)
    series_uid = new_uid()
    return [
        _state(occasion, series, series_uid, instance, *rescale, numbers)
        for instance, (rescale, numbers) in enumerate(alike.items(), start=1)
    ]


def _state(
    occasion: Occasion,
    series: NewSeries,
    series_uid: str,
    instance: int,
    slope: float,
    intercept: float,
    numbers: list[int],
) -> Dataset:
    result, source = occasion.result, occasion.source
    window = result.region.volume.series.window or result.manifest.window
    images = {source.images[number].sop_instance_uid: source.images[number] for number in numbers}
    files = {uid: stand_in(image, occasion) for uid, image in images.items()}
    made = pr.GrayscaleSoftcopyPresentationState(
        referenced_images=list(files.values()),
        series_instance_uid=series_uid,
        series_number=series.number,
        sop_instance_uid=new_uid(),
        instance_number=instance,
        manufacturer=MAKER,
        manufacturer_model_name=MAKER,
        software_versions=VERSION,
        device_serial_number=occasion.device_uid,
        content_label="AI_ROI",
        content_description=NOT_FOR_DIAGNOSIS,
        graphic_annotations=[_annotation(occasion, number, files) for number in numbers],
        graphic_layers=[_LAYER],
        modality_lut_transformation=highdicom.ModalityLUTTransformation(
            rescale_intercept=intercept, rescale_slope=slope, rescale_type=highdicom.RescaleTypeValues.HU
        ),
        voi_lut_transformations=[
            pr.SoftcopyVOILUTTransformation(window_center=window.level, window_width=window.width)
        ],
    )
    _refer_to_frames(made, occasion, numbers)
    return complete(made, series, occasion)


def _annotation(occasion: Occasion, number: int, files: dict[str, Dataset]) -> pr.GraphicAnnotation:
    image, rectangle = occasion.source.images[number], occasion.result.region.stored_rectangles[number]
    corners = polyline(rectangle)
    answer = occasion.result.slices[number]
    return pr.GraphicAnnotation(
        referenced_images=[files[image.sop_instance_uid]],
        referenced_frame_number=image.frame,
        graphic_layer=_LAYER,
        graphic_objects=[pr.GraphicObject(pr.GraphicTypeValues.POLYLINE, corners, pr.AnnotationUnitsValues.PIXEL)],
        text_objects=[
            pr.TextObject(
                f"{NOT_FOR_DIAGNOSIS}: {answer.probability:.2f}",
                pr.AnnotationUnitsValues.PIXEL,
                anchor_point=(float(corners[0, 0]), float(corners[0, 1])),
            )
        ],
    )


def _refer_to_frames(made: Dataset, occasion: Occasion, numbers: list[int]) -> None:
    """Name the judged frames of a file with many: others may be rescaled differently."""
    frames = defaultdict(list)
    for number in numbers:
        image = occasion.source.images[number]
        if image.frame is not None:
            frames[image.sop_instance_uid].append(image.frame)
    for one in made.ReferencedSeriesSequence:
        for item in one.ReferencedImageSequence:
            if listed := frames.get(item.ReferencedSOPInstanceUID):
                item.ReferencedFrameNumber = listed
