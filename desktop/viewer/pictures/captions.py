"""What is said of a series over its pictures."""

from __future__ import annotations

from PySide6.QtGui import QFont

from desktop.imaging.patient_words import patient_texts
from desktop.imaging.series import Series
from desktop.messages import tr
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.halo import MARGIN, flowing


def series_lines(series: Series, display: Display, width_px: float, font: QFont) -> list[str]:
    """Whose head it is, and what the scanner calls the series, where names are often written too."""
    called = [] if display.anonymous else [series.description or tr("(series without a description)")]
    return [*patient_lines(series, display, width_px, font), *called]


def patient_lines(series: Series, display: Display, width_px: float, font: QFont) -> list[str]:
    """Whose head it is, in as few lines as a corner of a view of this width allows; or that this is hidden."""
    if display.anonymous:
        return []
    if not display.patient_shown:
        return [tr("patient hidden:  B  shows")]
    return flowing(patient_texts(series.patient), font, width_px / 2 - 4 * MARGIN)  # up to the marker in the middle
