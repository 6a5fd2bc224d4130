"""One result for all tests of reports: judging takes seconds."""

from __future__ import annotations

import pytest

from desktop.inference.analyse import analyse
from desktop.inference.result import Result
from desktop.reading.region import Region
from desktop.reading.roi import PositionRange, Roi


@pytest.fixture(scope="session")
def result(volume, phantom, network) -> Result:
    """What the model says of the phantom, by its true marks."""
    return analyse(
        Region(volume, Roi.everywhere(*phantom.truth.roi_px), PositionRange(*phantom.truth.range_mm)), network
    )
