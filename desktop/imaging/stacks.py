"""From single slices to stacks: what belongs together, and what stands twice at one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from desktop.imaging.headers import Header
from desktop.imaging.series import Series, Skipped

DIRECTION_TOLERANCE = 1e-3
"""Direction cosines this near are one orientation (0.06 degrees); scanners round them to about six digits."""

SPACING_TOLERANCE = 1e-3
"""Pixel spacings within this share are one."""

SAME_PLACE_MM = 0.02
"""Two slices nearer than this lie at one position: above rounding, far below any spacing."""

Fingerprint = Callable[[Header], bytes]
"""Gives a digest of a slice's stored pixels, the same for the same picture."""


def stacks_of(headers: Iterable[Header], fingerprint: Fingerprint) -> tuple[tuple[Series, ...], tuple[Skipped, ...]]:
    """The stacks that these slices make, and the slices left out because the same picture is there already.

    Neither names nor numbers nor the order of the files have any say. Of a series with several stacks the largest
    comes first, so that the plain UID names it.
    """
    skipped: list[Skipped] = []
    series: list[Series] = []
    by_uid: dict[str, list[list[Header]]] = defaultdict(list)
    for group in _alike(headers):
        kept, doubles = _without_copies(group, fingerprint)
        skipped += doubles
        by_uid[group[0].series_instance_uid] += _apart(kept)
    for uid in sorted(by_uid):
        stacks = sorted(by_uid[uid], key=lambda members: (-len(members), min(map(_identity, members))))
        series += [_series(members, number) for number, members in enumerate(stacks, start=1)]
    return tuple(series), tuple(skipped)


def _identity(header: Header) -> tuple[str, int, tuple[float, ...], str]:
    """An order that depends on what the slices are, not on where their files lie; the name settles true copies."""
    return header.item.sop_instance_uid, header.item.place.frame, header.item.origin, header.item.shown


def _alike(headers: Iterable[Header]) -> list[list[Header]]:
    """Slices that agree in all that makes a stack: series, frame, size, kernel, kind of image, spacing, orientation."""
    groups: dict[tuple[object, ...], list[list[Header]]] = defaultdict(list)
    for header in sorted(headers, key=_identity):
        form = header.item.form
        key = (
            header.series_instance_uid, header.study_instance_uid, header.frame_of_reference_uid, header.modality,
            form.rows, form.columns, header.kernel, header.image_type, header.unit,
        )  # fmt: skip
        for group in groups[key]:
            if _one_plane(group[0], header):
                group.append(header)
                break
        else:
            groups[key].append([header])
    return [group for same in groups.values() for group in same]


def _one_plane(a: Header, b: Header) -> bool:
    spacings = np.array([[a.row_mm, a.column_mm], [b.row_mm, b.column_mm]])
    directions = np.array([[*a.across, *a.down], [*b.across, *b.down]])
    return bool(
        np.all(np.abs(spacings[0] - spacings[1]) <= SPACING_TOLERANCE * spacings[0])
        and np.all(np.abs(directions[0] - directions[1]) <= DIRECTION_TOLERANCE)
    )


def _same_place(members: Sequence[Header]) -> list[list[Header]]:
    """The members by position, those at one place together, from the feet up."""
    places: list[list[Header]] = []
    for header in sorted(members, key=lambda item: (item.position_mm, _identity(item))):
        if places and header.position_mm - places[-1][0].position_mm < SAME_PLACE_MM:
            places[-1].append(header)
        else:
            places.append([header])
    return places


def _without_copies(members: list[Header], fingerprint: Fingerprint) -> tuple[list[Header], list[Skipped]]:
    kept: list[Header] = []
    skipped: list[Skipped] = []
    for place in _same_place(members):
        seen: dict[tuple[object, ...], Header] = {}
        for header in place:
            # Alone at its place a slice needs no look at its pixels.
            form = header.item.form
            picture = (fingerprint(header), form.slope, form.intercept) if len(place) > 1 else ()
            first = seen.setdefault((*picture, *(round(x, 2) for x in header.item.origin)), header)
            if first is header:
                kept.append(header)
            else:
                skipped.append(Skipped(header.item.shown, f"the same picture as {first.item.shown}"))
    return kept, skipped


def _apart(members: list[Header]) -> list[list[Header]]:
    """Divide slices that lie at the same places by what tells them apart: acquisition, moment, reconstruction.

    Only then: some scanners count a new acquisition for every slice of one stack.
    """
    if len(_same_place(members)) == len(members):
        return [members]
    for which in range(len(members[0].apart)):
        parts: dict[str, list[Header]] = defaultdict(list)
        for header in members:
            parts[header.apart[which]].append(header)
        if len(parts) > 1 and all(len(_same_place(part)) == len(part) for part in parts.values()):
            return [parts[value] for value in sorted(parts)]
    return [members]


def _series(members: list[Header], stack: int) -> Series:
    first = min(members, key=_identity)
    places = _same_place(members)
    form = first.item.form
    return Series(
        series_instance_uid=first.series_instance_uid,
        stack=stack,
        study_instance_uid=first.study_instance_uid,
        frame_of_reference_uid=first.frame_of_reference_uid,
        description=first.description,
        patient=first.patient,
        modality=first.modality,
        localizer="LOCALIZER" in first.image_type,
        manufacturer=first.manufacturer,
        rows=form.rows,
        columns=form.columns,
        row_mm=first.row_mm,
        column_mm=first.column_mm,
        across=first.across,
        down=first.down,
        kernel=first.kernel,
        contrast=first.contrast,
        unit=first.unit,
        lossy=next((header.lossy for header in sorted(members, key=_identity) if header.lossy), ""),
        window=first.window,
        doubled_mm=tuple(place[0].position_mm for place in places if len(place) > 1),
        slices=tuple(header.item for place in places for header in place),
    )
