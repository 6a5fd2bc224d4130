"""What a figure is: a value with its 95 % interval, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from desktop.errors import InputRefused
from desktop.messages import message

CONFIDENCE = 0.95
"""Of every interval, as in the paper (section "Statistical analyses")."""

Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
"""As many standard errors lie on each side of a figure in a normal 95 % interval."""

Figure = TypeVar("Figure")


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Undefined:
    """A figure that these cases do not give.

    Attributes:
        because: what is missing, as the end of a sentence without its full stop.
    """

    because: str

    def __str__(self) -> str:
        return f"cannot be computed, because {self.because}"


class NotComputable(InputRefused):
    """A figure was needed that the cases do not give."""


def known(figure: Figure | Undefined, name: str) -> Figure:
    """A figure that the caller cannot go on without.

    Args:
        name: of the figure and its unit, for the error.

    Raises:
        NotComputable: it is undefined.
    """
    if isinstance(figure, Undefined):
        raise NotComputable(message("{name} {reason}.", name=name, reason=figure))
    return figure


def not_probabilities(given: npt.NDArray[np.float64]) -> Undefined | None:
    """The reason why these are not probabilities; None where they are."""
    if not ((given >= 0) & (given <= 1)).all():
        return Undefined("a probability is not a number from 0 to 1")
    return None
