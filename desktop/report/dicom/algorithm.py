"""How the answer was found: the algorithm and its parameters, written into objects and read from them again."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.inference.result import Result
from desktop.reading.roi import KeyRectangle, PositionRange, Roi
from desktop.version import MAKER, VERSION

NAME, ALGORITHM_VERSION, SOURCE = MAKER, VERSION, MAKER
"""The same as Manufacturer, model name and software versions of the equipment (IHE AI Results)."""

_BETWEEN = "="


def parameters_of(result: Result) -> list[str]:
    """The parameters as "name=value", numbers in full, so that the same answer can be had again."""
    manifest, cutoff, region = result.manifest, result.cutoff, result.region
    found: list[tuple[str, object]] = [
        ("model", manifest.id),
        ("model_version", manifest.version),
        ("model_sha256", manifest.sha256),
        ("intended_use", manifest.intended_use),
        ("threshold", cutoff.threshold),
        ("cutoff_slices", cutoff.slices),
        *([] if cutoff.mm is None else [("cutoff_mm", cutoff.mm)]),
        ("window_level", manifest.window_level),
        ("window_width", manifest.window_width),
        ("series", region.volume.series.name),
        ("suggested", "yes" if result.suggested else "no"),
        ("range_mm", _joined((region.range.low_mm, region.range.high_mm))),
        *(("roi", _joined((key.position_mm, *key.rectangle))) for key in region.roi.keys),
    ]
    return [f"{name}{_BETWEEN}{value}" for name, value in found]


class Parameters:
    """Parameters as they were read.

    Every method raises ValueError where a parameter is missing or damaged.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._pairs = [(name, value) for name, _, value in (text.partition(_BETWEEN) for text in texts)]

    def text(self, name: str) -> str:
        """The value of a parameter that stands there once."""
        (value,) = self._all(name)
        return value

    def number(self, name: str) -> float:
        """The same as a number."""
        return float(self.text(name))

    @property
    def cutoff_mm(self) -> float | None:
        """None where the number of slices alone counts."""
        return self.number("cutoff_mm") if self._all("cutoff_mm") else None

    @property
    def range(self) -> PositionRange:
        """The range, by position."""
        low, high = _apart(self.text("range_mm"), 2)
        return PositionRange(low, high)

    @property
    def roi(self) -> Roi:
        """The key rectangles."""
        return Roi.of(KeyRectangle(*_apart(text, 5)) for text in self._all("roi"))

    def _all(self, name: str) -> list[str]:
        return [value for known, value in self._pairs if known == name]


def _joined(numbers: Iterable[float]) -> str:
    return ",".join(repr(float(number)) for number in numbers)


def _apart(text: str, count: int) -> list[float]:
    numbers = [float(part) for part in text.split(",")]
    if len(numbers) != count:
        raise ValueError
    return numbers
