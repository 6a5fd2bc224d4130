"""When two slices are neighbours: the one rule for eligibility and for the run."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

NEIGHBOUR_TOLERANCE = 0.1
"""Two slices are neighbours when they lie one spacing apart within this share of it. Positions are rounded in
headers and tables slip a little; a missing slice (twice the spacing) or a doubled one (none) is far outside."""


def neighbours(positions_mm: npt.ArrayLike, spacing_mm: float) -> npt.NDArray[np.bool_]:
    """[n - 1] whether each slice and the next (ascending positions, mm) are one spacing apart."""
    gaps = np.diff(np.asarray(positions_mm, dtype=np.float64))
    return np.asarray(np.abs(gaps - spacing_mm) <= NEIGHBOUR_TOLERANCE * spacing_mm)
