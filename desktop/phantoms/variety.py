"""How much heads and scans differ: one table of distributions for each kind of phantom.

Lengths in mm, angles in degrees, HU at 120 kV. What both kinds share stands where it is drawn (`head`, `acquisition`,
the regions); here is what sets them apart. Shares of variants are not those of patients: what is rare must be seen
often enough to be learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.phantoms.distributions import Choice, Drawn, Fixed, LogNormal, Normal, Sometimes, Uniform

Sinus = Literal["aerated", "small", "absent", "opaque", "fluid level"]


@dataclass(frozen=True)
class Posture:
    """How the head lies in the scanner.

    Attributes:
        bend_deg: about the left-right axis, positive forwards. Forwards the sphenoid sinus sinks to the level of the
            basion, which shortens the range.
        roll_deg: about the front-back axis.
        turn_deg: about the long axis.
        size: of the whole head, 1 for an average adult.
        range_mm: least and greatest length of a range; heads are drawn until one fits.
        range_slices: least length of a range, as a multiple of the slices' spacing.
    """

    bend_deg: Drawn[float]
    roll_deg: Drawn[float]
    turn_deg: Drawn[float]
    size: Drawn[float]
    range_mm: tuple[float, float]
    range_slices: float


@dataclass(frozen=True)
class Scan:
    """How the head is scanned.

    Attributes:
        blur_mm: full width at half maximum of the kernel.
        overshoot: of the kernel at edges, as a share of a step; 0 for a smooth kernel.
        kernel_taps: pixels to each side that the kernel reaches.
        noise_cutoff: frequency at which the noise falls off, as a multiple of the scanner's usual one: low for
            iterative reconstruction's blotches.
        streak: strength of beam hardening between the petrous bones.
        off_centre_mm: middle of the range beside the middle of the picture, to the left and to the back.
        motion_mm: the head's movement while one slice is taken, on some of the slices.
    """

    thickness_mm: Drawn[float]
    pixel_mm: Drawn[float]
    noise_hu: Drawn[float]
    noise_cutoff: Drawn[float]
    streak: Drawn[float]
    blur_mm: Drawn[float]
    overshoot: Drawn[float]
    kernel_taps: int
    tilt_deg: Drawn[float]
    off_centre_mm: tuple[Drawn[float], Drawn[float]]
    motion_mm: Drawn[float]


@dataclass(frozen=True)
class Anatomy:
    """What heads are like.

    Attributes:
        spread: of the skeleton's and the airway's measures, as a multiple of the plain kind's.
        shaped: cavities and walls are rounded, muscles separated by fat, skull with sutures, brain with sulci; the
            plain kind has boxes and none of these.
        clivus_arch_per_mm: the clivus bends backwards at its sides by this times the squared distance from the midline.
        sinus: what the sphenoid sinus holds.
        sinus_depth: how far it reaches backwards, as a multiple of the plain kind's.
        adenoid_pad_mm: tissue that hangs from the roof of the nasopharynx, 0 for none.
        airway_depth: of the nasopharynx' air, as a share of the plain kind's.
        parapharyngeal_fat: its width, as a share of the plain kind's.
        prevertebral_muscle: its thickness, as a multiple of the plain kind's.
        plate: thickness of the pterygoid plates, as a multiple of the plain kind's.
        marrow_tilt_hu: by which the clivus' marrow differs at one side from the middle.
        marrow_islands: places of fatty or dense marrow in the clivus.
        vessel_hu: with contrast.
        dental_metal: crowns and fillings of metal.
        mass_among_intact: share of the heads without invasion that have a mass.
    """

    spread: float
    shaped: bool
    clivus_arch_per_mm: Drawn[float]
    sinus: Drawn[Sinus]
    sinus_depth: Drawn[float]
    adenoid_pad_mm: Drawn[float]
    airway_depth: Drawn[float]
    parapharyngeal_fat: Drawn[float]
    prevertebral_muscle: Drawn[float]
    plate: Drawn[float]
    marrow_tilt_hu: Drawn[float]
    marrow_islands: Drawn[int]
    vessel_hu: Drawn[float]
    dental_metal: Drawn[int]
    mass_among_intact: float


@dataclass(frozen=True)
class Variety:
    """A kind of phantom. Phantoms of one seed and different kinds share neither anatomy nor scan nor UIDs.

    Attributes:
        first_stream: number of the first of its random streams.
    """

    name: str
    first_stream: int
    posture: Posture
    scan: Scan
    anatomy: Anatomy


PLAIN = Variety(
    "plain",
    first_stream=0,
    posture=Posture(
        bend_deg=Normal(0.0, 4.5),
        roll_deg=Normal(0.0, 2.0),
        turn_deg=Normal(0.0, 2.5),
        size=Normal(1.0, 0.035),
        range_mm=(13.0, 27.0),
        range_slices=4.0,
    ),
    scan=Scan(
        thickness_mm=Choice((1.25, 1.5, 2.0, 2.5, 3.0, 3.75, 4.0), (0.08, 0.08, 0.18, 0.2, 0.26, 0.08, 0.12)),
        pixel_mm=Normal(0.46, 0.045, 0.35, 0.55),
        noise_hu=LogNormal(13.0, 0.3, 8.0, 25.0),
        noise_cutoff=Fixed(1.0),
        streak=Uniform(0.3, 1.3),
        blur_mm=Uniform(0.6, 0.9),
        overshoot=Fixed(0.0),
        kernel_taps=2,
        tilt_deg=Sometimes(0.08, Uniform(-18.0, 18.0), Fixed(0.0)),
        off_centre_mm=(Normal(0.0, 4.0), Normal(-8.0, 4.0)),
        motion_mm=Fixed(0.0),
    ),
    anatomy=Anatomy(
        spread=1.0,
        shaped=False,
        clivus_arch_per_mm=Fixed(0.0),
        sinus=Fixed("aerated"),
        sinus_depth=Fixed(1.0),
        adenoid_pad_mm=Fixed(0.0),
        airway_depth=Fixed(1.0),
        parapharyngeal_fat=Fixed(1.0),
        prevertebral_muscle=Fixed(1.0),
        plate=Fixed(1.0),
        marrow_tilt_hu=Fixed(0.0),
        marrow_islands=Fixed(0),
        vessel_hu=Uniform(180.0, 350.0),
        dental_metal=Fixed(0),
        mass_among_intact=0.67,
    ),
)
"""Heads of one kind, lying straight: those that the network 0.1.0 was trained on. It never changes."""

RICH = Variety(
    "rich",
    first_stream=100,
    posture=Posture(
        # Masks for radiotherapy bend the neck back, head rests bend it forwards: over six real heads the range was 4 to
        # 30 long.
        bend_deg=Uniform(-25.0, 25.0),
        roll_deg=Normal(0.0, 4.0, -12.0, 12.0),
        # A real head in pain or in a trauma collar was turned by 15 degrees.
        turn_deg=Normal(0.0, 6.0, -16.0, 16.0),
        # From a child of ten to a large man.
        size=Normal(1.0, 0.055, 0.86, 1.14),
        range_mm=(2.0, 30.0),
        range_slices=1.0,
    ),
    scan=Scan(
        thickness_mm=Choice(
            (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 3.75, 4.0), (0.06, 0.08, 0.06, 0.18, 0.18, 0.26, 0.08, 0.1)
        ),
        # Planning CTs show the shoulders too: pixels of 1 mm.
        pixel_mm=Sometimes(0.85, Normal(0.46, 0.06, 0.33, 0.62), Uniform(0.62, 1.0)),
        # Iterative reconstruction to thin slices at a low dose. Real scans: 3.2 to 12 in a crop.
        noise_hu=LogNormal(9.0, 0.5, 2.5, 28.0),
        noise_cutoff=Uniform(0.55, 1.35),
        streak=Uniform(0.0, 1.8),
        blur_mm=Uniform(0.6, 1.3),
        # Standard kernels of two vendors sharpen edges a little.
        overshoot=Sometimes(0.4, Uniform(0.1, 0.5), Fixed(0.0)),
        kernel_taps=3,
        tilt_deg=Sometimes(0.15, Uniform(-20.0, 20.0), Fixed(0.0)),
        off_centre_mm=(Normal(0.0, 9.0), Normal(-8.0, 9.0)),
        # More would be repeated in practice.
        motion_mm=Sometimes(0.12, Uniform(0.5, 2.0), Fixed(0.0)),
    ),
    anatomy=Anatomy(
        spread=1.4,
        shaped=True,
        # In real heads the clivus' edges lie 3 to 8 behind its middle.
        clivus_arch_per_mm=Normal(0.03, 0.01, 0.008, 0.055),
        # Adults: absent 1 to 3 %, before the sella only 11 to 25 %.
        sinus=Choice(("aerated", "small", "absent", "opaque", "fluid level"), (0.58, 0.14, 0.08, 0.12, 0.08)),
        sinus_depth=Uniform(0.8, 1.5),
        # Hyperplasia fills the vault; with tumours it is the commonest error.
        adenoid_pad_mm=Sometimes(0.22, Uniform(4.0, 13.0), Fixed(0.0)),
        airway_depth=Uniform(0.35, 1.05),
        parapharyngeal_fat=Uniform(0.3, 0.9),
        prevertebral_muscle=Uniform(1.0, 1.5),
        plate=Uniform(0.5, 0.95),
        marrow_tilt_hu=Sometimes(0.4, Normal(0.0, 90.0, -180.0, 180.0), Fixed(0.0)),
        marrow_islands=Choice((0, 1, 2, 3), (0.5, 0.25, 0.15, 0.1)),
        # From the venous phase to an angiography.
        vessel_hu=Uniform(110.0, 380.0),
        dental_metal=Sometimes(0.35, Choice((1, 2, 3, 4), (0.3, 0.3, 0.2, 0.2)), Fixed(0)),
        mass_among_intact=0.5,
    ),
)
"""Heads and scans of many kinds."""

VARIETIES = {variety.name: variety for variety in (PLAIN, RICH)}
