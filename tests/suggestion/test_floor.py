"""Which of several edges of bone is the sphenoid floor."""

from __future__ import annotations

import numpy as np

from desktop.suggestion.floor import _lowest


def rises(*peaks: tuple[int, float]) -> np.ndarray:
    """A curve with triangular peaks of four steps to each side."""
    places = np.arange(30)
    return np.max([height - 0.15 * np.abs(places - at) for at, height in peaks] + [np.full(30, -1.0)], axis=0)


def test_the_roof_of_an_aerated_sinus_is_not_its_floor():
    """The sharper edge counted: in two of ninety heads the range ended 23 mm too high."""
    assert _lowest(rises((5, 0.43), (24, 0.55))) == 5


def test_a_faint_edge_below_the_floor_is_not_the_floor():
    assert _lowest(rises((5, 0.2), (24, 0.55))) == 24


def test_the_foot_of_an_edge_is_no_edge():
    assert _lowest(0.55 - 0.01 * np.abs(np.arange(30.0) - 24)) == 24
    assert _lowest(np.linspace(1, 0, 30)) == 0
