"""Small stacks of a phantom's skull base, written to order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import process_time

import numpy as np
import pytest
from pydicom import Dataset

from desktop.phantoms import Phantom

YARDSTICK = 100_000
"""Empty data sets, which take 0.4 s when the machine is quiet."""
SLICES = 8


@pytest.fixture
def at_most() -> Callable[[float], AbstractContextManager[None]]:
    """A function that requires a block to take at most so many times what making `YARDSTICK` data sets takes on this
    machine now, before or after it: a busy machine is slow at both."""
    return _at_most


@contextmanager
def _at_most(times: float) -> Iterator[None]:
    before = _yardstick_s()
    started = process_time()
    yield
    took = process_time() - started
    assert took <= times * max(before, _yardstick_s())


def _yardstick_s() -> float:
    started = process_time()
    for _ in range(YARDSTICK):
        Dataset()
    return process_time() - started


@pytest.fixture(scope="session")
def head(phantom: Phantom) -> np.ndarray:
    """[8, 72, 64] int16 HU: neighbouring slices of a phantom around its ROI; no two rows, columns or slices alike."""
    column, row, width, height = (round(x) for x in phantom.truth.roi_px)
    middle = phantom.acquisition.slice_count // 2
    whole = phantom.hu(slice(middle - SLICES // 2, middle + SLICES // 2))
    rows = slice(row + height // 2 - 36, row + height // 2 + 36)
    columns = slice(column + width // 2 - 32, column + width // 2 + 32)
    return np.rint(whole[:, rows, columns]).astype(np.int16)
