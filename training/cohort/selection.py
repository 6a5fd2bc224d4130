"""Which phantoms make up a cohort: those whose own slice counts add up to what is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

from desktop.errors import WrongUse
from desktop.learning.cohort.problem import CohortRefused
from desktop.messages import message
from desktop.phantoms import Phantom, draw_phantom
from desktop.reading.roi import PositionRange
from training.cohort.composition import Composition, Group, Side
from training.cohort.kinds import ONLY_PLAIN, Kinds, kind_at
from training.work.processes import in_order
from training.work.progress import Progress

COHORT_SEEDS = range(5_000_000, 6_000_000)
"""Phantoms of cohorts alone; the lower seeds serve the demonstration model's backbone, readers and tests."""

SEEDS_OF_ONE = 4_000
"""Seeds set aside for one cohort, so that cohorts of different seeds have no head in common."""

DEMONSTRATION = len(COHORT_SEEDS) // SEEDS_OF_ONE - 1
"""The cohort of the demonstration model, whose heads must be in no cohort that the model is measured on elsewhere."""

COHORTS = DEMONSTRATION
"""So many others, from 0 on."""

CANDIDATES = 4
"""Heads drawn for each patient at first: about one head in four has as few slices in range as the paper's patients."""

_AT_ONCE = 8

Phases = tuple[bool, ...]
_Candidate = tuple[int, bool, Phases, Kinds]


@dataclass(frozen=True)
class Head:
    """A phantom that may become a patient.

    Attributes:
        phases: of its series, True with contrast.
        positive, negative: slices in range called so, over its series.
        one_head: False where the invasion came out otherwise with contrast than without.
    """

    seed: int
    invaded: bool
    phases: Phases
    positive: int
    negative: int
    one_head: bool


@dataclass(frozen=True)
class Chosen:
    """A patient of the cohort."""

    key: str
    side: Side
    head: Head


def series_of_head(seed: int, invaded: bool, phases: Phases, kinds: Kinds) -> list[Phantom]:
    """The series of a head: the same anatomy, scanner and geometry, with and without contrast."""
    variety = kind_at(seed, kinds)
    return [draw_phantom(seed, invaded=invaded, contrast=contrast, variety=variety) for contrast in phases]


def slices_of(phantom: Phantom) -> list[int]:
    """The slices in range, by index."""
    span = PositionRange(*phantom.truth.range_mm)
    return [index for index, position in enumerate(phantom.positions_mm) if span.contains(float(position))]


def choose(composition: Composition, seed: int, workers: int, kinds: Kinds = ONLY_PLAIN) -> list[Chosen]:
    """Choose the patients of a cohort; the same composition, seed and kinds give the same ones.

    Heads are drawn from the cohort's own seeds, and of each group the earliest are taken whose slices, in the range
    and with the labels that the phantom has, add up exactly. Nothing is shortened or relabelled.

    Raises:
        WrongUse: there is no cohort of this seed.
        CohortRefused: no heads add up to what is asked for.
    """
    if not (0 <= seed < COHORTS or seed == DEMONSTRATION):
        raise WrongUse(
            message(
                "There are cohorts of phantoms for the seeds 0 to {last}, not {seed}: choose another.",
                last=COHORTS - 1,
                seed=seed,
            )
        )
    own = COHORT_SEEDS[seed * SEEDS_OF_ONE : (seed + 1) * SEEDS_OF_ONE]
    seeds = {invaded: iter(own[int(invaded) :: 2]) for invaded in (True, False)}
    progress = Progress("Choice of phantoms", sum(_candidates(group) for group in composition.groups))
    drawn = 0
    chosen: list[tuple[Side, Head]] = []
    for group in composition.groups:
        pools: dict[Phases, list[Head]] = {phases: [] for phases in _wanted(group)}
        found: list[Head] | None = None
        while found is None:
            more = _draw_more(group, pools, seeds[group.positive], workers, kinds)
            if not more and any(_wanted(group).values()):
                raise CohortRefused(
                    message(
                        "No {drawn} phantoms give {positive_slices} positive and {negative_slices} negative slices in "
                        "{series} series of {side}: ask for other numbers.",
                        drawn=SEEDS_OF_ONE,
                        positive_slices=group.positive_slices,
                        negative_slices=group.negative_slices,
                        series=group.series,
                        side=group.side,
                    )
                )
            drawn += more
            progress.tell(drawn)
            found = exactly([(_wanted(group)[phases], pool) for phases, pool in pools.items()], group)
        chosen += [(group.side, head) for head in found]
    progress.close(f"{drawn} drawn, {len(chosen)} chosen")
    # Numbered in an order that tells nothing of side or label.
    chosen.sort(key=lambda item: hashlib.sha256(str(item[1].seed).encode()).digest())
    return [Chosen(f"P{number:03d}", side, head) for number, (side, head) in enumerate(chosen, start=1)]


def exactly(pools: Sequence[tuple[int, Sequence[Head]]], group: Group) -> list[Head] | None:
    """So many heads of each pool that their slices add up to the group's; the earliest, or None if there are none.

    Every sum that can be reached is reached once, by the earliest heads that reach it (subset sum by number).
    """
    targets = group.positive_slices, group.negative_slices

    def counted(head: Head) -> tuple[int, int]:
        return (
            head.positive if targets[0] is not None else 0,
            head.negative if targets[1] is not None else 0,
        )

    goal = (targets[0] or 0, targets[1] or 0)
    reached: dict[tuple[int, int], _Chain] = {(0, 0): None}
    for wanted, pool in pools:
        by_number: list[dict[tuple[int, int], _Chain]] = [reached, *({} for _ in range(wanted))]
        for head in pool:
            plus = counted(head)
            for number in range(wanted - 1, -1, -1):
                for sums, chain in by_number[number].items():
                    total = sums[0] + plus[0], sums[1] + plus[1]
                    if total[0] <= goal[0] and total[1] <= goal[1]:
                        by_number[number + 1].setdefault(total, (head, chain))
        reached = by_number[wanted]
    if goal not in reached:
        return None
    heads: list[Head] = []
    link = reached[goal]
    while link is not None:
        heads.append(link[0])
        link = link[1]
    return heads[::-1]


_Chain = tuple[Head, "_Chain"] | None
"""The heads that make up a sum, the last one first."""


def _draw_more(group: Group, pools: dict[Phases, list[Head]], seeds: Iterator[int], workers: int, kinds: Kinds) -> int:
    """Draw candidates into the pools; returns how many."""
    free = group.positive_slices is None and group.negative_slices is None
    candidates: list[_Candidate] = []
    for phases, wanted in _wanted(group).items():
        number = wanted if free else wanted * (1 if pools[phases] else CANDIDATES)
        candidates += [(seed, group.positive, phases, kinds) for seed in islice(seeds, number)]
    with closing(in_order(_head, candidates, workers if len(candidates) > _AT_ONCE else 1, _AT_ONCE)) as heads:
        for head in heads:
            if head.one_head:
                pools[head.phases].append(head)
    return len(candidates)


def _head(candidate: _Candidate) -> Head:
    seed, invaded, phases, kinds = candidate
    series = series_of_head(seed, invaded, phases, kinds)
    labels = [phantom.truth.slice_invaded[index] for phantom in series for index in slices_of(phantom)]
    return Head(
        seed,
        invaded,
        phases,
        sum(labels),
        len(labels) - sum(labels),
        all(_invasion(phantom) == _invasion(series[0]) for phantom in series),
    )


def _invasion(phantom: Phantom) -> list[object]:
    return [(lesion.kind, lesion.parts, lesion.range_mm) for lesion in phantom.lesions]


def _wanted(group: Group) -> dict[Phases, int]:
    """Patients by the phases of their series, the rarest first."""
    return {(False,): group.plain, (False, True): group.both, (True,): group.contrast}


def _candidates(group: Group) -> int:
    free = group.positive_slices is None and group.negative_slices is None
    return group.patients * (1 if free else CANDIDATES)
