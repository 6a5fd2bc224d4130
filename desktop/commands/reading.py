"""`clivus read`: a reading without a window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop.commands.choosing import choose_series
from desktop.imaging.scan import scan_for_images
from desktop.imaging.volume import Volume, load
from desktop.inference.analyse import analyse
from desktop.inference.bundle import Bundle
from desktop.inference.network import Device, Network
from desktop.inference.result import Result
from desktop.reading.roi import PositionRange, Roi
from desktop.report import save_report


def read_case(
    path: Path,
    series: str | None,
    roi: Roi,
    span: PositionRange,
    model: Path | None,
    device: Device,
    out: Path,
    progress: Callable[[int, int], None],
) -> tuple[Result, Volume]:
    """Read one case from files to files in `out`.

    Raises:
        ClivusError: any refusal along the way; `out` is then untouched.
    """
    bundle = Bundle.shipped() if model is None else Bundle.load(model)
    volume = load(choose_series(scan_for_images(path), series))
    result = analyse(volume, roi, span, Network(bundle, device), progress)
    save_report(result, volume, out)
    return result, volume
