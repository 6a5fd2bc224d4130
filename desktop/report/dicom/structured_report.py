"""The answer in codes: a Comprehensive 3D SR (TID 1500), which `own_report` reads again.

One group (TID 1501) has verdict, run and score, then each judged slice has one (TID 1410) with its probability and the
ROI as a closed polyline on the source image.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from desktop.imaging.geometry import Rectangle
from desktop.inference.result import SliceAnswer
from desktop.report.dicom import algorithm, vocabulary
from desktop.report.dicom.common_modules import NOT_FOR_DIAGNOSIS, NewSeries, Occasion, complete, new_uid
from desktop.report.dicom.evidence import evidence_of
from desktop.report.dicom.library import Dataset, coded, highdicom
from desktop.report.dicom.source_images import SourceImage
from desktop.report.wording import short_use_line, verdict_line
from desktop.version import MAKER

_CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=np.float64)
"""Of a rectangle, closed: viewers take a polyline for a rectangle only if it comes back to its beginning."""

sr = highdicom.sr


def structured_report(occasion: Occasion, series: NewSeries) -> Dataset:
    """The report of a result; preliminary and unverified, since nobody has looked at it."""
    region = occasion.result.region
    slices = zip(
        occasion.result.slices, occasion.source.images, region.stored_rectangles, region.areas_cm2, strict=True
    )
    content = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_device_context=device_context(occasion)),
        procedure_reported=coded(vocabulary.HEAD_CT),
        imaging_measurements=[_case(occasion), *(_slice(*one) for one in slices)],
        title=coded(vocabulary.REPORT),
    )
    made = sr.Comprehensive3DSR(
        evidence=evidence_of(occasion),
        content=content[0],
        series_instance_uid=new_uid(),
        series_number=series.number,
        sop_instance_uid=new_uid(),
        instance_number=1,
        manufacturer=MAKER,
        is_complete=True,
    )
    return complete(made, series, occasion)


def device_context(occasion: Occasion) -> sr.ObserverContext:
    """Clivus as the observer (TID 1004); its values are those of the contributing equipment."""
    return sr.ObserverContext(
        observer_type=coded(vocabulary.DEVICE),
        observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(
            uid=occasion.device_uid,
            name=MAKER,
            manufacturer_name=MAKER,
            model_name=MAKER,
            serial_number=occasion.device_uid,
        ),
    )


def polyline(rectangle: Rectangle) -> npt.NDArray[np.float64]:
    """The corners [5, 2] (column, row) of (column, row, width, height), counted from the image's outer corner as DICOM
    counts spatial coordinates (PS3.3 C.18.6.1.1)."""
    return np.asarray(_CORNERS * rectangle[2:] + rectangle[:2], dtype=np.float64)


def _case(occasion: Occasion) -> sr.MeasurementsAndQualitativeEvaluations:
    result = occasion.result
    group = sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(new_uid(), "Case"),
        finding_type=coded(vocabulary.INVASION),
        finding_sites=[sr.FindingSite(coded(vocabulary.SITE))],
        algorithm_id=sr.AlgorithmIdentification(
            algorithm.NAME,
            algorithm.ALGORITHM_VERSION,
            parameters=algorithm.parameters_of(result),
            family=coded(vocabulary.FAMILY),
            manufacturer=algorithm.SOURCE,
        ),
        measurements=[
            sr.Measurement(coded(vocabulary.RUN_SLICES), result.run.slices, coded(vocabulary.SLICES)),
            sr.Measurement(coded(vocabulary.RUN_LENGTH), float(result.run.mm), coded(vocabulary.MM)),
            sr.Measurement(coded(vocabulary.SCORE), float(result.score), coded(vocabulary.NO_UNIT)),
        ],
        qualitative_evaluations=[
            sr.QualitativeEvaluation(coded(vocabulary.INVASION), coded(vocabulary.ANSWERS[result.verdict]))
        ],
    )
    text = f"{NOT_FOR_DIAGNOSIS}. {verdict_line(result)}. {short_use_line(result.manifest)}"
    group[0].ContentSequence.append(
        sr.TextContentItem(coded(vocabulary.COMMENT), text, relationship_type=sr.RelationshipTypeValues.CONTAINS)
    )
    return group


def _slice(
    answer: SliceAnswer, image: SourceImage, rectangle: Rectangle, area_cm2: float
) -> sr.PlanarROIMeasurementsAndQualitativeEvaluations:
    place = sr.SourceImageForRegion(
        image.sop_class_uid, image.sop_instance_uid, None if image.frame is None else [image.frame]
    )
    return sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(new_uid(), f"Slice at {answer.position_mm:.1f} mm"),
        referenced_region=sr.ImageRegion(sr.GraphicTypeValues.POLYLINE, polyline(rectangle), place),
        finding_sites=[sr.FindingSite(coded(vocabulary.SITE))],
        algorithm_id=sr.AlgorithmIdentification(
            algorithm.NAME, algorithm.ALGORITHM_VERSION, family=coded(vocabulary.FAMILY), manufacturer=algorithm.SOURCE
        ),
        measurements=[
            sr.Measurement(coded(vocabulary.PROBABILITY), float(answer.probability), coded(vocabulary.NO_UNIT)),
            sr.Measurement(coded(vocabulary.AREA), float(area_cm2), coded(vocabulary.CM2)),
            sr.Measurement(coded(vocabulary.LOGIT), float(answer.logit), coded(vocabulary.NO_UNIT)),
            sr.Measurement(coded(vocabulary.POSITION), float(answer.position_mm), coded(vocabulary.MM)),
        ],
    )
