"""A figure as manifests and model cards hold it."""

from __future__ import annotations

from desktop.inference.manifest import Metric
from desktop.learning.statistics.estimate import Undefined, known
from desktop.learning.statistics.reported import Reported


def metric(name: str, figure: Reported | Undefined, numbers: str) -> Metric:
    """A figure by its name, with the numbers behind it.

    Raises:
        NotComputable: there is none.
    """
    there = known(figure, name)
    return Metric(name, there.unit, there.value, there.low, there.high, there.method, numbers)
