"""Series and volumes made to order, without files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop.imaging.eligibility import Check
from desktop.imaging.geometry import StandardTurn
from desktop.imaging.pixels import PixelFormat
from desktop.imaging.series import Membership, Patient, PixelPlace, Series, Slice
from desktop.imaging.volume import Volume

FORM = PixelFormat("1.2.840.10008.1.2.1", 64, 64, 16, 16, 15, True, 1.0, 0.0, None)


@pytest.fixture
def make_series() -> Callable[..., Series]:
    """A function: a sound series with slices at these positions (mm); keywords replace its attributes.

    `thickness` is one value or one for each slice; `aside` [slices, 3] mm moves slices.
    """
    return _series


@pytest.fixture
def make_volume() -> Callable[..., Volume]:
    """A function: a volume of these HU, with the series' keywords."""

    def make(hu: np.ndarray, positions: Sequence[float] | None = None, pixel_mm: float = 0.5, **values: Any) -> Volume:
        places = 3.0 * np.arange(len(hu)) if positions is None else positions
        skipped, missing = values.pop("skipped", ()), values.pop("missing_mm", ())
        series = _series(places, rows=hu.shape[1], columns=hu.shape[2], row_mm=pixel_mm, column_mm=pixel_mm, **values)
        return Volume(series, hu, series.geometry, StandardTurn(False, False, False), skipped, missing, 0.0)

    return make


@pytest.fixture
def named() -> Callable[[Sequence[Check], str], Check]:
    """A function: the one check of a name, after a look at what every check must be."""

    def find(checks: Sequence[Check], name: str) -> Check:
        assert len({check.name for check in checks}) == len(checks), "a name stands for one check"
        for check in checks:
            assert check.status in ("pass", "warn", "fail")
            assert str(check.measured)
            assert str(check.required)
            sentence = str(check.message).replace("...", "")
            assert sentence.endswith("."), "a sentence"
            assert ". " not in sentence, "one sentence"
        (check,) = (check for check in checks if check.name == name)
        return check

    return find


def _series(
    positions: Sequence[float],
    thickness: float | Sequence[float | None] | None = 3.0,
    aside: np.ndarray | None = None,
    **values: Any,
) -> Series:
    thicknesses = thickness if isinstance(thickness, Sequence) else [thickness] * len(positions)
    moved = np.zeros((len(positions), 3)) if aside is None else aside
    slices = tuple(
        Slice(
            path=Path(f"{number}"),
            shown=f"{number}",
            sop_instance_uid=f"1.{number}",
            origin=tuple(float(x) for x in np.array([0.0, 0.0, position]) + moved[number]),
            thickness_mm=thick,
            form=FORM,
            place=PixelPlace(0, 0, 0, 1, 0, 0),
        )
        for number, (position, thick) in enumerate(zip(positions, thicknesses, strict=True))
    )
    attributes: dict[str, Any] = {
        "series_instance_uid": "1.2", "stack": 1, "study_instance_uid": "1.3", "frame_of_reference_uid": "1.4",
        "description": "", "patient": Patient("", "", ""), "modality": "CT", "localizer": False,
        "kind": None, "kind_stated": True,
        "manufacturer": "SIEMENS", "synthetic": False, "rows": 64, "columns": 64, "row_mm": 0.5, "column_mm": 0.5,
        "across": (1.0, 0.0, 0.0), "down": (0.0, 1.0, 0.0), "kernel": "H30s", "contrast": True, "unit": "HU",
        "lossy": None, "window": None, "doubled_mm": (), "copies": (), "slices": slices,
        "membership": Membership(("1.2",), 1, False, (), (), True, ()),
    } | values  # fmt: skip
    return Series(**attributes)
