"""Writing a result to a folder."""

from __future__ import annotations

import json
from pathlib import Path

from desktop.errors import InputRefused
from desktop.imaging.volume import Volume
from desktop.inference.result import Result
from desktop.report.document import result_document
from desktop.report.picture import picture

RESULT_FILE = "result.json"
PICTURE_FILE = "strongest_slice.png"


class ReportRefused(InputRefused):
    """A folder into which the result cannot be written."""


def save_report(result: Result, volume: Volume, folder: Path) -> list[Path]:
    """Write `result.json` and the picture of the strongest slice; each file is replaced whole or not at all.

    An earlier result of the same series is replaced, one of another series never.

    Returns:
        The files written.

    Raises:
        ReportRefused: the folder cannot be made or written, or holds the result of another series.
    """
    _require_own(folder / RESULT_FILE, volume)
    document, image = folder / RESULT_FILE, folder / PICTURE_FILE
    partial_document, partial_image = (path.with_name(path.name + ".part") for path in (document, image))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(result_document(result, volume), indent=2)
        partial_document.write_text(text + "\n", encoding="utf-8")
        picture(result, volume).save(partial_image, format="PNG")
        partial_image.replace(image)
        partial_document.replace(document)
    except OSError as error:
        raise ReportRefused(
            f"The result cannot be written to {folder} ({error.strerror or error}): choose a folder you may write to."
        ) from None
    finally:
        for partial in (partial_document, partial_image):
            if folder.is_dir():
                partial.unlink(missing_ok=True)
    return [document, image]


def _require_own(document: Path, volume: Volume) -> None:
    try:
        earlier = json.loads(document.read_text(encoding="utf-8"))["series"]
    except OSError:
        return  # there is none; or writing will fail, and say why
    except (ValueError, TypeError, KeyError, RecursionError):
        earlier = None
    if earlier != volume.series.name:
        raise ReportRefused(f"{document} belongs to another case, and is left as it is: choose another folder.")
