"""The region: volume, range and ROI, and what follows from them for every slice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from desktop.imaging.eligibility import range_spacing
from desktop.imaging.geometry import Rectangle
from desktop.imaging.pixels import Hounsfield
from desktop.imaging.volume import Volume
from desktop.messages import counted
from desktop.reading.roi import PositionRange, RangeRefused, Roi

MINIMUM_RANGE_SLICES = 2
"""The paper's cut-off is a run of two; one slice cannot hold it."""

FEW_SLICES = 4
"""A run of two in fewer slices says little (docs/decisions.md)."""


@dataclass(frozen=True)
class Region:
    """Where to look in a volume: shared by judging, training, evaluation and the window.

    Complete when built: every rectangle lies inside its slice, and the range holds enough slices. The n slices of the
    range are consecutive in the volume, the lowest position first.

    Attributes:
        roi: key rectangles in the stored slice.
        range: the first and last slice, by position in mm.

    Raises:
        RoiRefused: the ROI reaches outside the slice.
        RangeRefused: fewer than `MINIMUM_RANGE_SLICES` slices lie in the range.
    """

    volume: Volume
    roi: Roi
    range: PositionRange

    def __post_init__(self) -> None:
        series, positions = self.volume.series, self.volume.geometry.positions_mm
        self.roi.require_inside(series.rows, series.columns)
        if len(self.indices) < MINIMUM_RANGE_SLICES:
            raise RangeRefused(
                counted(
                    "The range {low_mm:g} to {high_mm:g} mm holds {number} slice, at least {least} are needed: mark it "
                    "from the base of the sphenoid sinus to the lower end of the clivus (the series reaches from "
                    "{first_mm:.1f} to {last_mm:.1f} mm).",
                    "The range {low_mm:g} to {high_mm:g} mm holds {number} slices, at least {least} are needed: mark "
                    "it from the base of the sphenoid sinus to the lower end of the clivus (the series reaches from "
                    "{first_mm:.1f} to {last_mm:.1f} mm).",
                    len(self.indices),
                    low_mm=self.range.low_mm,
                    high_mm=self.range.high_mm,
                    least=MINIMUM_RANGE_SLICES,
                    first_mm=positions[0],
                    last_mm=positions[-1],
                )
            )

    @cached_property
    def indices(self) -> tuple[int, ...]:
        """[n] indices of the slices in the volume, ascending and consecutive."""
        return self.range.indices(self.volume.geometry.positions_mm)

    @cached_property
    def positions_mm(self) -> npt.NDArray[np.float64]:
        """[n] their positions, ascending."""
        return np.asarray(self.volume.geometry.positions_mm[list(self.indices)], dtype=np.float64)

    @property
    def hu(self) -> Hounsfield:
        """[n, rows, columns] their Hounsfield units in the standard view; a view on the volume's memory."""
        return self.volume.hu[self.indices[0] : self.indices[-1] + 1]

    @cached_property
    def spacing_mm(self) -> float:
        """Spacing over the range: a scan may have 4 mm at the base and 7 mm above."""
        return range_spacing(self.volume, self.range.low_mm, self.range.high_mm)

    @cached_property
    def stored_rectangles(self) -> tuple[Rectangle, ...]:
        """[n] the ROI of each slice, (column, row, width, height) in pixels of the stored slice."""
        return tuple(self.roi.at(float(position)) for position in self.positions_mm)

    @cached_property
    def rectangles(self) -> tuple[Rectangle, ...]:
        """[n] the same in the standard view, where `hu` and `volume.hu` lie."""
        return tuple(map(self.volume.rectangle_to_standard, self.stored_rectangles))

    @cached_property
    def areas_cm2(self) -> tuple[float, ...]:
        """[n] the area of the ROI on each slice."""
        return tuple(map(self.volume.series.geometry.area_cm2, self.stored_rectangles))
