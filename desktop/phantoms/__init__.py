"""Synthetic head CT with known truth, written as DICOM series; nothing in it comes from a patient."""

from .acquisition import Acquisition
from .dicom import write_series
from .draw import draw_phantom
from .phantom import Phantom, Truth

__all__ = ["Acquisition", "Phantom", "Truth", "draw_phantom", "write_series"]
