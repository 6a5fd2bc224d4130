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


@dataclass(frozen=True)
class SavedReport:
    """A report as it was written.

    Attributes:
        document: the object in `result.json`.
        files: `result.json`, then the picture that it names.
    """

    document: dict[str, Any]
    files: tuple[Path, Path]


def save_report(result: Result, folder: Path, stability: Stability | None = None) -> SavedReport:
    """Write `result.json` and the picture of the strongest slice. An older report is replaced completely or not at all.

    An earlier result of the same series is replaced, one of another series is not.

    Raises:
        ReportRefused: the folder contains files of another case, or another Clivus is writing there.
        NotWritten: the folder cannot be made or written to; an older report is then as it was.
    """
    from desktop.report.picture import picture  # Pillow, which would delay the window

    image = io.BytesIO()
    picture(result).save(image, format="PNG")
    with ReportPlace.held(folder, result.region.volume.series.name) as place:
        return SavedReport(*place.publish(result_document(result, stability), image.getvalue()))
