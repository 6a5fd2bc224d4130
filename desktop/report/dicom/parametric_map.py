"""The heat map as numbers: a Parametric Map of class activation over the ROI, in its place in the patient."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import numpy.typing as npt

from desktop.messages import message
from desktop.reading.region import Region
from desktop.report.dicom import vocabulary
from desktop.report.dicom.common_modules import NewSeries, Occasion, complete, new_uid, reference_to
from desktop.report.dicom.evidence import stand_in
from desktop.report.dicom.library import CTImageStorage, Dataset, coded, highdicom
from desktop.report.dicom.source_images import ObjectsRefused
from desktop.version import MAKER, VERSION

_LABEL, _EXPLANATION = "EVIDENCE", "Evidence for (above 0) and against invasion, log-odds per cm2"


def parametric_map(occasion: Occasion, series: NewSeries) -> Dataset:
    """The maps [slices, size, size] as float32, one frame for each judged slice.

    Raises:
        ObjectsRefused: two slices lie at one place.
    """
    result, region = occasion.result, occasion.result.region
    size, geometry = result.maps.evidence.shape[-1], region.volume.geometry
    origins = first_pixels(region, size)
    spacings = [
        (height * geometry.row_mm / size, width * geometry.column_mm / size)
        for _, _, width, height in region.rectangles
    ]
    if len(np.unique(region.positions_mm)) < len(origins):
        raise ObjectsRefused(
            message(
                "A parametric map cannot be made, because two of the slices lie at one position: leave pm out, or "
                "export the series again."
            )
        )
    patient = highdicom.CoordinateSystemNames.PATIENT
    orientation = [*geometry.across, *geometry.down]
    made = highdicom.pm.ParametricMap(
        source_images=[_placed(occasion)],
        pixel_array=result.maps.evidence,
        series_instance_uid=new_uid(),
        series_number=series.number,
        sop_instance_uid=new_uid(),
        instance_number=1,
        manufacturer=MAKER,
        manufacturer_model_name=MAKER,
        software_versions=VERSION,
        device_serial_number=occasion.device_uid,
        contains_recognizable_visual_features=False,
        real_world_value_mappings=[_mapping(result.maps.evidence)],
        voi_lut_transformations=[
            highdicom.VOILUTTransformation(window_center=0.0, window_width=2 * float(result.maps.scale))
        ],
        content_label="CLASS_ACTIVATION",
        content_description=_EXPLANATION,
        pixel_measures=highdicom.PixelMeasuresSequence(spacings[0], _thickness(region)),
        plane_orientation=highdicom.PlaneOrientationSequence(patient, orientation),
        plane_positions=[highdicom.PlanePositionSequence(patient, origin.tolist()) for origin in origins],
    )
    _describe_frames(made, occasion, origins, spacings)
    _refer_to_all(made, occasion)
    return complete(made, series, occasion)


def first_pixels(region: Region, size: int) -> npt.NDArray[np.float64]:
    """[slices, 3] mm, where the centre of the first pixel of each map lies in the patient.

    Rectangles count from the outer corner of the image, and points from the centre of its first pixel.
    """
    return np.array(
        [
            region.volume.geometry.to_patient(index, left + width / size / 2 - 0.5, top + height / size / 2 - 0.5)
            for index, (left, top, width, height) in zip(region.indices, region.rectangles, strict=True)
        ]
    )


def _placed(occasion: Occasion) -> Dataset:
    """A stand-in for the lowest slice, as a slice in a file of its own: highdicom takes the frame of reference from it,
    and the map names its sources itself."""
    series, source = occasion.result.region.volume.series, occasion.source
    made = stand_in(source.images[0], occasion)
    made.SOPClassUID, made.FrameOfReferenceUID = CTImageStorage, source.frame_of_reference_uid
    made.ImagePositionPatient = [0.0, 0.0, 0.0]
    made.ImageOrientationPatient = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    made.PixelSpacing, made.SliceThickness = [series.row_mm, series.column_mm], 1.0
    for keyword, text in source.compression.items():
        setattr(made, keyword, text)
    return made


def _mapping(evidence: npt.NDArray[np.float32]) -> highdicom.pm.RealWorldValueMapping:
    return highdicom.pm.RealWorldValueMapping(
        lut_label=_LABEL,
        lut_explanation=_EXPLANATION,
        unit=coded(vocabulary.PER_CM2),
        value_range=(float(evidence.min()), float(evidence.max())),
        slope=1.0,
        intercept=0.0,
        quantity_definition=coded(vocabulary.CLASS_ACTIVATION),
    )


def _thickness(region: Region) -> float:
    """Stated, or else the spacing."""
    return region.volume.series.slice_thickness_mm or region.spacing_mm


def _describe_frames(
    made: Dataset, occasion: Occasion, origins: npt.NDArray[np.float64], spacings: list[tuple[float, float]]
) -> None:
    """Say of every frame which slice it is of; and how large its pixels are, where rectangles differ in size."""
    shared, groups = made.SharedFunctionalGroupsSequence[0], made.PerFrameFunctionalGroupsSequence
    for group in groups:
        place = np.array(group.PlanePositionSequence[0].ImagePositionPatient, dtype=np.float64)
        number = int(np.argmin(((origins - place) ** 2).sum(axis=1)))  # highdicom sorts the frames
        derived = Dataset()
        derived.DerivationCodeSequence = [coded(vocabulary.DERIVATION)]
        derived.SourceImageSequence = [reference_to(occasion.source.images[number])]
        group.DerivationImageSequence = [derived]
        if len(set(spacings)) > 1:
            group.PixelMeasuresSequence = highdicom.PixelMeasuresSequence(
                spacings[number], _thickness(occasion.result.region)
            )
    if len(set(spacings)) > 1:
        del shared.PixelMeasuresSequence


def _refer_to_all(made: Dataset, occasion: Occasion) -> None:
    """Name every judged image, in place of the one stand-in."""
    of_series = defaultdict(list)
    for image in occasion.source.files.values():
        of_series[image.series_instance_uid].append(image)
    made.SourceImageSequence = [reference_to(image) for image in occasion.source.images]
    made.ReferencedSeriesSequence = []
    for uid, images in of_series.items():
        item = Dataset()
        item.SeriesInstanceUID = uid
        item.ReferencedInstanceSequence = [reference_to(image, whole=True) for image in images]
        made.ReferencedSeriesSequence.append(item)
