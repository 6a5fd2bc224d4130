"""Writing a result to a folder."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.report.dicom.wanted import Objects
from desktop.report.document import result_document
from desktop.report.place import ReportPlace, WriteObjects


@dataclass(frozen=True)
class SavedReport:
    """A report as it was written.

    Attributes:
        document: the object in `result.json`.
        files: `result.json`, then the picture and the DICOM objects that it names.
    """

    document: dict[str, Any]
    files: tuple[Path, ...]


def save_report(
    result: Result, folder: Path, stability: Stability | None = None, objects: Objects | None = None
) -> SavedReport:
    """Write `result.json`, the picture of the strongest slice and, where they are wanted, DICOM objects. An older
    report is replaced completely or not at all.

    An earlier result of the same series is replaced, one of another series is not. Objects repeat what the files of the
    series say of patient and study, so these must still be there.

    Raises:
        desktop.report.dicom.source_images.ObjectsRefused: the series lacks what objects must have.
        ReportRefused: the folder contains files of another case, or another Clivus is writing there.
        NotWritten: the folder cannot be made or written to; an older report is then as it was.
    """
    from desktop.report.picture import picture  # Pillow, which would delay the window

    image = io.BytesIO()
    picture(result).save(image, format="PNG")
    with ReportPlace.held(folder, result.region.volume.series.name, objects=objects is not None) as place:
        document = result_document(result, stability)
        return SavedReport(*place.publish(document, image.getvalue(), _writing(result, stability, objects)))


def _writing(result: Result, stability: Stability | None, objects: Objects | None) -> WriteObjects | None:
    if objects is None:
        return None
    from desktop.report.dicom.objects import write_objects  # highdicom

    return partial(write_objects, result, stability, objects)
