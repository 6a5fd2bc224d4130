"""What can be a probability."""

from __future__ import annotations

from training.statistics.clusters import Doubles
from training.statistics.estimate import Undefined


def not_probabilities(given: Doubles) -> Undefined | None:
    """Why these are no probabilities, if they are none."""
    if not ((given >= 0) & (given <= 1)).all():
        return Undefined("a probability is not a number from 0 to 1")
    return None
