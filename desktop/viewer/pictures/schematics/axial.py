"""The skull base in the axial plane through nasopharynx and clivus, turned as in the axial view.

Drawn by ourselves, to the measures of an adult (docs/architecture.md, "Phantoms"; `desktop/suggestion`): pterygoid
processes 12 to 15 mm off the midline, carotid arteries 24 mm, and the ROI of 49 x 37 mm.
"""

from __future__ import annotations

import re

from desktop.messages import message
from desktop.viewer.pictures.schematics.drawing import Drawing, Name, Tissue

ROI_MM = (49.0, 23.0, 49.0, 37.0)
"""Left, top, width and height of the ROI."""

CAROTIDS_MM = (49.0, 52.5), (98.0, 52.5)
"""Middles of the internal carotid arteries."""

_WIDTH_MM = 147.0


def _mirrored(strokes: str) -> str:
    return re.sub(r"(-?[\d.]+) (-?[\d.]+)", lambda at: f"{_WIDTH_MM - float(at[1]):g} {at[2]}", strokes)


def _pair(tissue: Tissue, right: str) -> tuple[tuple[Tissue, str], ...]:
    """A part on the patient's right, which is the picture's left, and its mirror image."""
    return (tissue, right), (tissue, _mirrored(right))


_PETROUS = "M57.5 53.5 S54 49.5 48 47.5 38 49 26 53 12 57 -3 59 L-3 86 S14 81 26 76 44 66 57 58.5 Z"
_MANDIBLE = "R34 14 35 20 32 30 28.5 40 24 43 20.5 39 25 30 30 18"
_MUSCLE = "R71.5 42 73 45 70 48 63 47.5 60.5 44.5 65 42"
_MAXILLARY_SINUS = "M26 -3 S30 2 38 6 46 8 50 5 53 -3"
_PTERYGOID = (
    "M62 -3 S62 8 62 16 61.8 24.5 60.5 25.5 S59.5 20 59 14.5 57.5 12 55.5 14 52 22 49 26.5"
    " S46.5 26 47 24 50 15 52.5 9 54.5 3 56 -3 Z"
)
_AIRWAY = (
    "M62.5 -3 S62.6 12 62.5 24 60 27 63 29.5 66 32 63 34.5 57.5 36.5 57 39 62 40.5 68 39.5 73.5 40"
    " 79 39.5 85 40.5 90 39 89.5 36.5 84 34.5 81 32 84 29.5 87 27 84.5 24 84.4 12 84.5 -3"
)
_SEPTUM = "M72.8 -3 L73 16 L74 16 L74.2 -3 Z"
_CLIVUS = "R59 53.5 65 50.5 73.5 49.5 82 50.5 88 53.5 88.5 57.5 81 58.8 73.5 58.3 66 58.8 58.5 57.5"
_BRAIN_STEM = "R73.5 67 83 69 87 77 81 85 73.5 86.5 66 85 60 77 64 69"
_CAROTID = "O49 52.5 3"

AXIAL = Drawing(
    _WIDTH_MM,
    88,
    (
        (Tissue.FAINT, _BRAIN_STEM),
        *_pair(Tissue.FAINT, _MANDIBLE),
        *_pair(Tissue.FAINT, _MUSCLE),
        *_pair(Tissue.AIR, _MAXILLARY_SINUS),
        (Tissue.AIR, _AIRWAY),
        (Tissue.BONE, _SEPTUM),
        *_pair(Tissue.BONE, _PTERYGOID),
        *_pair(Tissue.BONE, _PETROUS),
        (Tissue.CLIVUS, _CLIVUS),
        *_pair(Tissue.ARTERY, _CAROTID),
    ),
    (
        Name(message("clivus"), (59, 49.5, 29, 9), 0),
        Name(message("nasopharynx"), (50, 27, 47, 9), 0),
    ),
    ("R", "L"),
)
