"""A table of patients with T stage, such as RADCURE's clinical data (The Cancer Imaging Archive), saved as CSV."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from desktop.cohort_table import read_table
from desktop.messages import Message, message
from desktop.quoting import quoted

PATIENT, SITE, STAGE = "patient_id", "ds site", "t"
"""Columns, in lower case."""

_CONTRAST = "contrastenhanced"
_PHASES = {"1": "contrast", "yes": "contrast", "true": "contrast", "0": "plain", "no": "plain", "false": "plain"}

_KEPT = ("subsite", "stage")
"""Columns that the cohort keeps for subgroups, besides the T stage."""

_NASOPHARYNX = "nasopharynx"

_READABLE = re.compile(r"[cp]?T([1-4])[ab]?", re.IGNORECASE)
"""Not: TX, T0, Tis, recurrences (rT) and second tumours (T1 (2)), of which a skull base cannot be told."""

_INVADES_FROM = 3
"""AJCC, 7th and 8th edition: T1 and T2 spare the bone of the skull base. T3 takes it in, or paranasal sinuses alone,
and T4 what lies beyond: likely invasion, not certain."""

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
"""A patient's key becomes the name of a file."""


@dataclass(frozen=True)
class Staged:
    """A patient with a nasopharyngeal tumour.

    Attributes:
        key: the patient's.
        t_stage: as the table has it.
        phase: "plain", "contrast", or "" where the table does not say.
        others: further columns by name.
    """

    key: str
    t_stage: str
    phase: str
    others: dict[str, str]

    @property
    def invades(self) -> bool:
        """Whether the stage makes invasion of the skull base likely; otherwise it is ruled out."""
        found = _READABLE.fullmatch(self.t_stage)
        assert found is not None
        return int(found[1]) >= _INVADES_FROM


@dataclass(frozen=True)
class LeftOut:
    """A patient who does not become a case, and why, as a clause."""

    key: str
    reason: Message


def read_clinical(path: Path) -> tuple[list[Staged], list[LeftOut]]:
    """The patients of a table, and those who cannot be used.

    Raises:
        CohortRefused: the table cannot be read, or lacks a column.
    """
    staged: dict[str, Staged] = {}
    left_out: list[LeftOut] = []
    for row in read_table(path, (PATIENT, SITE, STAGE)):
        cells = row.cells
        key, stage, site = cells[PATIENT], cells[STAGE], cells[SITE]
        reason = None
        if not _KEY.fullmatch(key) or key.endswith((" ", ".")):
            reason = message(
                "its patient_id is {key} (line {number}), and a key is made of letters, digits, dots, hyphens and "
                "underscores",
                key=quoted(key),
                number=row.number,
            )
        elif site.casefold() != _NASOPHARYNX:
            reason = message("its site is {site}, not the nasopharynx", site=quoted(site))
        elif not stage:
            reason = message("its T stage is missing")
        elif not _READABLE.fullmatch(stage):
            reason = message("its T stage is {stage}, and T1 to T4 are expected", stage=quoted(stage))
        elif key in staged:
            reason = message("the table has it twice")
            staged.pop(key)
        if reason is not None:
            left_out.append(LeftOut(key, reason))
            continue
        phase = _PHASES.get(cells.get(_CONTRAST, "").casefold(), "")
        others = {"t_stage": stage} | {name: cells[name] for name in _KEPT if name in cells}
        staged[key] = Staged(key, stage, phase, others)
    twice = {item.key for item in left_out}
    return [item for item in staged.values() if item.key not in twice], left_out
