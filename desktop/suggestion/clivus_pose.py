"""How the clivus lies: the pose in which the tissues around it are those that anatomy expects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from desktop.suggestion.anatomy import PARTS, Part, Tissue
from desktop.suggestion.grid import STEP_MM, Floats, Grid, Points
from desktop.suggestion.midline import Midline

PITCHES_DEG = range(-40, 61, 10)
"""Of the clivus towards the front, against the stack's normal; a straight head has about 15."""

SCALES = (0.82, 0.94, 1.06)
"""Of `anatomy`: clivus of 38 to 49 mm."""

LATERAL_STEP_MM = 4.0
LATERALS = 10
PLAY_STEP_MM = 4.0
PLAY_COST = 0.003
"""Of a part's score, for each mm that it lies elsewhere."""

UNSEEN_COST = 0.15
"""For parts that lie outside the volume: a pose that explains all of a volume comes before one that avoids it."""

SEEN = (0.3, 0.7)
"""Shares of a part's points inside the volume from which on it counts, and counts fully."""

LEAST_SEEN = 0.5
"""Of all parts' weights: with less a pose is not looked at."""

ALIKE = 0.01
"""Scores that differ by so much are hardly different: poses are averaged with weights that fall by e over it."""

MUST_BE_SEEN = ("clivus", "foramen magnum and canal")
"""Parts without which the basion is a guess."""

_REACH = 40
"""Cells, from the basion to the farthest point of `anatomy` in any pose."""

_PLAY = 10
"""Cells, the farthest that a part may lie elsewhere."""

_PAD = _REACH + _PLAY


@dataclass(frozen=True, eq=False)
class ClivusPose:
    """Where the clivus is.

    Attributes:
        basion: [3] in the grid's mm.
        along, front: [3] unit vectors from basion to dorsum sellae, and across it to the front.
        left: [3] unit vector across the mid-sagittal plane.
        scale: of `anatomy`.
        score: 1 if every tissue is as expected; that of the best pose.
        parts: score of each part by its name, those outside the volume left out.
        upside_down_score: the best score with up and down exchanged; 0 where there is none.
    """

    basion: Points
    along: Points
    front: Points
    left: Points
    scale: float
    score: float
    parts: dict[str, float]
    upside_down_score: float = 0.0

    def at(self, u: float, v: float, lateral: float = 0.0) -> Points:
        """[3] a place of `anatomy` in the grid's mm."""
        return np.asarray(self.basion + self.scale * (u * self.along + v * self.front + lateral * self.left))


@dataclass(frozen=True, eq=False)
class _Scored:
    """All places of a clivus of one pitch and scale: score [up, front] of each."""

    pitch_deg: float
    scale: float
    score: Floats


def find_clivus(grid: Grid, midline: Midline) -> ClivusPose | None:
    """The pose; None where no place shows enough of a skull base to look at."""
    slab = _Slab.of(grid, midline)
    found = _search(slab, midline)
    other = None if found is None else _search(slab.upside_down(), midline)
    return found if found is None or other is None else replace(found, upside_down_score=other.score)


def _search(slab: _Slab, midline: Midline) -> ClivusPose | None:
    scored = [slab.score(pitch, SCALES[1]) for pitch in PITCHES_DEG]
    best = max(scored, key=lambda one: float(one.score.max()))
    step = PITCHES_DEG.step // 2
    for pitch in (best.pitch_deg - step, best.pitch_deg, best.pitch_deg + step):
        scored += [slab.score(pitch, scale) for scale in SCALES if (pitch, scale) != (best.pitch_deg, best.scale)]
    best = max(scored, key=lambda one: float(one.score.max()))
    top = float(best.score.max())
    if top <= 0:
        return None
    rows = []
    for one in scored:
        places = np.nonzero(one.score > top - 5 * ALIKE)
        weights = np.exp((one.score[places] - top) / ALIKE)
        rows += [
            (weight, one.pitch_deg, one.scale, slab.fronts[front], slab.ups[up])
            for weight, up, front in zip(weights.tolist(), *places, strict=True)
        ]
    found = np.array(rows)
    weights = found[:, 0] / found[:, 0].sum()
    pitch, scale, front, up = weights @ found[:, 1:]
    angle = np.radians(pitch)
    along = np.sin(angle) * midline.front + np.cos(angle) * midline.up
    across = np.cos(angle) * midline.front - np.sin(angle) * midline.up
    basion = midline.point + front * midline.front + up * midline.up
    place = np.unravel_index(int(best.score.argmax()), best.score.shape)
    parts = slab.parts(best.pitch_deg, best.scale, place)
    return ClivusPose(basion, along, across, midline.left, float(scale), top, parts)


@dataclass(frozen=True, eq=False)
class _Slab:
    """Tissues beside the mid-sagittal plane, both sides taken together; `_PAD` cells around are outside the volume.

    Attributes:
        tissues: [laterals, up, front] of each tissue, 1 where it is found, below 0 where another is.
        inside: [laterals, up, front] share of the two sides that lie inside the volume.
        ups, fronts: mm from the midline's point of rows and columns, without those around.
    """

    tissues: dict[Tissue, Floats]
    inside: Floats
    ups: Points
    fronts: Points

    @staticmethod
    def of(grid: Grid, midline: Midline) -> _Slab:
        corners = grid.first + np.array(list(np.ndindex(2, 2, 2))) * grid.size_mm - midline.point
        ups, fronts = (
            np.arange(reach.min(), reach.max() + STEP_MM, STEP_MM)
            for reach in (corners @ midline.up, corners @ midline.front)
        )
        plane = midline.point + ups[:, None, None] * midline.up + fronts[:, None] * midline.front
        shape = (LATERALS, len(ups) + 2 * _PAD, len(fronts) + 2 * _PAD)
        tissues = {tissue: np.zeros(shape, np.float32) for tissue in Tissue}
        inside = np.zeros(shape, np.float32)
        own = np.s_[_PAD:-_PAD, _PAD:-_PAD]
        for number in range(LATERALS):
            for side in (-1, 1):
                hu, seen = grid.at(plane + side * number * LATERAL_STEP_MM * midline.left)
                inside[number][own] += seen / 2
                for tissue, share in _tissues(hu).items():
                    tissues[tissue][number][own] += np.where(seen, share, 0) / 2
        return _Slab(tissues, inside, ups, fronts)

    def upside_down(self) -> _Slab:
        """The same tissues with up and down exchanged."""
        tissues = {tissue: values[:, ::-1] for tissue, values in self.tissues.items()}
        return _Slab(tissues, self.inside[:, ::-1], self.ups, self.fronts)

    def score(self, pitch_deg: float, scale: float) -> _Scored:
        """Every place of a clivus."""
        total, weights = (np.zeros((len(self.ups), len(self.fronts)), np.float32) for _ in range(2))
        around = np.ones_like(total, dtype=bool)
        for part in PARTS:
            own, seen = self._part(part, pitch_deg, scale)
            if part.name in MUST_BE_SEEN:
                around &= seen > SEEN[0]
            weight = part.weight * np.clip((seen - SEEN[0]) / (SEEN[1] - SEEN[0]), 0, 1)
            total, weights = total + weight * own, weights + weight
        seen = weights / sum(part.weight for part in PARTS)
        score = np.where(around & (seen > LEAST_SEEN), total / np.maximum(weights, SEEN[0]), 0)
        return _Scored(pitch_deg, scale, score - UNSEEN_COST * (1 - seen))

    def parts(self, pitch_deg: float, scale: float, place: tuple[np.intp, ...]) -> dict[str, float]:
        """The score of each part that is seen, of the clivus at one place [up, front]."""
        scored = {part.name: self._part(part, pitch_deg, scale) for part in PARTS}
        return {name: float(own[place]) for name, (own, seen) in scored.items() if seen[place] >= SEEN[1]}

    def _part(self, part: Part, pitch_deg: float, scale: float) -> tuple[Floats, Floats]:
        """Score of a part, and the share of it inside the volume, for every place of the basion."""
        angle = np.radians(pitch_deg)
        rows, columns = len(self.ups) + 2 * _PLAY, len(self.fronts) + 2 * _PLAY

        def moved(values: Floats, around: int, u: float, v: float) -> Floats:
            """What lies at (u, v) from every place; `values` have so many cells more `around` than the answer."""
            up, front = np.cos(angle) * u - np.sin(angle) * v, np.sin(angle) * u + np.cos(angle) * v
            row, column = around + round(up / STEP_MM), around + round(front / STEP_MM)
            return values[row : len(values) - 2 * around + row, column : values.shape[1] - 2 * around + column]

        own, seen = np.zeros((rows, columns), np.float32), np.zeros((rows, columns), np.float32)
        for point in part.points:
            number = min(round(point.lateral * scale / LATERAL_STEP_MM), LATERALS - 1)
            own += moved(self.tissues[point.tissue][number], _REACH, scale * point.u, scale * point.v)
            seen += moved(self.inside[number], _REACH, scale * point.u, scale * point.v)
        seen /= len(part.points)
        own = np.where(seen > SEEN[0], own / len(part.points) / np.maximum(seen, SEEN[0]), 0)
        plays = [np.arange(low, high + 1, PLAY_STEP_MM) for low, high in (part.play_u, part.play_v)]
        best = np.full((len(self.ups), len(self.fronts)), -np.inf, np.float32)
        for u, v in product(*plays):
            np.maximum(best, moved(own, _PLAY, u, v) - np.float32(PLAY_COST * np.hypot(u, v)), out=best)
        return best, seen[_PLAY:-_PLAY, _PLAY:-_PLAY]


def _tissues(hu: Floats) -> dict[Tissue, Floats]:
    """How far each value is what is expected."""
    bone: Floats = np.clip((hu - 120) / 150, 0, 1).astype(np.float32)
    air: Floats = np.clip((-150 - hu) / 150, 0, 1).astype(np.float32)
    soft = ((hu > -40) & (hu < 130)).astype(np.float32)
    half, most = np.float32(0.5), np.float32(1.5)
    return {
        Tissue.BONE: bone - np.float32(0.6) * soft - air,
        Tissue.SOFT: soft - bone - air,
        Tissue.NO_BONE: half - most * bone,
    }
