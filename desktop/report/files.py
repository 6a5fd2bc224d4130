"""Writing a result to a folder."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.report.document import result_document
from desktop.report.place import ReportPlace
from desktop.report.told import Told


@dataclass(frozen=True)
class SavedReport:
    """A report as it was written.

    Attributes:
        document: the object in `result.json`.
        files: `result.json`, then those that it names: the picture, and the PDF if there is one.
    """

    document: dict[str, Any]
    files: tuple[Path, ...]


def save_report(
    result: Result, folder: Path, stability: Stability | None = None, told: Told | None = None
) -> SavedReport:
    """Write `result.json`, the picture of the strongest slice, and a PDF. An older report is replaced completely or not
    at all.

    An earlier result of the same series is replaced, one of another series is not.

    Args:
        told: what the PDF tells beside the result; None if no PDF is wanted.

    Raises:
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
    with ReportPlace.held(folder, result.region.volume.series.name) as place:
        return SavedReport(*place.publish(result_document(result, stability), image.getvalue(), pages))
