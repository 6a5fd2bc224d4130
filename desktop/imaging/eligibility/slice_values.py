"""Whether the values of every single slice are Hounsfield units, and not only those of the stack as a whole.

In neighbouring slices soft tissue lies over soft tissue and air over air. If either steps, this slice, or all from
there on, have a different rescale; two levels show offset and slope. Measured on 60 phantoms and five real scans.
"""

from __future__ import annotations

import numpy as np

from desktop.imaging.eligibility import names
from desktop.imaging.eligibility.check import Check, Status
from desktop.imaging.overview import TISSUE_HU, Floats
from desktop.imaging.volume import Volume
from desktop.messages import message

USUAL_TISSUE_STEP, MAXIMUM_TISSUE_STEP = 14.0, 22.0
"""HU from one slice to the next in soft tissue. Intact: phantoms 4, real scans 9 (4 mm slices, beam hardening between
the petrous bones). Offsets are found from 22 HU, slopes from 2 % (stored from -1024)."""

USUAL_AIR_STEP, MAXIMUM_AIR_STEP = 15.0, 30.0
"""The same in air. Intact: at most 6. A slope about 0 HU, which leaves soft tissue unchanged, is found from 3 %."""

_STEP_HU, _SMOOTH = 1024, 31
_AIR_HU = -850
_OUTLINE_HU = 700
"""A step from air to tissue differs by more; air under a slope of 0.5 by 500."""

_LEAST_CELLS = 150
_STANDS_OUT = 1.5
"""Share of the new level in the unchanged one: at the vertex, where bone follows brain, both are equally frequent."""

_AGREEMENT_HU, _OUT_OF_TISSUE_HU = 12.0, 60.0


def slice_values(volume: Volume) -> Check:
    """Check that soft tissue and air keep their level from slice to slice over the whole stack."""
    name = names.HU_OF_EACH_SLICE
    required = message(
        "steps of at most {tissue:g} HU in soft tissue, {air:g} HU in air", tissue=USUAL_TISSUE_STEP, air=USUAL_AIR_STEP
    )
    cells = volume.overview.hu
    head = volume.overview.of_head
    tissue, air = np.zeros(len(cells) - 1), np.zeros(len(cells) - 1)
    for low in range(len(cells) - 1):
        if head[low] or head[low + 1]:
            step = _tissue_step(cells[low], cells[low + 1])
            # If only one of them shows a head, as at the vertex, smaller steps are anatomy.
            tissue[low] = step if (head[low] and head[low + 1]) or abs(step) > _OUT_OF_TISSUE_HU else 0.0
            air[low] = _air_step(cells[low], cells[low + 1])
    measured = message(
        "steps of {tissue:.0f} HU in soft tissue, {air:.0f} HU in air", tissue=_largest(tissue), air=_largest(air)
    )
    certain = (np.abs(tissue) >= MAXIMUM_TISSUE_STEP) | (np.abs(air) >= MAXIMUM_AIR_STEP)
    doubtful = (np.abs(tissue) > USUAL_TISSUE_STEP) | (np.abs(air) > USUAL_AIR_STEP)
    if not doubtful.any():
        sentence = message("Soft tissue and air keep their level from slice to slice.")
        return Check(name, "pass", measured, required, sentence)
    status: Status = "fail" if certain.any() else "warn"
    first = int(np.flatnonzero(certain if certain.any() else doubtful)[0])
    low, high = volume.geometry.positions_mm[[first, first + 1]]
    sentence = message(
        "The values step between {low:.1f} and {high:.1f} mm (soft tissue by {tissue:.0f} HU and air by {air:.0f} HU), "
        "so slices of this series differ in rescale: export the original series again.",
        low=low,
        high=high,
        tissue=tissue[first],
        air=air[first],
    )
    return Check(name, status, measured, required, sentence)


def _largest(steps: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    return float(np.abs(steps).max(initial=0.0))


def _tissue_step(one: Floats, other: Floats) -> float:
    """HU by which soft tissue steps. Its pixels are identified by the values of either slice.

    Both give the same step, unless it moves one of them out of `TISSUE_HU`; otherwise it is anatomy, as at the vertex.
    """
    difference = other - one
    first, second = (_level(difference[(known > TISSUE_HU[0]) & (known < TISSUE_HU[1])]) for known in (one, other))
    larger = max(first, second, key=abs)
    return larger if abs(first - second) <= _AGREEMENT_HU or abs(larger) > _OUT_OF_TISSUE_HU else 0.0


def _air_step(one: Floats, other: Floats) -> float:
    difference = other - one
    return _level(difference[((one < _AIR_HU) | (other < _AIR_HU)) & (np.abs(difference) < _OUTLINE_HU)])


def _level(differences: Floats) -> float:
    """The most frequent difference, in HU; 0 if there are too few or it does not stand out against 0."""
    if differences.size < _LEAST_CELLS:
        return 0.0
    bins = np.clip(np.rint(differences), -_STEP_HU, _STEP_HU - 1).astype(np.int64) + _STEP_HU
    smooth = np.convolve(np.bincount(bins, minlength=2 * _STEP_HU), np.hanning(_SMOOTH), "same")
    best = int(smooth.argmax())
    level = best - _STEP_HU
    clear = smooth[best] > _STANDS_OUT * smooth[_STEP_HU] or abs(level) < _SMOOTH / 3
    return float(level) if clear else 0.0
