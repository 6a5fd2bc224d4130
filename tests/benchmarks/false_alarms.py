"""How often do the checks of pictures, values and place pass on sound heads?

`python tests/benchmarks/false_alarms.py [--phantoms 200] [--variety rich] [--cache FOLDER]`: fresh phantoms with their
true marks, with and without contrast medium, invaded and not, of four vendors' habits. Prints for each check the share
that passes; exits with 1 when one passes on less than 99 %. Drawing takes several seconds a phantom, so `--cache` keeps
what was drawn.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from desktop.imaging.eligibility import Check, check_range, check_volume
from desktop.imaging.geometry import StandardTurn
from desktop.imaging.pixels import PixelFormat
from desktop.imaging.series import Membership, Patient, PixelPlace, Series, Slice
from desktop.imaging.volume import Volume
from desktop.inference.bundle import Bundle
from desktop.inference.conditions import check_pictures
from desktop.phantoms import VARIETIES, Variety, draw_phantom

FIRST_SEED, AROUND, LEAST_SHARE = 920000, 8, 0.99
FORM = PixelFormat("1.2.840.10008.1.2.1", 512, 512, 16, 16, 15, True, 1.0, 0.0, None)


def main() -> int:
    """Draw, check, count; 1 if a check passes too seldom."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phantoms", type=int, default=200)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--variety", choices=tuple(VARIETIES), default="plain", help="the kind of heads")
    parser.add_argument("--cache", type=Path, help="folder that keeps what was drawn")
    asked = parser.parse_args()
    passed: Counter[str] = Counter()
    for seed in range(asked.first_seed, asked.first_seed + asked.phantoms):
        for check in checks(drawn(seed, VARIETIES[asked.variety], asked.cache)):
            passed[check.name] += check.status == "pass"
            if check.status != "pass":
                print(f"{seed}: {check.status} {check.name}, {check.measured!s}", flush=True)
    for name, number in sorted(passed.items()):
        print(f"{number / asked.phantoms:7.1%}  {name}")
    return 1 if min(passed.values()) < LEAST_SHARE * asked.phantoms else 0


def drawn(seed: int, variety: Variety, cache: Path | None) -> dict[str, np.ndarray]:
    """A phantom's slices around its range as int16 HU, their positions, and the marks."""
    path = cache / f"{variety.name}-{seed}.npz" if cache else None
    if path is not None and path.exists():
        with np.load(path) as kept:
            return dict(kept)
    phantom = draw_phantom(seed, invaded=bool(seed % 2), contrast=bool(seed // 2 % 2), variety=variety)
    low, high = phantom.truth.range_mm
    within = np.flatnonzero((phantom.positions_mm >= low) & (phantom.positions_mm <= high))
    part = slice(max(0, within[0] - AROUND), within[-1] + AROUND + 1)
    found = {
        "hu": np.rint(phantom.hu(part)).astype(np.int16),
        "z": phantom.positions_mm[part],
        "pixel": np.array(phantom.acquisition.pixel_mm),
        "thick": np.array(phantom.acquisition.thickness_mm),
        "roi": np.array(phantom.truth.roi_px),
        "range": np.array(phantom.truth.range_mm),
    }
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, **found)
    return found


def checks(phantom: dict[str, np.ndarray]) -> tuple[Check, ...]:
    """Every check of volume, range and picture quality, with the phantom's true marks."""
    pixel_mm, thick = float(phantom["pixel"]), float(phantom["thick"])
    slices = tuple(
        Slice(Path(f"{n}"), f"{n}", f"1.{n}", (0.0, 0.0, float(z)), thick, FORM, PixelPlace(0, 0, 0, 1, 0, 0))
        for n, z in enumerate(phantom["z"])
    )
    series = Series(
        series_instance_uid="1.2", stack=1, study_instance_uid="1.3", frame_of_reference_uid="1.4", description="",
        patient=Patient("", "", ""), modality="CT", localizer=False, manufacturer="", synthetic=False,
        rows=512, columns=512,
        row_mm=pixel_mm, column_mm=pixel_mm, across=(1.0, 0.0, 0.0), down=(0.0, 1.0, 0.0), kernel="", contrast=None,
        unit="HU", lossy=None, window=None, doubled_mm=(), copies=(), slices=slices, kind=None,
        kind_stated=True, membership=Membership(("1.2",), 1, False, (), (), True, ()),
    )  # fmt: skip
    volume = Volume(series, phantom["hu"], series.geometry, StandardTurn(False, False, False), (), (), 0.0)
    low, high = map(float, phantom["range"])
    column, row, width, height = map(float, phantom["roi"])
    inside = np.flatnonzero((phantom["z"] >= low) & (phantom["z"] <= high)).tolist()
    return (
        *check_volume(volume),
        *check_range(volume, low, high, [(column, row, width, height)] * len(inside)),
        *check_pictures(Bundle.shipped().manifest, volume, inside),
    )


if __name__ == "__main__":
    sys.exit(main())
