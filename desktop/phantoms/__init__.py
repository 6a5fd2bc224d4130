"""Synthetic head CT with known truth, written as DICOM series; nothing in it comes from a patient."""

from desktop.phantoms.acquisition import Acquisition
from desktop.phantoms.draw import draw_phantom
from desktop.phantoms.phantom import Phantom, Truth
from desktop.phantoms.series_files import write_series
from desktop.phantoms.variety import PLAIN, RICH, VARIETIES, Variety

__all__ = [
    "PLAIN",
    "RICH",
    "VARIETIES",
    "Acquisition",
    "Phantom",
    "Truth",
    "Variety",
    "draw_phantom",
    "write_series",
]
