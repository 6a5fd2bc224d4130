"""How far figures spread, in five numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SHARES = (0.025, 0.25, 0.5, 0.75, 0.975)
"""Below which so many of the figures lie: 95 % of them between the outer two."""


@dataclass(frozen=True)
class Quantiles:
    """The 2.5, 25, 50, 75 and 97.5 % quantiles of `of` figures."""

    of: int
    lowest: float
    lower: float
    median: float
    upper: float
    highest: float

    @staticmethod
    def over(figures: npt.ArrayLike) -> Quantiles:
        """Of one or more figures."""
        known = np.asarray(figures, dtype=np.float64)
        return Quantiles(known.size, *(float(value) for value in np.quantile(known, SHARES)))
