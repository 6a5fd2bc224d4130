"""The base of the sphenoid sinus: where the pharynx ends and bone begins, going up in front of the clivus."""

from __future__ import annotations

import numpy as np

from desktop.suggestion.anatomy import SPHENOID_FLOOR
from desktop.suggestion.clivus_pose import ClivusPose
from desktop.suggestion.grid import Grid, Points

REACH_MM = 14
"""So far above and below its usual place the floor is looked for."""

BONE_MM, PHARYNX_MM = 5, 8
"""Above and below the edge."""

BESIDE_MM, BEHIND_MM, FRONT_MM = 6, 2, 8
"""The edge is that of a patch: a floor has air cells, and a tumour leaves some of it."""

COST = 0.02
"""Of each mm from the usual place, beside the difference of bone above and below, 0 to 1."""

NEARLY, APART_MM = 0.2, 6
"""An edge so far below, and less sharp by no more, is the floor; the sharpest is then the roof of an aerated sinus."""

THICKNESS_MM, FLATTER_MM = 5.7, 22.0
"""From the underside of the bone to the base of the sinus, as readers mark it on axial slices, for a clivus along the
stack's normal; and by how much less it is for one that lies across: slices then meet another part of the floor first.
Fitted to 51 phantoms and 3 heads."""


def sphenoid_floor(grid: Grid, clivus: ClivusPose) -> Points:
    """[3] in the grid's mm."""
    usual = clivus.at(*SPHENOID_FLOOR)
    ups = np.arange(-REACH_MM - PHARYNX_MM, REACH_MM + BONE_MM + 1.0)
    fronts = np.arange(-BEHIND_MM, FRONT_MM + 1.0, 2.0)
    lefts = np.arange(-BESIDE_MM, BESIDE_MM + 1.0, 3.0)
    places = (
        usual
        + ups[:, None, None, None] * clivus.along
        + fronts[:, None, None] * clivus.front
        + lefts[:, None] * clivus.left
    )
    hu, inside = grid.at(places)
    seen = inside.sum(axis=(1, 2))
    bone = (np.clip((hu - 100) / 150, 0, 1) * inside).sum(axis=(1, 2)) / np.maximum(seen, 1)
    edges = ups[PHARYNX_MM : len(ups) - BONE_MM]
    rises = [
        bone[start : start + BONE_MM].mean() - bone[start - PHARYNX_MM : start].mean() - COST * abs(up)
        for start, up in enumerate(edges, start=PHARYNX_MM)
    ]
    thickness = THICKNESS_MM - FLATTER_MM * (1 - float(clivus.along[2]))
    return np.asarray(usual + (edges[_lowest(np.array(rises))] + thickness) * clivus.along)


def _lowest(rises: Points) -> int:
    """The sharpest edge; of several that are nearly as sharp, the lowest."""
    sharpest = int(rises.argmax())
    below = rises[: max(sharpest - APART_MM, 0)]
    if len(below) == 0:
        return sharpest
    lower = int(below.argmax())
    is_an_edge = lower < len(below) - 1  # and not the foot of the sharpest
    return lower if is_an_edge and below[lower] >= rises[sharpest] - NEARLY else sharpest
