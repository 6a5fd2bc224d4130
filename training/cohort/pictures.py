"""Crops as pictures for the eye, in the window in which the network sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from desktop.csv_text import write_table
from desktop.files import new_folder
from desktop.inference.crop import CROP_SIZE
from desktop.learning.cohort.crops import MARGIN, WINDOW
from desktop.learning.cohort.members import Cohort
from desktop.learning.cohort.slices import CaseSlices
from training.cohort.loading import load_cohort

INDEX_FILE = "index.csv"
JPEG_QUALITY = 95

PictureFormat = Literal["png", "jpeg"]


def export_pictures(cohort: Cohort, out: Path, form: PictureFormat) -> int:
    """Write every crop of a cohort, without margin, at level 60 and width 600 HU, with a table of them.

    The names begin with the case's number in the cohort, since its key may hold signs that no file name can.

    Returns:
        The number of pictures.

    Raises:
        WrongUse: `out` exists and is not an empty folder.
        CohortRefused: a case cannot be used.
        NotWritten: the medium fails; nothing is left then.
    """
    rows: list[dict[str, str]] = []
    with new_folder(out) as folder:
        for number, case in enumerate(load_cohort(cohort), start=1):
            inner = slice(MARGIN, MARGIN + CROP_SIZE)
            for index, crop in enumerate(case.hu[:, inner, inner]):
                row = _row(number, case, index, form)
                picture = Image.fromarray(WINDOW.grey(crop.astype(np.float32)))
                picture.save(folder / row["file"], quality=JPEG_QUALITY)  # PNG has none
                rows.append(row)
        write_table(folder / INDEX_FILE, rows)
    return len(rows)


def _row(number: int, case: CaseSlices, index: int, form: PictureFormat) -> dict[str, str]:
    label = "positive" if case.invaded[index] else "negative"
    position = case.positions_mm[index]
    key = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in case.case.key)[:60]
    return {
        "file": f"{number:04d}_{key}_{index + 1:02d}_{position:+.2f}mm_{label}.{'jpg' if form == 'jpeg' else form}",
        "case": case.case.key,
        "patient": case.case.patient,
        "case_label": str(case.case.reading.verdict),
        "slice_label": label,
        "position_mm": f"{position:.3f}",
        "sop_instance_uid": case.identity.sop_instance_uids[index],
        "training_image": "yes" if case.for_training[index] else "no",
    }
