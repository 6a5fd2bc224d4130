"""Checklists filled from facts, for people (Markdown) and for spreadsheets (CSV)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.csv_text import write_table
from desktop.learning.guidelines.facts import Facts
from desktop.learning.guidelines.guideline import GUIDELINES, Guideline, Item

MARKDOWN_FILE, TABLE_FILE = "checklist.md", "checklist.csv"

_HEAD = (
    "# Reporting checklists",
    "",
    "Filled by the program, from what the bundle, its run and the evaluation know: **the authors must check every "
    "answer, and give what is not available.** What is asked is shortened, and items are numbered as in public lists "
    "of them; the guidelines' own text counts.",
    "",
)

_SPECIAL = re.compile(r"([\\|<*`\[\]])")
"""Characters that would end a cell or change how it looks."""


class State(StrEnum):
    """How far an item is answered."""

    ANSWERED = "answered"
    IN_PART = "in part"
    NOT_AVAILABLE = "not available"


@dataclass(frozen=True)
class Answer:
    """An item and what is known of it; `text` is empty where nothing is."""

    item: Item
    state: State
    text: str


def answers(guideline: Guideline, facts: Facts) -> tuple[Answer, ...]:
    """Every item of a guideline, answered as far as the facts go."""
    return tuple(_answer(item, facts) for item in guideline.items())


def write_checklists(facts: Facts, out: Path) -> None:
    """Write `checklist.md` and `checklist.csv`, which hold all guidelines, into the folder `out`.

    Raises:
        OSError: the medium fails; a half-written file may be left (see `desktop.files`).
    """
    found = {guideline: answers(guideline, facts) for guideline in GUIDELINES}
    lines = [*_HEAD, *(line for guideline, given in found.items() for line in _section(guideline, given))]
    (out / MARKDOWN_FILE).write_text("\n".join(lines), encoding="utf-8")
    rows = [
        {
            "guideline": guideline.name,
            "item": answer.item.number,
            "section": answer.item.section,
            "requirement": answer.item.requirement,
            "state": answer.state.value,
            "answer": answer.text,
        }
        for guideline, given in found.items()
        for answer in given
    ]
    write_table(out / TABLE_FILE, rows)


def _answer(item: Item, facts: Facts) -> Answer:
    known = [text for fact in item.facts if (text := facts.get(fact))]
    if not known:
        return Answer(item, State.NOT_AVAILABLE, "")
    lacking = [fact.meaning for fact in item.facts if not facts.get(fact)] + ([item.left] if item.left else [])
    if not lacking:
        return Answer(item, State.ANSWERED, " ".join(known))
    return Answer(item, State.IN_PART, f"{' '.join(known)} Not available: {'; '.join(lacking)}.")


def _section(guideline: Guideline, given: Sequence[Answer]) -> Iterable[str]:
    states = [answer.state for answer in given]
    yield from (f"## {guideline.name}", "", guideline.reference, "")
    yield f"{len(given)} items, sub-items counted: {', '.join(f'{states.count(state)} {state}' for state in State)}."
    yield from ("", "| item | section | requirement | state | answer |", "|---|---|---|---|---|")
    for answer in given:
        item = answer.item
        cells = (item.number, item.section, item.requirement, answer.state, answer.text)
        yield f"| {' | '.join(_cell(cell) for cell in cells)} |"
    yield ""


def _cell(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
