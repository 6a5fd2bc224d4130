"""How well a text can be told from its ground."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

ENOUGH = 4.5
"""To 1: WCAG 2.2, success criterion 1.4.3."""


def luminance(rgb: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Relative luminance (WCAG 2.2) of [..., 3] colours, 0 to 255."""
    share = np.asarray(rgb) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """To 1, of two colours."""
    dark, light = sorted(float(luminance(QColor(colour).getRgb()[:3])) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)
