"""What lies where around the clivus: points of an adult's skull base, and the tissue that is expected there.

The frame is the clivus' own. From the basion, u runs up along its posterior surface to the dorsum sellae, v to the
front, and l to either side, in mm of a clivus of 46 mm (Standring, Gray's Anatomy, 42nd ed., ch. 28). Neither air nor
mucosa is a landmark: a tumour fills the airway, and sinuses may be opaque. What differs between people, such as how
steep the occiput is, may lie a little elsewhere, at a small cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from itertools import product


class Tissue(Enum):
    """What is expected at a point."""

    BONE = auto()
    SOFT = auto()
    NO_BONE = auto()


@dataclass(frozen=True)
class Point:
    """Where a tissue is expected, in mm."""

    tissue: Tissue
    u: float
    v: float
    lateral: float


@dataclass(frozen=True)
class Part:
    """A part of the skull base.

    Attributes:
        weight: how much it counts beside the others.
        play_u, play_v: mm by which it may lie elsewhere than expected.
    """

    name: str
    weight: float
    points: tuple[Point, ...]
    play_u: tuple[float, float] = (0.0, 0.0)
    play_v: tuple[float, float] = (0.0, 0.0)


SPHENOID_FLOOR = (28.0, 22.0)
"""(u, v) where the base of the sphenoid sinus meets the clivus in front."""


def _grid(tissue: Tissue, us: tuple[float, ...], vs: tuple[float, ...], ls: tuple[float, ...]) -> tuple[Point, ...]:
    return tuple(Point(tissue, *place) for place in product(us, vs, ls))


def _each(tissue: Tissue, *places: tuple[float, float, float]) -> tuple[Point, ...]:
    return tuple(Point(tissue, *place) for place in places)


_B, _S, _N = Tissue.BONE, Tissue.SOFT, Tissue.NO_BONE

PARTS = (
    Part(
        "clivus",
        3.0,
        # The posterior cortex; in front of it may be marrow, an air cell or a tumour.
        _grid(_B, (3, 9, 15, 21), (0.5,), (0, 4, 8))
        + _grid(_S, (0, 8, 16, 24, 32), (-12,), (0, 8))  # cistern and brain stem
        + _each(
            _N, (2, 13, 0), (6, 14, 0), (2, 14, 8), (6, 16, 8)
        )  # nasopharynx, in front of the anterior arch's level
        + _each(_N, (-3.5, -1, 0), (-3.5, 1, 0), (-3.5, -1, 4), (-3.5, 1, 4)),  # the gap above the dens
    ),
    Part(
        "posterior fossa",
        1.5,
        _grid(_S, (14, 24, 34), (-24, -36, -50), (0, 12, 24)) + _grid(_S, (54, 62), (-12, -4), (0, 8)),
    ),
    Part(
        "foramen magnum and canal",
        1.5,
        _each(_S, (-3, -10, 0), (-6, -14, 0), (-9, -16, 0), (-6, -12, 6), (-12, -18, 0), (-16, -18, 0), (-12, -16, 4)),
        (-2, 2),
        (-4, 4),
    ),
    Part("dens", 1.5, _each(_B, (-10, 6, 0), (-14, 7, 0), (-18, 8, 0), (-12, 6, 4)), (-2, 2), (-6, 6)),
    Part(
        "condyles and atlas",
        2.0,
        _each(_B, (-3, -8, 18), (-6, -4, 20), (0, -10, 22), (-12, -4, 20), (-15, 0, 18), (-3, -8, 22)),
        (-4, 4),
        (-4, 4),
    ),
    Part("petrous apices", 1.0, _each(_B, (20, 2, 22), (21, 3, 26), (18, 2, 20), (21, 0, 18)), (-4, 4), (-4, 4)),
    Part(
        "occipital bone",
        1.0,
        _each(_B, (-17, -38, 0), (-16, -44, 0), (-14, -50, 0), (-12, -40, 20), (-10, -32, 22))
        + _each(_S, (-5, -40, 0), (-3, -50, 0), (0, -36, 20)),
        (-18, 6),
        (-8, 8),
    ),
    Part("pterygoid roots", 1.0, _each(_B, (30, 26, 18), (34, 28, 18), (24, 26, 15)), (-8, 8), (-8, 8)),
)
