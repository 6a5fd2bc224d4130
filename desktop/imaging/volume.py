"""From a series to Hounsfield units in the standard view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import Dataset, dcmread

from desktop.errors import Cancelled, InputRefused
from desktop.imaging.geometry import Rectangle, StackGeometry, StandardTurn
from desktop.imaging.series import Series, Skipped, SliceFile

AIR_HU = -1024.0
"""What stands where a slice has no measurement (pixel padding, PS3.3 C.7.5.1.1.2)."""


_INT32_SAFE = 2**14
"""Whole rescale values below this keep 16-bit pixels within int32."""


class UnreadableSeries(InputRefused):
    """A series of which no slice can be decoded."""


@dataclass(frozen=True, eq=False)  # two volumes are one only if they are the same object: arrays are not compared
class Volume:
    """A loaded series in the standard view: anterior up, the patient's left on the right of the screen.

    Attributes:
        series: the slices that were read; the ones in `skipped` are not among them.
        hu: [slices, rows, columns] Hounsfield units, the lowest position first; int16, or float32 where the
            rescale does not give whole numbers within 16 bits.
        geometry: of `hu`, so after `turn`.
        turn: what brought the stored slices to the standard view.
        window: the series' own (level, width), if it states one.
        skipped: files that could not be decoded.
        load_s: seconds that reading took.
    """

    series: Series
    hu: npt.NDArray[np.int16] | npt.NDArray[np.float32]
    geometry: StackGeometry
    turn: StandardTurn
    window: tuple[float, float] | None
    skipped: tuple[Skipped, ...]
    load_s: float

    def rectangle_to_standard(self, stored: Rectangle) -> Rectangle:
        """A rectangle of the stored slice as it lies in `hu`."""
        return self.turn.rectangle_to_standard(stored, self.series.rows, self.series.columns)

    def rectangle_to_stored(self, standard: Rectangle) -> Rectangle:
        """A rectangle in `hu` as it lies in the stored slice."""
        return self.turn.rectangle_to_stored(standard, self.series.rows, self.series.columns)


def load(
    series: Series,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Volume:
    """Read a series' pixels as Hounsfield units (Modality LUT, PS3.3 C.11.1).

    Raises:
        UnreadableSeries: no slice can be decoded.
        Cancelled: `cancelled` said so.
    """
    started = perf_counter()
    turn = StandardTurn.of(series.across, series.down)
    hu: npt.NDArray[Any] | None = None
    kept: list[SliceFile] = []
    skipped: list[Skipped] = []
    window = None
    for number, item in enumerate(series.slices):
        if cancelled():
            raise Cancelled
        try:
            dataset = dcmread(item.path)
            pixels = turn.apply(hounsfield(dataset))
        except Exception as error:  # decoders raise many kinds; each costs this one slice only
            skipped.append(Skipped(item.path, f"the pixels cannot be decoded ({_one_line(error)})"))
            continue
        if hu is None:
            hu = np.empty((len(series.slices), *pixels.shape), pixels.dtype)
            window = _own_window(dataset)
        elif pixels.dtype != hu.dtype and hu.dtype != np.float32:
            hu = hu.astype(np.float32)
        hu[len(kept)] = pixels
        kept.append(item)
        progress(number + 1, len(series.slices))
    if hu is None:
        raise UnreadableSeries(
            f"None of the {len(series.slices)} slices of the series can be read; the first, "
            f"{skipped[0].path}: {skipped[0].reason}; export the series again."
        )
    read = replace(series, slices=tuple(kept))
    return Volume(
        read, hu[: len(kept)], read.geometry.turned(turn), turn, window, tuple(skipped), perf_counter() - started
    )


def hounsfield(dataset: Dataset) -> npt.NDArray[np.int16] | npt.NDArray[np.float32]:
    """Pixels [rows, columns] of a stored slice in HU, pixel padding set to air.

    int16 where slope and intercept keep whole numbers within 16 bits, float32 elsewhere.
    """
    stored = dataset.pixel_array
    if stored.shape != (dataset.Rows, dataset.Columns):
        raise ValueError(f"{stored.shape} pixels found, {(dataset.Rows, dataset.Columns)} expected")
    slope, intercept = _rescale(dataset)
    padding = _padding(dataset, stored)
    whole = slope.is_integer() and intercept.is_integer() and max(abs(slope), abs(intercept)) < _INT32_SAFE
    values: npt.NDArray[Any]
    if whole:
        values = stored.astype(np.int32) * int(slope) + int(intercept)
        values[padding] = int(AIR_HU)
        limits = np.iinfo(np.int16)
        if limits.min <= values.min() and values.max() <= limits.max:
            return values.astype(np.int16)
        return values.astype(np.float32)
    values = stored.astype(np.float32) * np.float32(slope) + np.float32(intercept)
    values[padding] = AIR_HU
    return values


def _rescale(dataset: Dataset) -> tuple[float, float]:
    """RescaleSlope and RescaleIntercept, without which a CT has no Hounsfield units (both type 1, PS3.3 C.8.2.1)."""
    slope, intercept = dataset.get("RescaleSlope"), dataset.get("RescaleIntercept")
    if dataset.get("Modality") != "CT":  # shown, never judged
        slope, intercept = 1 if slope is None else slope, 0 if intercept is None else intercept
    if slope is None or intercept is None:
        raise ValueError("RescaleSlope or RescaleIntercept is missing, so there are no Hounsfield units")
    if not (np.isfinite(float(slope)) and np.isfinite(float(intercept)) and float(slope) != 0):
        raise ValueError(f"RescaleSlope {slope} and RescaleIntercept {intercept} give no Hounsfield units")
    return float(slope), float(intercept)


def _padding(dataset: Dataset, stored: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where `stored` holds padding: one value, or all from PixelPaddingValue to PixelPaddingRangeLimit."""
    value = dataset.get("PixelPaddingValue")
    if value is None:
        return np.zeros(stored.shape, bool)
    limit = dataset.get("PixelPaddingRangeLimit")
    low, high = sorted((int(value), int(value if limit is None else limit)))
    return np.asarray((stored >= low) & (stored <= high))


def _own_window(dataset: Dataset) -> tuple[float, float] | None:
    """The first (level, width) that the slice states (PS3.3 C.11.2.1.2)."""
    level, width = dataset.get("WindowCenter"), dataset.get("WindowWidth")
    if level is None or width is None:
        return None
    try:
        first = [float(x[0] if hasattr(x, "__iter__") and not isinstance(x, str) else x) for x in (level, width)]
    except (ValueError, TypeError, IndexError):
        return None  # only how the series wishes to be shown
    return (first[0], first[1]) if np.isfinite(first).all() and first[1] >= 1 else None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
