"""Self-test of a whole reading: a phantom with known truth, from DICOM files to the verdict."""

from __future__ import annotations

import numpy as np

from desktop.commands.demo import DEMO_SEED
from desktop.errors import ClivusError
from desktop.imaging.eligibility import Check
from desktop.inference.network import Network
from desktop.memory_limit import want_of_memory_told
from desktop.messages import Message, counted, message, named
from desktop.reading.run import Verdict
from desktop.temporary import TemporaryFolder

HU_TOLERANCE = 1.0
"""Files hold whole HU; what is drawn has fractions."""

_BESIDE = 2
"""Slices of the phantom beyond each end of the range: fewer take less time, and the reading needs no others."""


def check_phantom(network: Network) -> Check:
    """Write the part of a phantom around its range, read it back and judge it: each HU and the verdict are known.

    The model that ships is asked: another one may not know phantoms.
    """
    name = named("phantom")
    required = message("each HU within {tolerance:g}, and invasion found", tolerance=HU_TOLERANCE)
    try:
        with want_of_memory_told():
            furthest, positive, run = _read(network)
    except (ClivusError, OSError) as error:
        reason = error.message if isinstance(error, ClivusError) else type(error).__name__
        sentence = message("A series that Clivus wrote itself cannot be read: {reason}", reason=reason)
        return Check(name, "fail", message("not read"), required, sentence)
    if furthest > HU_TOLERANCE:
        sentence = message(
            "HU are read wrongly from DICOM files: install Clivus again, and use it for nothing until then."
        )
        return Check(name, "fail", message("HU off by up to {off:.0f}", off=furthest), required, sentence)
    found: Message = counted("invasion in a run of {number} slice", "invasion in a run of {number} slices", run)
    measured = message("HU off by up to {off:.1f}, {found}", off=furthest, found=found)
    if not positive:
        sentence = message(
            "Invasion that is known to be there was not found: install Clivus again, and use it for nothing until then."
        )
        return Check(name, "fail", measured, required, sentence)
    return Check(name, "pass", measured, required, message("A series is read rightly, from its files to the verdict."))


def _read(network: Network) -> tuple[float, bool, int]:
    """The furthest that a HU is from what was drawn, whether the verdict is positive, and the slices of the run."""
    from desktop.headless.one_case import judge_case
    from desktop.phantoms import draw_phantom, write_series
    from desktop.phantoms.series_files import series_uid
    from desktop.reading.roi import PositionRange, Roi

    phantom = draw_phantom(DEMO_SEED, invaded=True)
    low, high = phantom.truth.range_mm
    inside = np.flatnonzero((phantom.positions_mm >= low) & (phantom.positions_mm <= high))
    part = slice(int(inside[0]) - _BESIDE, int(inside[-1]) + 1 + _BESIDE)
    marks = Roi.everywhere(*phantom.truth.roi_px), PositionRange(low, high)
    folder = TemporaryFolder()
    try:
        write_series(phantom, folder.path, part)
        result = judge_case(folder.path, str(series_uid(phantom)), marks, network)
    finally:
        folder.close()
    column, row, width, height = map(int, phantom.truth.roi_px)
    middle = part.start + (part.stop - part.start) // 2
    drawn = phantom.hu(slice(middle, middle + 1), (row, row + height, column, column + width))[0]
    read = result.region.volume.hu[middle - part.start, row : row + height, column : column + width]
    off = float(np.abs(read.astype(np.float32) - drawn).max())
    return off, result.verdict is Verdict.POSITIVE, result.run.slices
