"""Slices of one case with both maps."""

from __future__ import annotations

import numpy as np

from training.evaluation.cases.judge import JudgedSeries
from training.evaluation.figures.sheet import SLICES, sheet, shown_slices


def test_a_sheet_shows_the_strongest_slice_and_three_rows(seen: JudgedSeries):
    columns = shown_slices(seen.result)
    assert seen.result.strongest in columns
    assert columns == sorted(set(columns))
    assert len(columns) == min(SLICES, len(seen.result.slices))
    image = np.asarray(sheet(seen.result)).astype(int)
    third = (image.shape[0] - 40) // 3
    ct, evidence, paper = (image[40 + row * third : 40 + (row + 1) * third - 8, 132:] for row in range(3))
    assert not np.ptp(ct, axis=-1).any()  # grey
    assert np.ptp(evidence, axis=-1).max() > 50
    assert np.ptp(paper, axis=-1).max() > 50
    assert not np.array_equal(evidence, paper)
