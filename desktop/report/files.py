"""Writing a result to a folder."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.report.dicom.wanted import Objects
from desktop.report.document import result_document
from desktop.report.place import ReportPlace, WriteObjects
from desktop.report.told import Told


@dataclass(frozen=True)
class SavedReport:
    """A report as it was written.

    Attributes:
        document: the object in `result.json`.
        files: `result.json`, then those that it names: the picture, the PDF if there is one, and the DICOM objects.
    """

    document: dict[str, Any]
    files: tuple[Path, ...]


def save_report(
    result: Result,
    folder: Path,
    stability: Stability | None = None,
    told: Told | None = None,
    objects: Objects | None = None,
) -> SavedReport:
    """Write `result.json`, the picture of the strongest slice and, where they are wanted, a PDF and DICOM objects. An
    older report is replaced completely or not at all.

    An earlier result of the same series is replaced, one of another series is not. Objects repeat what the files of the
    series say of patient and study, so these must still be there.

    Args:
        told: what the PDF tells beside the result; None if no PDF is wanted.

    Raises:
        desktop.report.dicom.source_images.ObjectsRefused: the series lacks what objects must have.
        ReportRefused: the folder contains files of another case, or another Clivus is writing there.
        NotWritten: the folder cannot be made or written to; an older report is then as it was.
        GlyphMissing: the PDF would hold a character that its fonts lack.
    """
    from desktop.report.picture import picture  # Pillow, which would delay the window

    image = io.BytesIO()
    picture(result).save(image, format="PNG")
    pages = None
    if told is not None:
        from desktop.report.pdf.writing import pdf_report  # takes a second to import, and few reports need it

        pages = pdf_report(result, stability, told)
    with ReportPlace.held(folder, result.region.volume.series.name, objects=objects is not None) as place:
        document, writing = result_document(result, stability), _writing(result, stability, objects, pages)
        return SavedReport(*place.publish(document, image.getvalue(), pages, writing))


def _writing(
    result: Result, stability: Stability | None, objects: Objects | None, pages: bytes | None
) -> WriteObjects | None:
    if objects is None:
        return None
    if pages is not None:  # the object wraps up the very report that lies beside it
        objects = replace(objects, pdf=lambda *_: pages)
    from desktop.report.dicom.objects import write_objects  # highdicom

    return partial(write_objects, result, stability, objects)
