"""A drawn phantom: acquisition, truth, anatomy, and its HU on any part of the stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from desktop.phantoms.acquisition import Acquisition
from desktop.phantoms.bodies import Paintable
from desktop.phantoms.head import Head
from desktop.phantoms.metal import Streaks
from desktop.phantoms.pose import Pose
from desktop.phantoms.render import Region, Stage, render_plane, render_slice
from desktop.phantoms.solids import Doubles
from desktop.phantoms.textures import Floats
from desktop.phantoms.tumour import VISIBLE_HU, WINDOW_HU, Lesion, Mass
from desktop.phantoms.variety import Variety


@dataclass(frozen=True)
class Truth:
    """The truth of a phantom.

    `slice_invaded`: one per slice, lowest position first. `roi_px`: column, row, width, height in pixels of
    the stored slice, as a careful reader draws it. `range_mm`: low and high position. `landmarks_mm`: patient
    LPS mm. `invaded_area_mm2`: visibly invaded bone in each slice.
    """

    invaded: bool
    pattern: str
    slice_invaded: tuple[bool, ...]
    roi_px: tuple[float, float, float, float]
    range_mm: tuple[float, float]
    landmarks_mm: dict[str, tuple[float, float, float]]
    invaded_area_mm2: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Phantom:
    """A synthetic head CT with known truth; see `draw_phantom`."""

    seed: int
    variety: Variety
    acquisition: Acquisition
    truth: Truth
    head: Head
    pose: Pose
    mass: Mass | None
    stage: Stage = field(repr=False)
    bodies: tuple[Paintable, ...] = field(repr=False)
    bones: tuple[Paintable, ...] = field(repr=False)  # those of the base, with the canals and air in them
    lesions: tuple[Lesion, ...] = field(repr=False)  # what the tumour did to them
    streaks: Streaks = field(repr=False)

    @property
    def positions_mm(self) -> Doubles:
        """Position of each slice along the normal, ascending [slices]."""
        return self.acquisition.positions_mm

    @cached_property
    def _boxes(self) -> Doubles:
        return self.stage.boxes(self.bodies)

    @cached_property
    def _petrous(self) -> tuple[float, float]:
        point = np.mean([self.truth.landmarks_mm["petrous left"], self.truth.landmarks_mm["petrous right"]], axis=0)
        return self.acquisition.pixel(point)[1], float(point @ self.acquisition.normal)

    def hu(self, slices: slice | None = None, region: Region | None = None) -> Floats:
        """HU, float32 [n, rows, columns], lowest position first.

        `region` is (row0, row1, col0, col1) in stored pixels, half open; it holds exactly the values that the
        same cut of the whole has.
        """
        a = self.acquisition
        cut = region if region is not None else (0, a.rows, 0, a.columns)
        wanted = range(a.slice_count)[slices if slices is not None else slice(None)]
        out = np.empty((len(wanted), cut[1] - cut[0], cut[3] - cut[2]), dtype=np.float32)
        for n, index in enumerate(wanted):
            out[n] = render_slice(
                self.stage, self.seed, self.bodies, self._boxes, index, cut, self._petrous, self.streaks
            )
        return out

    def invaded_mask(self, slices: slice | None = None, region: Region | None = None) -> npt.NDArray[np.bool_]:
        """Mask of bone that tumour has visibly changed, bool [n, rows, columns], cut like `hu`."""
        a = self.acquisition
        cut = region if region is not None else (0, a.rows, 0, a.columns)
        wanted = range(a.slice_count)[slices if slices is not None else slice(None)]
        out = np.zeros((len(wanted), cut[1] - cut[0], cut[3] - cut[2]), dtype=bool)
        for n, index in enumerate(wanted):
            if self.lesions:
                out[n] = invaded_pixels(self.stage, self.bones, self.lesions, index, cut)
        return out


def invaded_pixels(
    stage: Stage, bones: Sequence[Paintable], lesions: Sequence[Lesion], index: int, region: Region
) -> npt.NDArray[np.bool_]:
    """Pixels of a slice where `lesions` visibly change `bones`, [rows, columns]; see `VISIBLE_HU`."""
    a = stage.acquisition
    out = np.zeros((region[1] - region[0], region[3] - region[2]), dtype=bool)
    position = float(a.positions_mm[index])
    around = stage.boxes(lesions)
    around = around[(around[:, 0] <= position + a.thickness_mm) & (around[:, 1] >= position - a.thickness_mm)]
    if not len(around):
        return out
    rows = (max(int(around[:, 2].min()), region[0]), min(int(around[:, 3].max()), region[1]))
    columns = (max(int(around[:, 4].min()), region[2]), min(int(around[:, 5].max()), region[3]))
    if rows[0] >= rows[1] or columns[0] >= columns[1]:
        return out
    boxes, lesion_boxes = stage.boxes(bones), stage.boxes(lesions)
    planes = a.planes(index)
    sound = np.zeros((rows[1] - rows[0], columns[1] - columns[0]), dtype=np.float32)
    changed = np.zeros_like(sound)
    for plane in planes:
        ground = np.full(sound.shape, lesions[0].hu_around, dtype=np.float32)
        sound += render_plane(stage, bones, boxes, plane, rows, columns, ground)
        changed += render_plane(stage, lesions, lesion_boxes, plane, rows, columns, ground)
    difference = np.clip(changed / len(planes), *WINDOW_HU) - np.clip(sound / len(planes), *WINDOW_HU)
    out[rows[0] - region[0] : rows[1] - region[0], columns[0] - region[2] : columns[1] - region[2]] = (
        np.abs(difference) >= VISIBLE_HU
    )
    return out


def invaded_areas(
    stage: Stage,
    bones: Sequence[Paintable],
    lesions: Sequence[Lesion],
    range_mm: tuple[float, float],
    region: Region,
) -> tuple[float, ...]:
    """Area of visibly changed bone within a region of each slice of the range, mm2; 0 outside the range."""
    a = stage.acquisition
    return tuple(
        float(invaded_pixels(stage, bones, lesions, n, region).sum()) * a.pixel_mm**2
        if lesions and range_mm[0] <= position <= range_mm[1]
        else 0.0
        for n, position in enumerate(a.positions_mm)
    )
