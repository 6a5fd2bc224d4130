"""How well a verdict stands when the ROI is placed as a second reader might place it.

The paper had another radiologist place every ROI again (section "ROI setting test by another radiologist", Figure 7).
Here the rectangles are shifted and scaled at random, and judged by everything that another rectangle may change.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isfinite

import numpy as np

from desktop.errors import WrongUse
from desktop.imaging.eligibility import check_rectangles
from desktop.imaging.geometry import Floats, Rectangle, StackGeometry, held_inside
from desktop.imaging.series import Series
from desktop.inference.analyse import ask, check_area
from desktop.inference.conditions import check_familiarity
from desktop.inference.network import Network
from desktop.inference.result import Result
from desktop.messages import message
from desktop.reading.run import Run, Verdict, conclude
from desktop.work import UNWATCHED, Work


@dataclass(frozen=True)
class Spread:
    """How far rectangles are moved, and how often.

    Attributes:
        shift_mm: standard deviation of the shift, in either direction in the plane.
        scale: standard deviation of the logarithm by which width and height grow together: 0.1 is about 10 %.
        draws: of every rectangle.
        seed: decides the draws, with the case and the draw's number alone.

    Raises:
        WrongUse: a negative spread, or no draw.
    """

    shift_mm: float
    scale: float
    draws: int
    seed: int = 0

    def __post_init__(self) -> None:
        if not (all(isfinite(spread) and spread >= 0 for spread in (self.shift_mm, self.scale)) and self.draws > 0):
            raise WrongUse(
                message(
                    "A spread of {shift_mm:g} mm and {scale:g} in {draws} draws cannot be simulated: both must be 0 or "
                    "more, and there must be a draw.",
                    shift_mm=self.shift_mm,
                    scale=self.scale,
                    draws=self.draws,
                )
            )

    def move(self, change: Floats) -> Move:
        """The move of a change [3] to the right, down and in size, in standard deviations."""
        across, down, growth = change.tolist()
        return Move(across * self.shift_mm, down * self.shift_mm, exp(growth * self.scale))


SECOND_READER = Spread(shift_mm=3.0, scale=0.05, draws=20)
"""Assumed, not measured: the paper does not state how far its two ROIs lie apart. 3 mm is about the thickness of the
pterygoid plates, by which the front edge is placed; 5 % is 2.5 mm of a usual width of 50 mm."""

STEADY = 0.9
"""Share of the rectangles in which a verdict must stay, or there is a caution. On phantoms the verdicts of two such
rectangles agree in 90 % of all pairs, so that one that stays more seldom depends on the ROI more than usual."""


@dataclass(frozen=True)
class Move:
    """Of a rectangle in the standard view.

    Attributes:
        across_mm, down_mm: of its centre, to the right and down.
        size: by which width and height grow about the centre.
    """

    across_mm: float
    down_mm: float
    size: float

    def of(self, rectangle: Rectangle, geometry: StackGeometry) -> Rectangle:
        """The rectangle after the move; it may reach outside the slice."""
        column, row, width, height = rectangle
        middle = (
            column + width / 2 + self.across_mm / geometry.column_mm,
            row + height / 2 + self.down_mm / geometry.row_mm,
        )
        width, height = self.size * width, self.size * height
        return middle[0] - width / 2, middle[1] - height / 2, width, height


@dataclass(frozen=True)
class Draw:
    """The answer for the rectangles of one move.

    Attributes:
        rectangles: [n] one for each slice judged, in the standard view.
        held_inside: whether one of them reached outside its slice and was pushed back.
        probabilities: [n].
    """

    move: Move
    rectangles: tuple[Rectangle, ...]
    held_inside: bool
    probabilities: tuple[float, ...]
    run: Run
    score: float
    verdict: Verdict


@dataclass(frozen=True, eq=False)  # compared by identity, like results
class Stability:
    """What became of a verdict.

    Attributes:
        result: with the rectangles as marked; its verdict is positive or negative.
        draws: one for each move.
    """

    result: Result
    spread: Spread
    draws: tuple[Draw, ...]

    def count(self, verdict: Verdict) -> int:
        """How many draws have this verdict."""
        return sum(draw.verdict is verdict for draw in self.draws)

    @property
    def unchanged(self) -> int:
        """How many draws have the verdict as marked."""
        return self.count(self.result.verdict)

    @property
    def steady(self) -> bool:
        """Whether the verdict stays often enough to need no caution."""
        return self.unchanged >= STEADY * len(self.draws)

    @property
    def held_inside(self) -> int:
        """How many draws had rectangles that were pushed back into the slice."""
        return sum(draw.held_inside for draw in self.draws)


def changes_of(series: Series, spread: Spread) -> Floats:
    """[draws, 3] what `measure` moves the rectangles of a series by: the same each time, whatever is marked on it.

    The series is told by a slice, since its name depends on what else lies in the folder.
    """
    name = series.slices[0].sop_instance_uid.encode()
    return np.random.default_rng([spread.seed, *name]).normal(size=(spread.draws, 3))


def measure(
    result: Result, network: Network, spread: Spread, changes: Floats, work: Work = UNWATCHED
) -> Stability | None:
    """Judge a region again with its rectangles moved, all slices alike; range and other checks stay as they are.

    Args:
        network: that which gave the result.
        changes: [draws, 3] normal deviates: to the right, down, and in size.

    Returns:
        None where there is no verdict that could change: the result is indeterminate.

    Raises:
        NotJudged, ImpossibleAnswer, Cancelled: as `analyse`.
    """
    if result.verdict is Verdict.INDETERMINATE:
        return None
    draws = []
    for number, change in enumerate(changes, start=1):
        draws.append(_draw(result, network, spread.move(change), Work(stop=work.stop)))
        work.progress(number, len(changes))
    return Stability(result, spread, tuple(draws))


def _draw(result: Result, network: Network, move: Move, work: Work) -> Draw:
    region, manifest = result.region, network.manifest
    geometry = region.volume.geometry
    moved = [move.of(rectangle, geometry) for rectangle in region.rectangles]
    rectangles = [held_inside(rectangle, geometry.rows, geometry.columns) for rectangle in moved]
    answers = ask(network, region, rectangles, work)
    familiarity = None if network.reference is None else network.reference.judge(answers.own.appearance)
    checks = (
        check_area(tuple(map(geometry.area_cm2, rectangles)), manifest.roi),
        *check_rectangles(region.volume, list(region.indices), rectangles),
        *check_familiarity(familiarity, manifest),
    )
    answerable = all(check.status != "fail" for check in checks)
    found = conclude(region.positions_mm, answers.probabilities, region.spacing_mm, result.cutoff, answerable)
    probabilities = tuple(answers.probabilities.tolist())
    return Draw(move, tuple(rectangles), rectangles != moved, probabilities, found.run, found.score, found.verdict)
