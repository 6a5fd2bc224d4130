"""How a phantom is scanned: geometry, scanner and kernel. Distributions: docs/architecture.md, "Phantoms"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.phantoms.variety import Scan

Doubles = npt.NDArray[np.float64]

MATRIX = 512
LEAST_SPACING_MM = 1.25
# Table feed during a jerk of the head.
JERK_MM = 6.0


def slice_axes(tilt_deg: float) -> tuple[Doubles, Doubles, Doubles]:
    """Row axis, column axis and normal of slices tilted about the patient's left-right axis, LPS."""
    t = np.deg2rad(tilt_deg)
    return (
        np.array([1.0, 0.0, 0.0]),
        np.array([0.0, np.cos(t), np.sin(t)]),
        np.array([0.0, -np.sin(t), np.cos(t)]),
    )


@dataclass(frozen=True)
class Scanner:
    """One vendor's conventions for headers and stored values."""

    vendor: str
    models: tuple[str, ...]
    kernels: tuple[str, ...]
    intercept: int
    signed: bool
    padding: int | None  # stored value outside the field of view; None: the circle is filled like air
    window_centre: float
    window_width: float
    noise_cutoff_per_mm: float  # where the soft kernel's noise power falls off


SCANNERS = (
    Scanner(
        "GE MEDICAL SYSTEMS",
        ("LightSpeed VCT", "Revolution EVO", "Optima CT660"),
        ("STANDARD", "SOFT"),
        -1024,
        True,
        -2000,
        60.0,
        400.0,
        0.50,
    ),
    Scanner(
        "SIEMENS",
        ("SOMATOM Definition AS", "Sensation 64", "SOMATOM Force"),
        ("H30s", "B30f", "J30s"),
        -1024,
        False,
        None,
        50.0,
        350.0,
        0.46,
    ),
    Scanner(
        "TOSHIBA",
        ("Aquilion ONE", "Aquilion PRIME", "Aquilion"),
        ("FC21", "FC13", "FC26"),
        0,
        True,
        -2048,
        50.0,
        300.0,
        0.54,
    ),
    Scanner(
        "Philips",
        ("Brilliance 64", "iCT 256", "Ingenuity CT"),
        ("B", "UB", "A"),
        -1024,
        False,
        None,
        60.0,
        360.0,
        0.42,
    ),
)


@dataclass(frozen=True)
class Motion:
    """A jerk of the head in the plane of the slices: `far_mm` in direction `angle_deg` while the slice at `position_mm`
    is taken, and less on its neighbours."""

    far_mm: float
    angle_deg: float
    position_mm: float

    def at(self, position_mm: float) -> tuple[float, float]:
        """Path along the row and the column axis, mm, while the slice at a position is taken."""
        far = self.far_mm * float(np.exp(-(((position_mm - self.position_mm) / JERK_MM) ** 2)))
        angle = np.deg2rad(self.angle_deg)
        return far * float(np.cos(angle)), far * float(np.sin(angle))


@dataclass(frozen=True)
class Acquisition:
    """Geometry and technique of one series. Axes are patient LPS mm.

    `origin_mm` is the centre of the first stored pixel of the lowest slice; slices follow each other along
    the patient's z axis so that their distance along the normal is `spacing_mm`.
    """

    rows: int
    columns: int
    pixel_mm: float
    slice_count: int
    spacing_mm: float
    thickness_mm: float
    contrast: bool
    vendor: str
    model: str
    kernel: str
    kvp: int
    tube_ma: int
    exposure_ms: int
    noise_hu: float
    streak: float
    blur_mm: float
    tilt_deg: float
    origin_mm: tuple[float, float, float]
    top_first: bool
    noise_cutoff_per_mm: float
    overshoot: float
    kernel_taps: int
    motion: Motion

    @property
    def scanner(self) -> Scanner:
        """The vendor's conventions."""
        return next(s for s in SCANNERS if s.vendor == self.vendor)

    @property
    def row_axis(self) -> Doubles:
        """Direction of growing column index, LPS."""
        return slice_axes(self.tilt_deg)[0]

    @property
    def column_axis(self) -> Doubles:
        """Direction of growing row index, LPS."""
        return slice_axes(self.tilt_deg)[1]

    @property
    def normal(self) -> Doubles:
        """Normal of the slices, towards the head."""
        return slice_axes(self.tilt_deg)[2]

    @property
    def positions_mm(self) -> Doubles:
        """Position of each slice along the normal, ascending [slices]."""
        first = float(np.asarray(self.origin_mm) @ self.normal)
        positions: Doubles = first + self.spacing_mm * np.arange(self.slice_count, dtype=np.float64)
        return positions

    def planes(self, index: int) -> list[tuple[float, tuple[float, float]]]:
        """The thinner slabs that a slice is averaged from: position, and how far the head has moved by then, mm."""
        position = float(self.positions_mm[index])
        across, down = self.motion.at(position)
        count = 2 if self.thickness_mm <= 2.5 else 3
        shares = (np.arange(count) + 0.5) / count - 0.5
        return [
            (position + float(self.thickness_mm * share), (across * float(share), down * float(share)))
            for share in shares
        ]

    def plane_origin(self, position_mm: float) -> Doubles:
        """Centre of the first pixel of the plane at a position, LPS mm."""
        origin = np.asarray(self.origin_mm)
        feed = (position_mm - float(origin @ self.normal)) / np.cos(np.deg2rad(self.tilt_deg))
        moved: Doubles = origin + np.array([0.0, 0.0, feed])
        return moved

    def pixel(self, point_mm: Doubles) -> tuple[float, float]:
        """(column, row) of a point projected along the slice plane's axes at the point's own position."""
        offset = point_mm - self.plane_origin(float(point_mm @ self.normal))
        return float(offset @ self.row_axis) / self.pixel_mm, float(offset @ self.column_axis) / self.pixel_mm


@dataclass(frozen=True)
class Technique:
    """The part of an acquisition that is drawn before the head's position is known."""

    pixel_mm: float
    thickness_mm: float
    spacing_mm: float
    contrast: bool
    scanner: Scanner
    model: str
    kernel: str
    kvp: int
    tube_ma: int
    exposure_ms: int
    noise_hu: float
    streak: float
    blur_mm: float
    tilt_deg: float
    top_first: bool
    below_mm: float
    above_mm: float
    centre_offset_mm: tuple[float, float]
    noise_cutoff: float
    overshoot: float
    kernel_taps: int
    motion_mm: float
    motion_deg: float
    motion_at: float


def draw_technique(rng: np.random.Generator, contrast: bool | None, scan: Scan) -> Technique:
    """Draw a technique; 75 of 100 patients of the paper have contrast only or both, so contrast leads."""
    scanner = SCANNERS[int(rng.integers(len(SCANNERS)))]
    thickness = scan.thickness_mm.draw(rng)
    drawn_contrast = bool(rng.random() < 0.7)
    overlap = 1.0 if rng.random() < 0.85 else 0.8
    return Technique(
        pixel_mm=float(np.round(scan.pixel_mm.draw(rng), 4)),
        thickness_mm=thickness,
        spacing_mm=max(min(LEAST_SPACING_MM, thickness), round(thickness * overlap, 3)),
        contrast=drawn_contrast if contrast is None else contrast,
        scanner=scanner,
        model=str(rng.choice(scanner.models)),
        kernel=str(rng.choice(scanner.kernels)),
        kvp=120 if scanner.vendor != "SIEMENS" or rng.random() < 0.7 else 100,
        tube_ma=int(rng.integers(120, 380)),
        exposure_ms=int(rng.choice([500, 750, 1000])),
        noise_hu=scan.noise_hu.draw(rng),
        streak=scan.streak.draw(rng),
        blur_mm=scan.blur_mm.draw(rng),
        tilt_deg=float(np.round(scan.tilt_deg.draw(rng), 1)),
        top_first=bool(rng.random() < 0.4),
        below_mm=float(rng.uniform(12.0, 40.0)),
        above_mm=float(rng.uniform(18.0, 50.0)) if rng.random() < 0.8 else float(rng.uniform(50.0, 110.0)),
        centre_offset_mm=(scan.off_centre_mm[0].draw(rng), scan.off_centre_mm[1].draw(rng)),
        noise_cutoff=scan.noise_cutoff.draw(rng),
        overshoot=scan.overshoot.draw(rng),
        kernel_taps=scan.kernel_taps,
        motion_mm=scan.motion_mm.draw(rng),
        motion_deg=float(rng.uniform(0.0, 360.0)),
        motion_at=float(rng.uniform(0.0, 1.0)),
    )


def place(technique: Technique, low: Doubles, high: Doubles) -> Acquisition:
    """Lay the slices over a head whose range ends at the points `low` and `high` (LPS mm)."""
    rows, columns, normal = slice_axes(technique.tilt_deg)
    first = float(low @ normal) - technique.below_mm
    last = float(high @ normal) + technique.above_mm
    count = int(np.clip(np.ceil((last - first) / technique.spacing_mm) + 1, 20, 60))
    # A thin stack cannot reach everything: it keeps the range in its middle third.
    span = (count - 1) * technique.spacing_mm
    if first + span < float(high @ normal) + 8.0 or first + span > last + technique.spacing_mm:
        first = 0.5 * float((low + high) @ normal) - 0.45 * span
    middle = 0.5 * (low + high)
    half = 0.5 * (MATRIX - 1) * technique.pixel_mm
    centre = middle + technique.centre_offset_mm[0] * rows + technique.centre_offset_mm[1] * columns
    corner = centre - half * (rows + columns)
    corner[2] += (first - float(corner @ normal)) / normal[2]
    s = technique.scanner
    return Acquisition(
        rows=MATRIX,
        columns=MATRIX,
        pixel_mm=technique.pixel_mm,
        slice_count=count,
        spacing_mm=technique.spacing_mm,
        thickness_mm=technique.thickness_mm,
        contrast=technique.contrast,
        vendor=s.vendor,
        model=technique.model,
        kernel=technique.kernel,
        kvp=technique.kvp,
        tube_ma=technique.tube_ma,
        exposure_ms=technique.exposure_ms,
        noise_hu=technique.noise_hu,
        streak=technique.streak,
        blur_mm=technique.blur_mm,
        tilt_deg=technique.tilt_deg,
        origin_mm=(round(float(corner[0]), 4), round(float(corner[1]), 4), round(float(corner[2]), 4)),
        top_first=technique.top_first,
        noise_cutoff_per_mm=s.noise_cutoff_per_mm * technique.noise_cutoff,
        overshoot=technique.overshoot,
        kernel_taps=technique.kernel_taps,
        motion=Motion(
            technique.motion_mm,
            technique.motion_deg,
            float((low + technique.motion_at * (high - low)) @ normal),
        ),
    )
