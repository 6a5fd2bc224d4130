"""Groups slices into stacks, and finds copies at the same position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import dist, floor
from typing import TypeVar

import numpy as np

from desktop.adjacency import SAME_PLACE_MM, neighbours
from desktop.imaging.geometry import position_of
from desktop.imaging.headers import Header
from desktop.imaging.patients import doubts_of, fullest, people_of
from desktop.imaging.series import Membership, Series, Skipped
from desktop.messages import message

DIRECTION_TOLERANCE = 1e-3
"""Direction cosines this close are one orientation (0.06 degrees); scanners round them to about six digits."""

SPACING_TOLERANCE = 1e-3
"""Pixel spacings within this share of each other are equal."""

LEAST_PART = 3
"""Minimum slices of a part that may be a separate scan; some scanners give each slice its own number and time."""

MOST_FRAGMENTS = 10
"""From this many similar single-slice series on, they are no longer listed one by one. A site's needle control or bolus
tracking makes a few, an anonymiser hundreds."""

_CELL = 10 * DIRECTION_TOLERANCE

Value = TypeVar("Value", str, int)

SamePicture = Callable[[Header, Header], bool]
"""Whether two slices at one position show the same image."""


@dataclass
class _Copies:
    """Copies that were left out, each with the slice that was kept."""

    of: dict[int, list[Header]] = field(default_factory=lambda: defaultdict(list))
    skipped: list[Skipped] = field(default_factory=list)

    def leave_out(self, copy: Header, kept: Header) -> None:
        self.of[id(kept)].append(copy)
        self.skipped.append(Skipped(copy.item.shown, message("the same image as {kept}", kept=kept.item.shown)))


def stacks_of(headers: Iterable[Header], same_picture: SamePicture) -> tuple[tuple[Series, ...], tuple[Skipped, ...]]:
    """The stacks of these slices, and the copies that were left out.

    Names, numbers and the order of files play no part. If a series has several stacks, the largest comes first, so that
    the plain UID names it.
    """
    copies = _Copies()
    people: dict[str, int] = {}
    groups: list[_Group] = []
    for uid, members in _by(headers, lambda header: header.series_instance_uid).items():
        persons = _by_person(members)
        people[uid] = len(persons)
        strays = [person for person in persons if len(person) < LEAST_PART]
        if len(strays) >= MOST_FRAGMENTS:  # too many to list one by one, and none of them can be judged
            persons = [person for person in persons if len(person) >= LEAST_PART]
            mixed = [header for person in strays for header in person]
            groups += (_Group(alike, mixed=True) for alike in _alike(mixed))
        groups += (part for person in persons for alike in _alike(person) for part in _by_uids(alike))
    by_uid: dict[str, list[_Group]] = defaultdict(list)
    for group in _across_series(groups):
        for members in _apart(_without_copies(group.members, same_picture, copies)):
            by_uid[min(members, key=_identity).series_instance_uid].append(replace(group, members=members))
    series: list[Series] = []
    for uid in sorted(by_uid):
        stacks = sorted(by_uid[uid], key=lambda group: (-len(group.members), min(map(_identity, group.members))))
        series += [_series(group, number, people[uid], copies) for number, group in enumerate(stacks, start=1)]
    return tuple(series), tuple(copies.skipped)


@dataclass(frozen=True)
class _Group:
    """Slices that belong together, and what their UIDs showed; attributes as in `Membership`."""

    members: list[Header]
    mixed: bool = False
    scattered: tuple[str, ...] = ()
    one_each: bool = True
    apart: tuple[str, ...] = ()


_UIDS: dict[str, Callable[[Header], str]] = {
    "StudyInstanceUID": lambda header: header.study_instance_uid,
    "FrameOfReferenceUID": lambda header: header.frame_of_reference_uid,
}


def _by(headers: Iterable[Header], value: Callable[[Header], Value]) -> dict[Value, list[Header]]:
    parts: dict[Value, list[Header]] = defaultdict(list)
    for header in headers:
        parts[value(header)].append(header)
    return parts


def _by_person(members: list[Header]) -> list[list[Header]]:
    people = people_of({header.patient for header in members})
    if len(people) == 1:
        return [members]
    whose = {patient: number for number, person in enumerate(people) for patient in person}
    return list(_by(members, lambda header: whose[header.patient]).values())


def _by_uids(members: list[Header]) -> list[_Group]:
    """Divide similar slices by study and frame of reference.

    A UID that changes from slice to slice is the work of an anonymiser and divides nothing: parts of fewer than
    `LEAST_PART` positions are not stacks, so they stay together (checks decide whether they may be judged). A UID that
    changes between stacks does divide, because positions in two frames of reference cannot be compared.
    """
    groups = [_Group(members)]
    for keyword in _UIDS:
        groups = [part for group in groups for part in _divided(group, keyword)]
    return groups


def _divided(group: _Group, keyword: str) -> list[_Group]:
    parts = _by(group.members, _UIDS[keyword])
    unstated = parts.pop("", [])
    if len(parts) < 2:
        return [group]
    places = {uid: len(_same_place(part)) for uid, part in parts.items()}
    large = sorted((uid for uid in parts if places[uid] >= LEAST_PART), key=lambda uid: (-places[uid], uid))
    small = [header for uid in parts if places[uid] < LEAST_PART for header in parts[uid]]
    scattered = (*group.scattered, keyword)
    if not large:
        each = group.one_each and set(places.values()) == {1}
        return [replace(group, scattered=scattered, one_each=each)]
    apart = (*group.apart, keyword)
    stacks = [replace(group, members=parts[uid], apart=apart) for uid in large]
    stacks[0] = replace(stacks[0], members=[*stacks[0].members, *unstated])
    if small:
        stacks.append(replace(group, members=small, scattered=scattered, one_each=False, apart=apart))
    return stacks


def _across_series(groups: list[_Group]) -> list[_Group]:
    """Join slices that an anonymiser has turned into single-slice series.

    Only if person, study, frame of reference, size, direction, kernel and kind agree, and the positions make one even
    stack. Other fragments stay separate, unless there are too many to list; those cannot be judged.
    """
    whole: list[_Group] = []
    fragments: list[Header] = []
    for group in groups:
        small = len(group.members) < LEAST_PART or len(_same_place(group.members)) < LEAST_PART
        if small and not group.apart and not group.mixed:
            fragments += group.members
        else:
            whole.append(group)
    for alike in _alike(fragments):
        for person in _by_person(alike):
            whole += (part for group in _by_uids(person) for part in _one_series(group))
    return whole


def _one_series(group: _Group) -> list[_Group]:
    parts = _by(group.members, lambda header: header.series_instance_uid)
    each = group.one_each and all(len(_same_place(part)) == 1 for part in parts.values())
    if len(parts) >= LEAST_PART and ((each and _even(group.members)) or len(parts) >= MOST_FRAGMENTS):
        return [replace(group, scattered=("SeriesInstanceUID", *group.scattered), one_each=each)]
    return [part for members in parts.values() for part in _by_uids(members)]


def _even(members: list[Header]) -> bool:
    plane = min(members, key=_identity)
    positions = [position_of(plane.across, plane.down, place[0].item.origin) for place in _same_place(members)]
    return len(positions) >= LEAST_PART and bool(neighbours(positions, float(np.median(np.diff(positions)))).all())


def _identity(header: Header) -> tuple[str, int, bool, tuple[float, ...], str]:
    """A sort key that does not depend on where files lie; the name decides between true copies only."""
    item = header.item
    return item.sop_instance_uid, item.place.frame, item.form.compressed, item.origin, item.shown


def _alike(headers: Iterable[Header]) -> list[list[Header]]:
    """Group slices by everything that defines a stack except UIDs: size, kernel, kind of image, spacing,
    orientation."""
    groups: dict[tuple[object, ...], dict[tuple[int, ...], list[list[Header]]]] = defaultdict(lambda: defaultdict(list))
    for header in sorted(headers, key=_identity):
        form = header.item.form
        key = (
            header.modality, form.rows, form.columns, header.kernel, header.image_type, header.kind, header.unit,
            header.stack_id, header.synthetic,
        )  # fmt: skip
        near = (group for cell in _cells(header) for group in groups[key].get(cell, ()))
        for group in near:
            if _one_plane(group[0], header):
                group.append(header)
                break
        else:
            groups[key][_cell(header)].append([header])
    return [group for cells in groups.values() for same in cells.values() for group in same]


def _cell(header: Header) -> tuple[int, ...]:
    """The cell of an orientation on a coarse grid, so that not every slice is compared with every group."""
    return tuple(floor(value / _CELL) for value in (header.across[0], header.across[1], header.down[2]))


def _cells(header: Header) -> Iterable[tuple[int, ...]]:
    """This cell and its neighbours."""
    here = _cell(header)
    return (tuple(a + b for a, b in zip(here, way, strict=True)) for way in product((0, -1, 1), repeat=len(here)))


def _one_plane(a: Header, b: Header) -> bool:
    return (
        abs(a.row_mm - b.row_mm) <= SPACING_TOLERANCE * a.row_mm
        and abs(a.column_mm - b.column_mm) <= SPACING_TOLERANCE * a.column_mm
        and all(
            abs(x - y) <= DIRECTION_TOLERANCE for x, y in zip((*a.across, *a.down), (*b.across, *b.down), strict=True)
        )
    )


def _same_place(members: Sequence[Header]) -> list[list[Header]]:
    """The members grouped by position, from the feet up.

    All positions are measured along one normal, that of the first, so that the stack is sorted in its own geometry.
    """
    plane = min(members, key=_identity)
    placed = [(position_of(plane.across, plane.down, header.item.origin), header) for header in members]
    places: list[list[Header]] = []
    last = 0.0
    for position, header in sorted(placed, key=lambda pair: (pair[0], _identity(pair[1]))):
        if places and position - last < SAME_PLACE_MM:
            places[-1].append(header)
        else:
            places.append([header])
            last = position
    return places


def _without_copies(members: list[Header], same_picture: SamePicture, copies: _Copies) -> list[Header]:
    kept: list[Header] = []
    for place in _same_place(members):
        here: list[Header] = []
        for header in sorted(place, key=_identity):
            first = next((other for other in here if _near(other, header) and same_picture(other, header)), None)
            if first is None:
                here.append(header)
            else:
                copies.leave_out(header, first)
        kept += here
    return kept


def _near(a: Header, b: Header) -> bool:
    return dist(a.item.origin, b.item.origin) < SAME_PLACE_MM


def _apart(members: list[Header]) -> list[list[Header]]:
    """Divide several scans within one series: by acquisition, time, contrast, reconstruction.

    Only if their slices lie at the same positions or between each other: some scanners count a new acquisition for
    every slice of one stack, or for every rotation of the tube.
    """
    places = _same_place(members)
    fullest = max(map(len, places))
    for which in range(len(members[0].apart)):
        parts: dict[str, list[Header]] = defaultdict(list)
        for header in members:
            parts[header.apart[which]].append(header)
        least = min(map(len, parts.values()))
        if len(parts) == 1 or (least < LEAST_PART and len(parts) > fullest):
            continue
        if fullest > 1:
            fits = all(len(_same_place(part)) == len(part) for part in parts.values())
        else:
            fits = least >= LEAST_PART and _interleaved([place[0].apart[which] for place in places])
        if fits:
            return [stack for value in sorted(parts) for stack in _apart(parts[value])]
    return [members]


def _interleaved(values: Sequence[str]) -> bool:
    """Whether a value returns after a different one."""
    blocks = [value for number, value in enumerate(values) if number == 0 or value != values[number - 1]]
    return len(blocks) > len(set(blocks))


def _series(group: _Group, stack: int, people: int, copies: _Copies) -> Series:
    members = group.members
    first = min(members, key=_identity)
    places = _same_place(members)
    form = first.item.form
    return Series(
        series_instance_uid=first.series_instance_uid,
        stack=stack,
        study_instance_uid=first.study_instance_uid,
        frame_of_reference_uid=next((one.frame_of_reference_uid for one in members if one.frame_of_reference_uid), ""),
        description=first.description,
        patient=fullest({header.patient for header in members}),
        modality=first.modality,
        localizer=first.localizer,
        kind=first.kind,
        kind_stated=bool(first.image_type),
        manufacturer=first.manufacturer,
        synthetic=first.synthetic,
        rows=form.rows,
        columns=form.columns,
        row_mm=first.row_mm,
        column_mm=first.column_mm,
        across=first.across,
        down=first.down,
        kernel=first.kernel,
        contrast=first.contrast,
        unit=first.unit,
        lossy=next((header.lossy for header in sorted(members, key=_identity) if header.lossy), None),
        window=first.window,
        doubled_mm=tuple(
            position_of(first.across, first.down, place[0].item.origin) for place in places if len(place) > 1
        ),
        copies=tuple(sorted({copy.item.sop_instance_uid for one in members for copy in copies.of.get(id(one), ())})),
        membership=Membership(
            series_instance_uids=tuple(sorted({header.series_instance_uid for header in members})),
            people=people,
            mixed=group.mixed,
            doubts=doubts_of([header.patient for header in members]),
            scattered=group.scattered,
            one_each=group.one_each,
            apart=group.apart,
        ),
        slices=tuple(header.item for place in places for header in place),
    )
