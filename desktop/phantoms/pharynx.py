"""The nasopharynx of a shaped head: rounded walls, air of any width, adenoid, and fat between the muscles.

`throat` has the boxes of the plain kind, and everything that both kinds share.
"""

from __future__ import annotations

import numpy as np

from desktop.phantoms.bodies import Body, Layer
from desktop.phantoms.head import Head
from desktop.phantoms.solids import Ellipsoid, Part, Tube
from desktop.phantoms.throat import back_wall, tori

CHOANA_Y = -22.0
DEEPEST_FOSSA_MM = 11.0


def rounded_wall(head: Head) -> Body:
    """Muscle and mucosa round the air, before the air is cut out of them."""
    w = head.airway_half_width
    parts: tuple[Part, ...] = (
        Tube((0, -20, -33), (0, 3, -33), w + 7, w + 8, (1, 1, 0.85)),
        Tube((0, -6, -40), (0, -2, -110), w + 5, w + 6, (1.0, 0.9, 1)),
    )
    return Body("pharynx wall", parts, (Layer(0, head.muscle_hu - 4, 5, 6, edge_mm=1.5),), rough_coarse_mm=0.8)


def fat_planes(head: Head, rng: np.random.Generator) -> list[Body]:
    """Thin sheets of fat: beside the pharynx, between the pterygoid muscles, before the longus, at the midline."""
    y = back_wall(head, -32.0)
    sheets: list[Part] = []
    for s in (-1, 1):
        thin = float(rng.uniform(0.5, 1.1))
        turn = float(rng.normal(0.0, 6.0))
        sheets += [
            # From the fossa of Rosenmueller forwards and outwards.
            Ellipsoid((s * 20, y - 9, -36), (thin, 13, 17), (0, 0, s * (-25 + turn))),
            Ellipsoid((s * 29, -8, -37), (15, thin, 12), (0, 0, s * (30 + turn))),
            Ellipsoid((s * 13, y + 2, -38), (9, 0.8 * thin, 16), (8, 0, s * (24 - turn))),
            Ellipsoid((s * 32, 8, -40), (0.9 * thin, 11, 16), (0, 0, s * (48 + turn))),
        ]
    sheets.append(Ellipsoid((float(rng.normal(0, 0.8)), y + 5, -38), (0.5, 5, 14)))
    return [
        Body("fat planes", tuple(sheets), (Layer(-0.2, head.fat_hu + 35, 10, 14, edge_mm=1.8),), rough_coarse_mm=0.9)
    ]


def air(head: Head, rng: np.random.Generator) -> list[Body]:
    """Air of the nasopharynx with the fossae behind the tori, and of the oropharynx; tori and adenoid."""
    w = head.airway_half_width
    wall = back_wall(head, -32.0)
    back = CHOANA_Y + (wall - CHOANA_Y) * head.airway_depth_share
    middle, half = 0.5 * (back + CHOANA_Y), 0.5 * (back - CHOANA_Y)
    parts: list[Part] = [
        Ellipsoid((0, middle, -34), (w, half + 2.0, 11.5 - 0.5 * min(head.adenoid_mm, 12.0)), (12, 0, 0)),
        Tube((0, CHOANA_Y - 4, -33), (0, CHOANA_Y + 6, -34), 8.5, 0.85 * w, (1.15, 1, 1)),
        Tube((0, back - 7, -44), (0, head.basion[1] - 24, -105), 6, 7, (1.3, 0.8, 1)),
    ]
    for k, s in enumerate((-1, 1)):
        # A slit, open or closed as the wall lies on itself.
        slit = float(rng.uniform(0.6, 2.4))
        parts.append(
            Tube(
                (s * (w - 4), back - 4, -31),
                (s * (w + 0.8 * min(head.fossa[k], DEEPEST_FOSSA_MM)), back - 2.5 + float(rng.uniform(-1.0, 2.5)), -30),
                slit + 0.5,
                0.5 * slit,
                (1, 1, 2.4),
            )
        )
    walls = (Layer(-1.0, head.mucosa_hu, 4, 4, edge_mm=1.4), Layer(0, -985))
    bodies = [Body("airway", tuple(parts), walls, rough_coarse_mm=0.3), *tori(head, back)]
    hanging = head.adenoid_pad_mm or head.adenoid_mm
    roof = Ellipsoid(
        (float(rng.uniform(-2, 2)), 0.5 * (wall + back) - 2, -25.5),
        (w * float(rng.uniform(0.75, 1.05)), 5.0 + 0.5 * (wall - back) + 0.45 * hanging, hanging + 1.5),
    )
    tissue = (Layer(0, head.mucosa_hu, 4, 4), Layer(1.2, head.muscle_hu - 2, 4, 6))
    return [*bodies, Body("adenoid", (roof,), tissue, rough_coarse_mm=0.9)]
