"""The objects of a result, each in a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from desktop.inference.result import Result
from desktop.object_kinds import Kind, Objects
from desktop.report.dicom.common_modules import NewSeries, Occasion
from desktop.report.dicom.device_uid import device_uid
from desktop.report.dicom.library import Dataset
from desktop.report.dicom.secondary_capture import secondary_capture
from desktop.report.dicom.source_images import SourceImages, require_attributes
from desktop.report.dicom.structured_report import structured_report

_MAKERS: dict[Kind, tuple[str, Callable[[Occasion, NewSeries], Dataset]]] = {
    Kind.REPORT: ("report", structured_report),
    Kind.PICTURE: ("picture", secondary_capture),
}
"""What each kind is called in the description of its series, and what makes it."""


def write_objects(result: Result, wanted: Objects, folder: Path) -> list[Path]:
    """Write the objects into a folder, one after the other, and return the files.

    Raises:
        ObjectsRefused: the source lacks what they must have, or is no longer there.
        NotWritten: the UID of this installation cannot be kept.
        OSError: the disk fails.
    """
    series = result.region.volume.series
    require_attributes(series, wanted.kinds)
    source = SourceImages.of(series, (series.slices[answer.index] for answer in result.slices))
    occasion = Occasion(result, source, device_uid(), datetime.now())
    files = []
    for place, kind in enumerate(wanted.kinds):
        about, make = _MAKERS[kind]
        files.append(folder / f"{kind}.dcm")
        make(occasion, NewSeries(place, about)).save_as(files[-1], enforce_file_format=True)
    return files
