"""Smooth random fields in the scanner's frame, cheap to sample on any part of a slice.

A field is a periodic cube of band-limited noise. It is sampled along the scanner's own axes (column, row and
position, in mm), so interpolation splits into three one-dimensional steps and the value of a pixel depends on
that pixel alone: a cut of a slice gets exactly the values of the whole slice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Cells = npt.NDArray[np.intp]

CUBE_CELLS = 32


@dataclass(frozen=True, eq=False)
class Cube:
    """Periodic noise [cells, cells, cells], zero mean, unit deviation; `cell_mm` is the edge of one cell."""

    values: Floats
    cell_mm: float

    def plane(self, u_mm: Floats, v_mm: Floats, w_mm: float, shift: float = 0.0) -> Floats:
        """Values at columns `u_mm` [c] and rows `v_mm` [r] of the plane at position `w_mm`: [r, c].

        `shift` (cells) moves the window in the cube: far shifts of one cube serve as separate fields.
        """
        k, kf = _lattice(np.asarray([w_mm], dtype=np.float32), self.cell_mm, 1.7 * shift)
        r, rf = _lattice(v_mm, self.cell_mm, 2.3 * shift)
        c, cf = _lattice(u_mm, self.cell_mm, shift)
        below, above = self.values[k[0]], self.values[(k[0] + 1) % CUBE_CELLS]
        layer = below + (above - below) * kf[0]
        lines = layer[r] + (layer[(r + 1) % CUBE_CELLS] - layer[r]) * rf[:, None]
        step = np.roll(lines, -1, axis=1) - lines
        sampled: Floats = np.take(step, c, axis=1)
        sampled *= cf
        sampled += np.take(lines, c, axis=1)
        return sampled

    def points(self, u_mm: Floats, v_mm: Floats, w_mm: Floats, shift: float = 0.0) -> Floats:
        """Values at single points [n], the very ones that `plane` gives there."""
        k, kf = _lattice(w_mm, self.cell_mm, 1.7 * shift)
        r, rf = _lattice(v_mm, self.cell_mm, 2.3 * shift)
        c, cf = _lattice(u_mm, self.cell_mm, shift)

        def layer(row: Cells, column: Cells) -> Floats:
            below = self.values[k, row, column]
            found: Floats = below + (self.values[(k + 1) % CUBE_CELLS, row, column] - below) * kf
            return found

        def line(column: Cells) -> Floats:
            first = layer(r, column)
            return first + (layer((r + 1) % CUBE_CELLS, column) - first) * rf

        start = line(c)
        return (line((c + 1) % CUBE_CELLS) - start) * cf + start


def _lattice(at_mm: Floats, cell_mm: float, shift: float) -> tuple[Cells, Floats]:
    """Cell below each coordinate and the share of the way to the next one."""
    cells = at_mm.astype(np.float64) / cell_mm + shift
    low = np.floor(cells)
    return low.astype(np.intp) % CUBE_CELLS, (cells - low).astype(np.float32)


def draw_cube(rng: np.random.Generator, cell_mm: float, wavelength_cells: tuple[float, float]) -> Cube:
    """A cube whose waves are between the two `wavelength_cells` long."""
    spectrum = np.fft.rfftn(rng.standard_normal((CUBE_CELLS,) * 3, dtype=np.float32))
    f = np.fft.fftfreq(CUBE_CELLS).astype(np.float32)
    h = np.fft.rfftfreq(CUBE_CELLS).astype(np.float32)
    radius = np.sqrt(f[:, None, None] ** 2 + f[None, :, None] ** 2 + h[None, None, :] ** 2)
    highest, lowest = 1.0 / wavelength_cells[0], 1.0 / wavelength_cells[1]
    band = np.exp(-((radius / highest) ** 2)) * (radius > 0.5 * lowest)
    values = np.fft.irfftn(spectrum * band, s=(CUBE_CELLS,) * 3, axes=(0, 1, 2))
    values = (values - values.mean()) / values.std()
    return Cube(np.clip(values, -2.5, 2.5).astype(np.float32), cell_mm)
