"""Synthetic head CT with known truth, written as DICOM series; nothing in it comes from a patient."""

from desktop.phantoms.acquisition import Acquisition
from desktop.phantoms.dicom import write_series
from desktop.phantoms.draw import draw_phantom
from desktop.phantoms.phantom import Phantom, Truth

__all__ = ["Acquisition", "Phantom", "Truth", "draw_phantom", "write_series"]
