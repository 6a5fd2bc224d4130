"""The guidelines and their items, read from the tables beside this file.

The numbers are the guidelines' own; what is asked is said in our own short words, and the published text counts.
The publishers' own pages were not at hand: each number and its place were compared in at least two public lists that
agree; one of them, for all three, is skills/check-reporting in the public repository Aperivue/medsci-skills, whose list
of STARD-AI was compared row by row with Table 2 of the accepted manuscript.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

from desktop.learning.guidelines.facts import Fact


@dataclass(frozen=True)
class Item:
    """One row of a guideline.

    Attributes:
        number: as the guideline has it, "12" or "12c".
        section: of the paper.
        requirement: what is to be reported.
        facts: that answer it, all of them together; none where no program can know.
        left: what the authors must add when all facts are known; "" where nothing is left.
    """

    number: str
    section: str
    requirement: str
    facts: tuple[Fact, ...]
    left: str


@dataclass(frozen=True)
class Guideline:
    """A guideline with its items in order.

    Attributes:
        reference: where it was published.
        table: the file that its items are read from; columns as in `Item`, facts by their keys.
    """

    name: str
    reference: str
    table: str

    def items(self) -> tuple[Item, ...]:
        """The items in the guideline's order."""
        text = (files(__package__) / self.table).read_text(encoding="utf-8")
        return tuple(
            Item(
                row["number"],
                row["section"],
                row["requirement"],
                tuple(Fact(key) for key in row["facts"].split()),  # type: ignore[call-arg]  # by value
                row["left"],
            )
            for row in csv.DictReader(text.splitlines())
        )


GUIDELINES = (
    Guideline(
        "CLAIM 2024",
        "Tejani et al., Checklist for Artificial Intelligence in Medical Imaging (CLAIM): 2024 Update. Radiology: "
        "Artificial Intelligence 2024;6(4):e240300.",
        "claim_2024.csv",
    ),
    Guideline(
        "TRIPOD+AI",
        "Collins et al., TRIPOD+AI statement. BMJ 2024;385:e078378.",
        "tripod_ai_2024.csv",
    ),
    Guideline(
        "STARD-AI",
        "Sounderajah et al., The STARD-AI reporting guideline for diagnostic accuracy studies using artificial "
        "intelligence. Nature Medicine 2025;31(10):3283-3289.",
        "stard_ai_2025.csv",
    ),
)
