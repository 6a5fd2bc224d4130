"""A cohort in numbers, as the paper counts: patients, series, slices, training images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from desktop.learning.cohort.examine import MarkedSeries
from desktop.learning.cohort.members import Case, phase_of


@dataclass(frozen=True)
class CaseFacts:
    """What is kept of a case when its pixels are let go.

    Attributes:
        phase: "plain", "contrast", or "" where it is not known.
        slices: in range, of them `positive_slices` called positive.
    """

    case: Case
    phase: str
    slices: int
    positive_slices: int

    @staticmethod
    def of(marked: MarkedSeries) -> CaseFacts:
        """The facts of a case that was examined."""
        return CaseFacts(marked.case, marked.phase, len(marked.invaded), int(marked.invaded.sum()))


@dataclass(frozen=True)
class Numbers:
    """Counts of one group of cases.

    Attributes:
        patients: of them `plain_only`, `contrast_only`, with `both`; of the rest it is not known.
        slices: in range, of them `positive_slices` called positive.
        training_images: as in the paper: of positive cases the slices called positive, of negative ones all.
    """

    patients: int
    plain_only: int
    contrast_only: int
    both: int
    series: int
    slices: int
    positive_slices: int
    training_images: int

    @staticmethod
    def of(cases: Sequence[CaseFacts]) -> Numbers:
        """Count."""
        phases: dict[str, list[str]] = {}
        for case in cases:
            phases.setdefault(case.case.patient, []).append(case.phase)
        kinds = [phase_of(own) for own in phases.values()]
        return Numbers(
            patients=len(kinds),
            plain_only=kinds.count("plain"),
            contrast_only=kinds.count("contrast"),
            both=kinds.count("both"),
            series=len(cases),
            slices=sum(case.slices for case in cases),
            positive_slices=sum(case.positive_slices for case in cases),
            training_images=sum(case.positive_slices if case.case.positive else case.slices for case in cases),
        )


def as_table(groups: dict[str, Numbers]) -> str:
    """Aligned columns of text, one line for each group."""
    heads = [name.replace("_", " ") for name in asdict(next(iter(groups.values())))]
    rows = [["", *heads], *([name, *map(str, asdict(numbers).values())] for name, numbers in groups.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    )
