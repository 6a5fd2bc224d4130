"""The state of every case, for one reader and for all, as a list that is filtered and searched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from desktop.project.database import Project
from desktop.reading.run import Verdict

READERS = 2
"""Independent readers of a case, as in the paper."""


class State(Enum):
    """How far a case is, from the first step to the last."""

    EXCLUDED = "excluded"
    TO_MARK = "to mark"
    PROPOSED = "proposed"
    """There is a reading that nobody has confirmed."""
    MARKED = "marked"
    LABELLED = "labelled"
    """Every slice of the range has a label."""
    ANSWERED = "answered"
    TWO_EDITS = "two edits"
    """One reading was edited in two copies of the project or two windows, and one has to be chosen."""
    READ_TWICE = "read twice"
    IN_CONFLICT = "in conflict"
    """Two readers differ, or one of them has two edits."""
    SETTLED = "settled"


_TO_SETTLE = (State.TWO_EDITS, State.IN_CONFLICT)

_ORDER = {state: number for number, state in enumerate(State)}


class Row(NamedTuple):
    """One case of the list. A tuple, since ten thousand are made at once.

    Attributes:
        id, key, patient, contrast, excluded: as `Case` has them.
        problems, strata: JSON, as `Case` has them.
        mri: as `Case` has it.
        own: how far the reader is who looks; nothing of other readers follows from it.
        whole: how far the case is, over all readers: not for a reader who must not know.
    """

    id: str
    key: str
    patient: str
    contrast: str
    excluded: str
    problems: str
    strata: str
    mri: bool | None
    own: State
    whole: State


class _Entry(NamedTuple):
    """What the list needs of an entry, whose document is not read.

    Attributes:
        whole: whether it has marks and a verdict, as a cohort needs it.
    """

    reader: str
    settled: bool
    state: State
    whole: bool


def rows(project: Project, reader: str) -> list[Row]:
    """All cases with their states, in the order of their keys."""
    by_case: dict[str, list[_Entry]] = {}
    for case, code, settled, marked, labelled, in_range, verdict, proposed in project.rows(
        "SELECT case_id, reader, settled, marked, labelled, in_range, verdict, proposed FROM entries"
    ):
        state = State.PROPOSED if proposed else _state(bool(marked), labelled >= in_range > 0, verdict)
        by_case.setdefault(case, []).append(_Entry(code, bool(settled), state, bool(marked and verdict)))
    listed = []
    for own, key, patient, contrast, excluded, problems, strata, mri, conflict in project.rows(
        "SELECT id, key, patient, contrast, excluded, problems, strata, mri, conflict FROM cases "
        "ORDER BY length(patient), patient, length(key), key"
    ):
        states = _states(by_case.get(own, ()), reader, excluded, conflict)
        there = None if mri is None else bool(mri)
        listed.append(Row(own, key, patient, contrast, excluded, problems, strata, there, *states))
    return listed


def _state(marked: bool, labelled: bool, verdict: str) -> State:
    """How far one reader is. Slices of a case without invasion need no labels: none of them can be positive."""
    if marked and verdict and (labelled or verdict != Verdict.POSITIVE):
        return State.ANSWERED
    if marked and labelled:
        return State.LABELLED
    return State.MARKED if marked else State.TO_MARK


def filtered(found: Iterable[Row], states: Iterable[State] = (), text: str = "") -> list[Row]:
    """The rows in one of these states (in any, if none is given) in which the text is found."""
    wanted, searched = set(states), text.casefold().strip()
    return [
        row
        for row in found
        if (not wanted or row.whole in wanted or row.own in wanted) and (not searched or searched in _words(row))
    ]


def progress(found: Iterable[Row]) -> tuple[int, int]:
    """How many cases the reader has answered, and how many there are; excluded ones are not counted."""
    counted = [row for row in found if row.whole is not State.EXCLUDED]
    return sum(row.own is State.ANSWERED for row in counted), len(counted)


def next_open(found: list[Row], after: str = "", step: int = 1, *, settling: bool = False) -> Row | None:
    """The next case that the reader has not answered, after one (its id) and round to the beginning; None if there is
    none.

    Args:
        settling: the next one that has to be settled instead.
    """
    before_first = -1 if step > 0 else 0
    start = next((number for number, row in enumerate(found) if row.id == after), before_first)
    for away in range(1, len(found) + 1):
        row = found[(start + away * step) % len(found)]
        waits = row.whole in _TO_SETTLE if settling else row.own not in (State.ANSWERED, State.EXCLUDED)
        if waits and row.id != after:
            return row
    return None


def _states(found: Sequence[_Entry], reader: str, excluded: str, conflict: bool) -> tuple[State, State]:
    """How far the reader is, and how far the case is."""
    if excluded:
        return State.EXCLUDED, State.EXCLUDED
    independent = [entry for entry in found if not entry.settled]
    mine = [entry.state for entry in independent if entry.reader == reader]
    own = State.TWO_EDITS if len(mine) > 1 else next(iter(mine), State.TO_MARK)
    answered = {entry.reader for entry in independent if entry.state is State.ANSWERED}
    settled = [entry for entry in found if entry.settled]
    if len(settled) > 1:
        return own, State.TWO_EDITS
    if settled and settled[0].whole:
        return own, State.SETTLED
    if conflict:
        return own, State.IN_CONFLICT
    if len(answered) >= READERS:
        return own, State.READ_TWICE
    return own, max((entry.state for entry in independent), key=_ORDER.__getitem__, default=State.TO_MARK)


def _words(row: Row) -> str:
    return " ".join(row[1:7]).casefold()
