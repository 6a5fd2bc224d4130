"""The judged images as highdicom wants them: data sets with just what it looks at.

Patient and study are left empty: `common_modules.complete` writes them. highdicom would refuse, or print, what it does
not like about them.
"""

from __future__ import annotations

from desktop.report.dicom.common_modules import Occasion
from desktop.report.dicom.library import Dataset
from desktop.report.dicom.source_images import EMPTY_WHERE_UNKNOWN, SourceImage


def evidence_of(occasion: Occasion) -> list[Dataset]:
    """One data set for each file, the lowest slice first."""
    return [stand_in(image, occasion) for image in occasion.source.files.values()]


def stand_in(image: SourceImage, occasion: Occasion) -> Dataset:
    """A data set that stands for the file of an image."""
    series = occasion.result.region.volume.series
    made = Dataset()
    for keyword in EMPTY_WHERE_UNKNOWN:
        setattr(made, keyword, "")
    made.SOPClassUID, made.SOPInstanceUID = image.sop_class_uid, image.sop_instance_uid
    made.StudyInstanceUID, made.SeriesInstanceUID = occasion.source.study_instance_uid, image.series_instance_uid
    if image.frame is not None:
        made.NumberOfFrames = image.frames
    made.Rows, made.Columns, made.SamplesPerPixel = series.rows, series.columns, 1
    return made
