"""Quantum noise with a soft kernel's texture, photon-starvation streaks and beam hardening."""

from __future__ import annotations

import functools

import numpy as np

from desktop.phantoms.textures import Floats

TILE = 256


@functools.lru_cache(maxsize=64)
def _filters(pixel_mm: float, cutoff_per_mm: float) -> tuple[Floats, Floats]:
    """Amplitude spectra [TILE, TILE // 2 + 1] of noise and streaks, of unit deviation after irfft2."""
    v = np.fft.fftfreq(TILE, pixel_mm)[:, None]
    u = np.fft.rfftfreq(TILE, pixel_mm)[None, :]
    f = np.sqrt(u**2 + v**2)
    # Filtered back-projection gives ramp-like noise at low frequencies; the soft kernel ends it early.
    blobby = np.sqrt(f + 0.02) * np.exp(-((f / cutoff_per_mm) ** 2))
    lines = np.exp(-((u / 0.02) ** 2)) * np.exp(-((v / 0.35) ** 2)) * (np.abs(v) > 0.03)
    return _unit(blobby), _unit(lines)


def _unit(amplitude: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Floats:
    weight = np.full(amplitude.shape, 2.0)
    weight[:, 0] = weight[:, -1] = 1.0
    power = float((weight * amplitude**2).sum())
    scaled: Floats = (amplitude * TILE**2 / np.sqrt(2.0 * power)).astype(np.float32)
    return scaled


def noise_tile(seed: int, index: int, pixel_mm: float, cutoff_per_mm: float, streaks: bool) -> Floats:
    """Periodic noise [TILE, TILE] of one slice, unit deviation; `streaks`: lines instead of blobs."""
    rng = np.random.default_rng([seed, 71 if streaks else 70, index])
    parts = rng.standard_normal((2, TILE, TILE // 2 + 1), dtype=np.float32)
    amplitude = _filters(pixel_mm, cutoff_per_mm)[1 if streaks else 0]
    tile: Floats = np.fft.irfft2((parts[0] + 1j * parts[1]) * amplitude, s=(TILE, TILE)).astype(np.float32)
    return tile


def cut_periodic(tile: Floats, row0: int, row1: int, col0: int, col1: int) -> Floats:
    """Rows and columns of the endlessly repeated tile."""
    wide = np.take(tile, np.arange(row0, row1) % TILE, axis=0)
    cut: Floats = np.take(wide, np.arange(col0, col1) % TILE, axis=1)
    return cut
