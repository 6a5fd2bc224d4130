"""The picture of the strongest slice with the verdict in it: the one object that every viewer shows."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from desktop.report.dicom.common_modules import (
    NOT_FOR_DIAGNOSIS,
    NewSeries,
    Occasion,
    complete,
    new_uid,
    reference_to,
)
from desktop.report.dicom.library import Dataset, highdicom
from desktop.report.picture import picture
from desktop.report.wording import verdict_line
from desktop.version import MAKER

_BAND, _SIZE, _MARGIN = 56, 30, 20
"""Pixels: of the band above the picture, and of the letters in it."""

_AMBER, _BLACK = (255, 191, 0), (0, 0, 0)


def secondary_capture(occasion: Occasion, series: NewSeries) -> Dataset:
    """The report's picture in RGB, below a band that says what it is."""
    result, source = occasion.result, occasion.source
    pixels = np.asarray(_banded(picture(result)))
    made = highdicom.sc.SCImage(
        pixel_array=pixels,
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        patient_orientation=("L", "P"),  # the standard view
        study_instance_uid=source.study_instance_uid,
        series_instance_uid=new_uid(),
        series_number=series.number,
        sop_instance_uid=new_uid(),
        instance_number=1,
        manufacturer=MAKER,
    )
    made.SourceImageSequence = [reference_to(source.images[result.strongest])]
    made.DerivationDescription = f"{NOT_FOR_DIAGNOSIS}. {verdict_line(result)}."
    for keyword, text in source.compression.items():
        setattr(made, keyword, text)
    made.BurnedInAnnotation = "NO"  # nothing in it tells whose it is
    return complete(made, series, occasion)


def _banded(drawn: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", (drawn.width, drawn.height + _BAND), _BLACK)
    canvas.paste(drawn, (0, _BAND))
    draw = ImageDraw.Draw(canvas)
    draw.text((_MARGIN, _BAND // 2), NOT_FOR_DIAGNOSIS, _AMBER, ImageFont.load_default(_SIZE), anchor="lm")
    return canvas
