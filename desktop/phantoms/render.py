"""Render bodies to HU on any part of a stack. A pixel depends on its own position alone, so parts equal the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, product

import numpy as np

from desktop.phantoms.acquisition import Acquisition
from desktop.phantoms.bodies import Paintable
from desktop.phantoms.metal import Streaks
from desktop.phantoms.noise import cut_periodic, noise_tile
from desktop.phantoms.pose import Pose, head_coordinates
from desktop.phantoms.solids import Doubles
from desktop.phantoms.textures import Cube, Floats

AIR_HU = -1000.0
# Points worked on at once: about what a core's cache holds of the dozen arrays in use.
CHUNK_POINTS = 49152

# Row and column bounds in stored pixels, half open: row0, row1, col0, col1.
Region = tuple[int, int, int, int]
# Position of a plane and how far the head has moved along the row and the column axis, mm.
Plane = tuple[float, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Textures:
    """The three noise cubes of a head."""

    warp: Cube
    coarse: Cube
    fine: Cube


@dataclass(eq=False)
class Grid:
    """Points of one plane's part: head coordinates and textures, each [r, c]."""

    x: Floats
    y: Floats
    z: Floats
    fine: Floats
    coarse: Floats
    position_mm: float

    def part(self, rows: slice, columns: slice) -> Grid:
        """The points of some rows and columns (views)."""
        cut = (rows, columns)
        return Grid(self.x[cut], self.y[cut], self.z[cut], self.fine[cut], self.coarse[cut], self.position_mm)


@dataclass(frozen=True, eq=False)
class Stage:
    """A head and its acquisition: everything that rendering needs."""

    acquisition: Acquisition
    pose: Pose
    textures: Textures

    def grid(
        self, position_mm: float, rows: tuple[int, int], columns: tuple[int, int], moved_mm: tuple[float, float]
    ) -> Grid:
        """Points of the plane at a position, of a head that has moved along the row and the column axis.

        Rows and columns are half-open index ranges.
        """
        a = self.acquisition
        origin = a.plane_origin(position_mm)
        down = a.pixel_mm * np.arange(*rows) - moved_mm[1]
        across = a.pixel_mm * np.arange(*columns) - moved_mm[0]
        axis = a.column_axis
        u = (origin[0] + across).astype(np.float32)
        v = (float(origin @ axis) + down).astype(np.float32)
        yz = (origin[1] + down * axis[1], origin[2] + down * axis[2])
        x, y, z = head_coordinates(self.pose, self.textures.warp, u, v, position_mm, yz)
        fine = self.textures.fine.plane(u, v, position_mm)
        coarse = self.textures.coarse.plane(u, v, position_mm)
        return Grid(x, y, z, fine, coarse, position_mm)

    def boxes(self, bodies: Sequence[Paintable]) -> Doubles:
        """All boxes [n, 8]: low and high position (mm), rows, columns (pixels), body, number in the body."""
        found = [(self.box(*box), n, k) for n, body in enumerate(bodies) for k, box in enumerate(body.boxes())]
        return np.array([(*bounds, n, k) for bounds, n, k in found]).reshape(-1, 8)

    def box(self, low: Doubles, high: Doubles) -> tuple[float, ...]:
        """Bounds in the stack of a box in head coordinates, with room for the warp."""
        a = self.acquisition
        reach = 2.6 * self.pose.warp_mm + a.motion.far_mm
        corners = np.array(list(product(*zip(low - reach, high + reach, strict=True))))
        points = np.asarray(self.pose.sella_mm) + corners @ self.pose.to_patient.T
        origin = np.asarray(a.origin_mm)
        w = points @ a.normal
        u = (points @ a.row_axis - float(origin @ a.row_axis)) / a.pixel_mm
        feed = (w - float(origin @ a.normal)) * np.tan(np.deg2rad(a.tilt_deg))
        v = (points @ a.column_axis - float(origin @ a.column_axis) - feed) / a.pixel_mm
        return (
            w.min(),
            w.max(),
            np.floor(v.min()),
            np.ceil(v.max()) + 1,
            np.floor(u.min()),
            np.ceil(u.max()) + 1,
        )


def render_plane(
    stage: Stage,
    bodies: Sequence[Paintable],
    boxes: Doubles,
    plane: Plane,
    rows: tuple[int, int],
    columns: tuple[int, int],
    ground: Floats | None = None,
) -> Floats:
    """HU of one infinitely thin plane, [rows, columns], bodies painted in order over `ground` (None: air)."""
    position_mm, moved_mm = plane
    image = ground
    if image is None:
        image = np.full((rows[1] - rows[0], columns[1] - columns[0]), AIR_HU, dtype=np.float32)
    step = max(8, CHUNK_POINTS // image.shape[1])
    for top in range(rows[0], rows[1], step):
        end = min(top + step, rows[1])
        hit = (
            (boxes[:, 0] <= position_mm)
            & (boxes[:, 1] >= position_mm)
            & (boxes[:, 2] < end)
            & (boxes[:, 3] > top)
            & (boxes[:, 4] < columns[1])
            & (boxes[:, 5] > columns[0])
        )
        if not hit.any():
            continue
        grid = stage.grid(position_mm, (top, end), columns, moved_mm)
        near = boxes[hit, 2:].astype(np.intp)
        near[:, 0:2] = np.clip(near[:, 0:2], top, end) - top
        near[:, 2:4] = np.clip(near[:, 2:4], *columns) - columns[0]
        band = image[top - rows[0] : end - rows[0]]
        for n, group in groupby(near.tolist(), key=lambda line: line[4]):
            lines = list(group)
            r0, r1 = min(b[0] for b in lines), max(b[1] for b in lines)
            c0, c1 = min(b[2] for b in lines), max(b[3] for b in lines)
            hits = [(b[5], slice(b[0] - r0, b[1] - r0), slice(b[2] - c0, b[3] - c0)) for b in lines]
            bodies[n].paint(band[r0:r1, c0:c1], grid.part(slice(r0, r1), slice(c0, c1)), hits)
    return image


def render_slice(
    stage: Stage,
    seed: int,
    bodies: Sequence[Paintable],
    boxes: Doubles,
    index: int,
    region: Region,
    petrous_mm: tuple[float, float],
    streaks: Streaks,
) -> Floats:
    """HU of one slice's region (row0, row1, col0, col1), blurred and with noise."""
    a = stage.acquisition
    r0, r1, c0, c1 = region
    reach = a.kernel_taps
    rows = (max(r0 - reach, 0), min(r1 + reach, a.rows))
    columns = (max(c0 - reach, 0), min(c1 + reach, a.columns))
    planes = a.planes(index)
    image = render_plane(stage, bodies, boxes, planes[0], rows, columns)
    for plane in planes[1:]:
        image += render_plane(stage, bodies, boxes, plane, rows, columns)
    image *= np.float32(1.0 / len(planes))
    edges = (
        (rows[0] - (r0 - reach), r1 + reach - rows[1]),
        (columns[0] - (c0 - reach), c1 + reach - columns[1]),
    )
    image = _filtered(np.pad(image, edges, mode="edge"), _kernel(a))
    streaks.add(image, a, float(a.positions_mm[index]), (r0, r1), (c0, c1))
    _add_noise(image, a, seed, index, region, petrous_mm)
    return np.clip(image, -1024.0, 3071.0, out=image)


def _kernel(a: Acquisition) -> Floats:
    """Weights of the pixels along one axis: a Gaussian, less a share of a wider one that makes edges overshoot."""
    sigma = a.blur_mm / 2.355 / a.pixel_mm
    offsets = np.arange(-a.kernel_taps, a.kernel_taps + 1)
    taps = np.exp(-0.5 * (offsets / sigma) ** 2)
    taps = taps / taps.sum()
    if a.overshoot:
        wide = np.exp(-0.5 * (offsets / (2 * sigma)) ** 2)
        taps = (1 + a.overshoot) * taps - a.overshoot * wide / wide.sum()
    kernel: Floats = taps.astype(np.float32)
    return kernel


def _filtered(image: Floats, taps: Floats) -> Floats:
    """Both axes filtered; the result is smaller by the taps' reach on every side."""
    for axis in (0, 1):
        size = image.shape[axis] - len(taps) + 1
        out = np.zeros((size, image.shape[1]) if axis == 0 else (image.shape[0], size), dtype=np.float32)
        spare = np.empty_like(out)
        for k, tap in enumerate(taps):
            out += np.multiply(image[k : k + size] if axis == 0 else image[:, k : k + size], tap, out=spare)
        image = out
    return image


def _add_noise(
    image: Floats,
    a: Acquisition,
    seed: int,
    index: int,
    region: Region,
    petrous_mm: tuple[float, float],
) -> None:
    r0, r1, c0, c1 = region
    cutoff = a.noise_cutoff_per_mm
    down = ((np.arange(r0, r1) + 0.5) / a.rows * 2 - 1).astype(np.float32)[:, None]
    across = ((np.arange(c0, c1) + 0.5) / a.columns * 2 - 1).astype(np.float32)[None, :]
    strength = np.float32(a.noise_hu) * (np.float32(1.05) - np.float32(0.45) * (down**2 + across**2))
    image += strength * cut_periodic(noise_tile(seed, index, a.pixel_mm, cutoff, False), r0, r1, c0, c1)
    # Beam hardening and starved rays belong to the level and the row where both petrous bones are dense.
    row, position = petrous_mm
    level = float(np.exp(-(((float(a.positions_mm[index]) - position) / 9.0) ** 2))) * a.streak
    if level < 0.02:
        return
    away = (np.arange(r0, r1) - row) * a.pixel_mm
    band = np.exp(-((away / 11.0) ** 2)).astype(np.float32)[:, None]
    wide = np.exp(-((away / 26.0) ** 2)).astype(np.float32)[:, None]
    middle = np.exp(-((np.abs(across) / 0.42) ** 4)).astype(np.float32)
    image -= np.float32(26.0 * level) * band * middle
    streaks = cut_periodic(noise_tile(seed, index, a.pixel_mm, cutoff, True), r0, r1, c0, c1)
    image += np.float32(11.0 * level) * streaks * wide * middle
