"""What cases share that should have nothing in common."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from desktop.learning.cohort.examine import Identity


class Trait(StrEnum):
    """What two cases can have in common besides the patient's key, in words."""

    STUDY = "StudyInstanceUID"
    FRAME = "FrameOfReferenceUID"
    INSTANCE = "SOPInstanceUID"
    PIXELS = "the same pixels"


@dataclass(frozen=True)
class Shared:
    """Two cases that share a trait.

    Attributes:
        value: one that they share.
        count: how many they share: slices, or 1.
    """

    trait: Trait
    first: Identity
    second: Identity
    value: str
    count: int


def shared(
    cases: Iterable[Identity], traits: Iterable[Trait], meet: Callable[[Identity, Identity], bool]
) -> Iterator[Shared]:
    """Pairs of cases with a trait in common, each pair and trait once; only pairs for which `meet` is true."""
    known = list(cases)
    for trait in traits:
        holders: dict[Hashable, list[int]] = {}
        found: dict[tuple[int, int], list[str]] = {}
        for number, case in enumerate(known):
            for value in dict.fromkeys(_values(case, trait)):
                for earlier in holders.setdefault(value, []):
                    if meet(known[earlier], case):
                        found.setdefault((earlier, number), []).append(value)
                holders[value].append(number)
        for (first, second), values in found.items():
            yield Shared(trait, known[first], known[second], values[0], len(values))


def _values(case: Identity, trait: Trait) -> tuple[str, ...]:
    values = {
        Trait.STUDY: (case.study,),
        Trait.FRAME: (case.frame_of_reference,),
        Trait.INSTANCE: case.sop_instance_uids,
        Trait.PIXELS: case.pixel_hashes,
    }[trait]
    return tuple(value for value in values if value)
