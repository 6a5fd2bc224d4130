"""Does the suggestion find range and ROI, refuse what is no head, and tell misplaced marks?

`python tests/proofs/suggestion.py [--phantoms 200] [--ct FOLDER] [--workers 2] [--model BUNDLE]`: fresh phantoms of the
rich kind, half of them invaded, written as DICOM and read again; nothing of their truth is given. Measured are

- the suggestion against the truth, and what it takes in seconds;
- the check of place on the true marks, and on marks in wrong places;
- every fifth head once more, damaged, cut or of another size: a suggestion there has to be right, or there is none;
- the verdict on suggested marks beside that on true marks, with the network of a bundle; and how often the verdict on
  true marks is right where the range holds two or three slices, and where it holds more;
- time and memory for 300 slices of 512 x 512 pixels, the time as a share of that of a sort of as many values.

With `--ct`, the same for the CTs of a folder with a `landmarks.json` (stacks with `source`, `slices`, `range_low_mm`,
`range_high_mm`, and `roi_middle` in pixels). Exits with 1 when a figure misses what is asked of it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from desktop.imaging.eligibility import names
from desktop.imaging.geometry import Rectangle, held_inside
from desktop.imaging.pixels import Hounsfield
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load
from desktop.inference.analyse import analyse, check_region
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.network import Network
from desktop.phantoms import VARIETIES, draw_phantom
from desktop.phantoms.series_files import write_series
from desktop.reading.landmarks import PAPERS_ROI
from desktop.reading.region import FEW_SLICES, Region
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.suggestion import NoSuggestion, Suggestion, check_place, suggest
from training.work.processes import in_order

FIRST_SEED, EVERY_DAMAGED, LARGE_SLICES = 970000, 5, 300
END_MM, CENTRE_MM, OVERLAP = 6.0, 8.0, 0.6
REAL_END_MM, REAL_CENTRE_MM = 8.0, 10.0

WRONG = {
    "25 mm to the right": (-25.0, 0.0, 0.0, 0.0),
    "25 mm to the left": (25.0, 0.0, 0.0, 0.0),
    "30 mm behind": (0.0, 30.0, 0.0, 0.0),
    "on an orbit": (30.0, -40.0, 15.0, 15.0),
    "on the vault": (0.0, 0.0, 60.0, 60.0),
    "on the foramen magnum": (0.0, 35.0, -12.0, -12.0),
    "range 20 mm too high": (0.0, 0.0, 20.0, 20.0),
    "range 20 mm too low": (0.0, 0.0, -20.0, -20.0),
}
"""mm that the ROI is moved to the left and to the back, and the range's lower and upper end upwards."""


def _one_side(hu: Hounsfield) -> Hounsfield:
    hu[:, :, : hu.shape[2] // 2] = -1000
    return hu


def _streaks(hu: Hounsfield) -> Hounsfield:
    rows = np.random.default_rng(0).choice(hu.shape[1], hu.shape[1] // 3, replace=False)
    hu[:, rows] = np.where(hu[:, rows] % 2, 3000, -1000)
    return hu


def _noise(hu: Hounsfield) -> Hounsfield:
    return np.asarray(hu + np.random.default_rng(0).normal(scale=400, size=hu.shape), np.int16)


def _shuffled(hu: Hounsfield) -> Hounsfield:
    return hu[np.random.default_rng(0).permutation(len(hu))]


def _sharp(hu: Hounsfield) -> Hounsfield:
    """As a kernel for bone shows it: edges raised, and noise."""
    around = (np.roll(hu, 1, 1) + np.roll(hu, -1, 1) + np.roll(hu, 1, 2) + np.roll(hu, -1, 2)) / 4
    noise = np.random.default_rng(0).normal(scale=120, size=hu.shape)
    return np.asarray(np.clip(hu + 2 * (hu - around) + noise, -1024, 3071), np.int16)


DAMAGED: dict[str, Callable[[Hounsfield], Hounsfield]] = {
    "one value": lambda hu: np.zeros_like(hu),
    "one side missing": _one_side,
    "metal all over": _streaks,
    "noise of 400 HU": _noise,
    "kernel for bone": _sharp,
    "slices in another order": _shuffled,
    "upside down": lambda hu: hu[::-1].copy(),
    "front to back": lambda hu: hu[:, ::-1].copy(),
    "inverted": lambda hu: np.asarray(-hu, np.int16),
    "1000 HU too low": lambda hu: np.asarray(hu - 1000, np.int16),
}

SIZES = {"a child's size": 0.62}
"""By which all lengths of a head are changed: it is no child's anatomy, but has a child's size."""

CUT = {"above the clivus": (5.0, None), "below the sphenoid": (None, -5.0), "brain": (20.0, None), "neck": (None, 0.0)}
"""Where the slices begin and end, in mm above the range's upper end and below its lower end."""


@dataclass(frozen=True)
class Truth:
    """Range, and the ROI (column, row, width, height) of each slice, in the standard view."""

    low_mm: float
    high_mm: float
    roi: Rectangle


NOWHERE = Truth(1e6, 1e6, (0.0, 0.0, 1.0, 1.0))
"""Of a CT that shows no skull base: whatever is suggested is wrong."""


@dataclass(frozen=True)
class Found:
    """What was suggested for one head, and how far it is off; all of it zero where nothing was."""

    confidence: float = 0.0
    ends_mm: tuple[float, float] = (0.0, 0.0)
    centre_mm: float = 0.0
    overlap: float = 0.0
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        """Near enough not to mislead."""
        return not self.confidence or (max(map(abs, self.ends_mm)) <= 2 * END_MM and self.centre_mm <= 2 * CENTRE_MM)


@dataclass(frozen=True)
class Head:
    """One phantom."""

    seed: int
    invaded: bool
    slices: int
    found: Found
    true_cautioned: bool
    wrong_cautioned: dict[str, bool]
    damaged: dict[str, Found] = field(default_factory=dict)
    verdicts: tuple[Verdict, Verdict] | None = None


def main() -> int:
    """Draw, suggest, compare; 1 if a figure misses."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phantoms", type=int, default=200)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--ct", type=Path, help="folder of CTs with landmarks.json")
    parser.add_argument("--model", type=Path, help="a bundle; default the one that ships")
    asked = parser.parse_args()
    good = True
    print(large())
    for ct in measured_cts(asked.ct) if asked.ct else ():
        print(f"{ct.name}: {_told(ct.found)}", flush=True)
        if ct.wrong_cautioned:
            told = ", ".join(name for name, cautioned in ct.wrong_cautioned.items() if not cautioned)
            print(f"  true marks {'' if ct.true_cautioned else 'not '}cautioned; not cautioned: {told or 'none'}")
        near = max(map(abs, ct.found.ends_mm)) <= REAL_END_MM and ct.found.centre_mm <= REAL_CENTRE_MM
        good &= near and not ct.true_cautioned
    seeds = range(asked.first_seed, asked.first_seed + asked.phantoms)
    heads = []
    for head in in_order(partial(measured, model=asked.model), seeds, asked.workers, 2):
        heads.append(head)
        told = "; ".join(f"{name}: {_told(found)}" for name, found in head.damaged.items() if found.confidence)
        print(f"{head.seed}: {_told(head.found)} {told}", flush=True)
    return 0 if _summary(heads) and good else 1


def _told(found: Found) -> str:
    if not found.confidence:
        return "nothing suggested"
    low, high = found.ends_mm
    return (
        f"confidence {found.confidence:.3f}, ends {low:+.1f} {high:+.1f} mm, centre {found.centre_mm:.1f} mm, "
        f"overlap {found.overlap:.2f}, {found.seconds:.1f} s"
    )


def _summary(heads: list[Head]) -> bool:
    given = [head.found for head in heads if head.found.confidence]
    damaged = [(name, found) for head in heads for name, found in head.damaged.items()]
    verdicts = [head.verdicts for head in heads if head.verdicts]
    wrong = {name: np.mean([head.wrong_cautioned[name] for head in heads]) for name in WRONG}
    figures = [
        ("refused", 1 - len(given) / len(heads), "<=", 0.05),
        (f"both ends within {END_MM:g} mm", np.mean([max(map(abs, f.ends_mm)) <= END_MM for f in given]), ">=", 0.90),
        (f"centre within {CENTRE_MM:g} mm", np.mean([f.centre_mm <= CENTRE_MM for f in given]), ">=", 0.95),
        (f"overlap {OVERLAP:g} or more", np.mean([f.overlap >= OVERLAP for f in given]), ">=", 0.90),
        ("true marks cautioned", np.mean([head.true_cautioned for head in heads]), "<=", 0.03),
        *((f"cautioned or withheld: {name}", share, ">=", 0.90) for name, share in wrong.items()),
    ]
    if damaged:
        figures.append((f"right or refused, {len(damaged)} damaged", np.mean([f.right for _, f in damaged]), ">=", 1.0))
    if verdicts:
        figures.append(("verdicts equal", np.mean([one is other for one, other in verdicts]), ">=", 0.90))
    good = True
    for name, share, sign, bound in figures:
        holds = share >= bound if sign == ">=" else share <= bound
        good &= bool(holds)
        print(f"{share:7.1%}  {name} ({sign} {bound:.0%}){'' if holds else '  MISSED'}")
    print(f"median {np.median([f.seconds for f in given]):.2f} s, longest {max(f.seconds for f in given):.2f} s")
    for what, few in (("two or three", True), ("more", False)):
        own = [head for head in heads if head.verdicts and (head.slices < FEW_SLICES) is few]
        right = {
            truth: sum(head.verdicts[0] is wanted for head in own if head.verdicts and head.invaded is truth)
            for truth, wanted in ((True, Verdict.POSITIVE), (False, Verdict.NEGATIVE))
        }
        invaded = sum(head.invaded for head in own)
        print(
            f"verdicts on true marks, {what} slices: {right[True]} of {invaded} invaded and {right[False]} of "
            f"{len(own) - invaded} intact heads right"
        )
    for name in {name for name, _ in damaged}:
        looked_at = [f for other, f in damaged if other == name]
        print(f"{name}: {sum(not f.confidence for f in looked_at)} of {len(looked_at)} refused")
    return good


def large() -> str:
    """Time and memory for 300 slices; the head is a phantom's, its slices repeated."""
    phantom = draw_phantom(FIRST_SEED, variety=VARIETIES["rich"])
    with tempfile.TemporaryDirectory() as folder:
        write_series(phantom, Path(folder))
        volume = load(scan(Source.open(Path(folder))).series[0])
    places = np.linspace(0, len(volume.hu) - 1, LARGE_SLICES)
    origins = np.stack([np.interp(places, range(len(volume.hu)), axis) for axis in volume.geometry.origins.T], axis=1)
    geometry = replace(volume.geometry, origins=origins)
    volume = replace(volume, hu=volume.hu[np.rint(places).astype(int)], geometry=geometry)
    started = perf_counter()
    np.sort(volume.hu.ravel(), kind="heapsort")
    sorting = perf_counter() - started
    times = []
    for _ in range(3):
        started = perf_counter()
        suggest(replace(volume))
        times.append(perf_counter() - started)
    tracemalloc.start()
    suggest(replace(volume))
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return (
        f"{LARGE_SLICES} slices: {min(times):.2f} s, {min(times) / sorting:.2f} of sorting their values; {peak:.0f} "
        f"MiB beside the {volume.hu.nbytes / 2**20:.0f} MiB of the volume"
    )


def measured(seed: int, model: Path | None) -> Head:
    """One phantom, drawn, written, read and looked at."""
    phantom = draw_phantom(seed, invaded=bool(seed % 2), variety=VARIETIES["rich"])
    with tempfile.TemporaryDirectory() as folder:
        write_series(phantom, Path(folder))
        volume = load(scan(Source.open(Path(folder))).series[0])
    truth = Truth(*phantom.truth.range_mm, phantom.truth.roi_px)
    found, suggestion = look(volume, truth)
    damaged = {}
    if seed % EVERY_DAMAGED == 0:
        damaged = {name: look(_with(volume, harm(volume.hu.copy())), truth)[0] for name, harm in DAMAGED.items()}
        for name, (above, below) in CUT.items():
            damaged[name] = look(_cut(volume, truth, above, below), truth)[0]
        damaged |= {name: look(*_resized(volume, truth, factor))[0] for name, factor in SIZES.items()}
    positions = volume.geometry.positions_mm
    return Head(
        seed,
        phantom.truth.invaded,
        int(np.count_nonzero((positions >= truth.low_mm) & (positions <= truth.high_mm))),
        found,
        cautioned(volume, truth, (0.0, 0.0, 0.0, 0.0)),
        {name: cautioned(volume, truth, move) for name, move in WRONG.items()},
        damaged,
        verdicts(volume, truth, suggestion, model) if suggestion else None,
    )


def look(volume: Volume, truth: Truth) -> tuple[Found, Suggestion | None]:
    """What is suggested for a volume, against its truth."""
    started = perf_counter()
    try:
        given = suggest(volume)
    except NoSuggestion:
        return Found(), None
    seconds = perf_counter() - started
    geometry = volume.geometry
    ends = given.range.low_mm - truth.low_mm, given.range.high_mm - truth.high_mm
    both = [
        at
        for at in map(float, geometry.positions_mm)
        if given.range.contains(at) and truth.low_mm <= at <= truth.high_mm
    ] or [given.range.middle_mm]
    pairs = [(volume.rectangle_to_standard(given.roi.at(at)), truth.roi) for at in both]
    centre = np.mean([_between(one, other, geometry.column_mm, geometry.row_mm) for one, other in pairs])
    overlap = np.mean([_overlap(one, other) for one, other in pairs])
    return Found(given.confidence, ends, float(centre), float(overlap), seconds), given


def cautioned(volume: Volume, truth: Truth, move: tuple[float, float, float, float]) -> bool:
    """Whether marks that lie so far from the true ones are cautioned, by place or by the tissue in them."""
    left, back, low, high = move
    geometry = volume.geometry
    column, row, width, height = truth.roi
    moved = column + left / geometry.column_mm, row + back / geometry.row_mm, width, height
    roi = Roi.everywhere(*volume.rectangle_to_stored(held_inside(moved, geometry.rows, geometry.columns)))
    span = PositionRange(truth.low_mm + low, truth.high_mm + high)
    if len(span.indices(geometry.positions_mm)) < 2:
        return True  # refused
    region = Region(volume, roi, span)
    base = [check for check in check_region(region) if check.name in (names.SKULL_BASE, names.HEADS_POSITION)]
    return any(check.status != "pass" for check in (*base, *check_place(region, PAPERS_ROI)))


def verdicts(volume: Volume, truth: Truth, given: Suggestion, model: Path | None) -> tuple[Verdict, Verdict]:
    """On true and on suggested marks."""
    network = _network(model)
    true = Region(
        volume, Roi.everywhere(*volume.rectangle_to_stored(truth.roi)), PositionRange(truth.low_mm, truth.high_mm)
    )
    return analyse(true, network).verdict, analyse(Region(volume, given.roi, given.range), network).verdict


_NETWORKS: dict[Path | None, Network] = {}


def _network(model: Path | None) -> Network:
    if model not in _NETWORKS:
        _NETWORKS[model] = Network(Bundle.load(model) if model else Bundle.shipped(), Device.CPU)
    return _NETWORKS[model]


@dataclass(frozen=True)
class MarkedCt:
    """A stack of a folder of CTs, and which marks are cautioned there; nothing of these where it was not marked."""

    name: str
    found: Found
    true_cautioned: bool = False
    wrong_cautioned: dict[str, bool] = field(default_factory=dict)


def measured_cts(folder: Path) -> Iterator[MarkedCt]:
    """Each CT of a folder with marks; of the others no more than that nothing is suggested."""
    marks = {(mark["source"], mark["slices"]): mark for mark in json.loads((folder / "landmarks.json").read_text())}
    for source in sorted(path for path in folder.iterdir() if path.is_dir()):
        for series in scan(Source.open(source)).series:
            if series.localizer or len(series.slices) < 2:
                continue
            volume, mark = load(series), marks.get((source.name, len(series.slices)))
            truth = _of_ct(mark, volume) if mark else None
            found, _ = look(volume, truth or NOWHERE)
            name = f"{source.name}, {len(series.slices)} slices from {volume.geometry.positions_mm[0]:.0f} mm"
            if truth is None:
                yield MarkedCt(name, found)
            else:
                wrong = {kind: cautioned(volume, truth, move) for kind, move in WRONG.items()}
                yield MarkedCt(name, found, cautioned(volume, truth, (0.0, 0.0, 0.0, 0.0)), wrong)


def _of_ct(mark: dict[str, Any], volume: Volume) -> Truth | None:
    """None where another stack of the same series was marked, or not all of it."""
    positions, roi, high = volume.geometry.positions_mm, mark["roi_middle"], mark["range_high_mm"]
    if roi is None or high is None or not positions[0] - REAL_END_MM <= mark["range_low_mm"] <= positions[-1]:
        return None
    return Truth(mark["range_low_mm"], high, (roi[0], roi[1], roi[2], roi[3]))


def _with(volume: Volume, hu: Hounsfield) -> Volume:
    return replace(volume, hu=hu)


def _cut(volume: Volume, truth: Truth, above: float | None, below: float | None) -> Volume:
    positions = volume.geometry.positions_mm
    low = -np.inf if above is None else truth.high_mm - (truth.high_mm - truth.low_mm) * (above <= 5) + above
    high = np.inf if below is None else truth.low_mm + below
    kept = np.flatnonzero((positions >= low) & (positions <= high))
    geometry = replace(volume.geometry, origins=volume.geometry.origins[kept])
    return replace(volume, hu=volume.hu[kept], geometry=geometry)


def _resized(volume: Volume, truth: Truth, factor: float) -> tuple[Volume, Truth]:
    of = volume.geometry
    geometry = replace(of, origins=of.origins * factor, row_mm=of.row_mm * factor, column_mm=of.column_mm * factor)
    return replace(volume, geometry=geometry), Truth(truth.low_mm * factor, truth.high_mm * factor, truth.roi)


def _between(one: Rectangle, other: Rectangle, column_mm: float, row_mm: float) -> float:
    across = (one[0] + one[2] / 2 - other[0] - other[2] / 2) * column_mm
    down = (one[1] + one[3] / 2 - other[1] - other[3] / 2) * row_mm
    return float(np.hypot(across, down))


def _overlap(one: Rectangle, other: Rectangle) -> float:
    wide, high = (max(0.0, min(one[k] + one[k + 2], other[k] + other[k + 2]) - max(one[k], other[k])) for k in (0, 1))
    shared = wide * high
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


if __name__ == "__main__":
    sys.exit(main())
