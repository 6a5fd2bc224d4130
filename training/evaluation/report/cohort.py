"""Who was evaluated: the flow of cases (the paper's Figure 1) and the table of patients."""

from __future__ import annotations

from collections.abc import Iterator

from training import drawings
from training.evaluation.figures.characteristics import LABELS, Kinds, Numbers
from training.evaluation.figures.evaluation import Evaluation
from training.evaluation.figures.flow import Group
from training.evaluation.figures.quantiles import Quantiles
from training.evaluation.report.document import confusion
from training.evaluation.report.page import Block, Paragraph, Picture, Section, Table


def sections(evaluation: Evaluation) -> Iterator[Section]:
    """Both."""
    yield Section("Flow of cases", tuple(_flow(evaluation)))
    yield Section("Patients", tuple(_patients(evaluation)))


def _flow(evaluation: Evaluation) -> Iterator[Block]:
    yield Picture.drawing(
        drawings.flow(tuple(_steps(evaluation))),
        "Flow of the cases from those found to those with a verdict",
        "Flow of the cases. Patients and series; positive by the cohort's labels.",
        wide=True,
    )
    if evaluation.flow.excluded:
        yield Table(
            ("left out of the cohort, because", "series"),
            tuple((reason, str(number)) for reason, number in evaluation.flow.excluded.items()),
        )
    else:
        yield Paragraph(
            "No file excluded.csv lies beside the cohort's table, so that this report cannot say which series were "
            "left out before, and why."
        )


def _steps(evaluation: Evaluation) -> Iterator[drawings.Step]:
    flow, undecided = evaluation.flow, evaluation.measured.undecided[0]
    if flow.excluded:
        out = sum(flow.excluded.values())
        reasons = "\n".join(
            f"{number} {drawings.shortened(reason, f'for reason {place} of the table')}"
            for place, (reason, number) in enumerate(flow.excluded.items(), start=1)
        )
        yield drawings.Step(f"{flow.cohort.series + out} series found", f"{out} left out of the cohort:\n{reasons}")
    others = [side for side in flow.sides if side.name != "test" and side.patients]
    elsewhere = "" if flow.cohort.patients == flow.evaluated.patients else "not evaluated here"
    if elsewhere and others:
        elsewhere += "".join(f"\n{side.name}: {_in_short(side)}" for side in flow.sides if side.patients)
        elsewhere = elsewhere.replace("not evaluated here", "split by patient:", 1)
    yield drawings.Step(f"cohort\n{_in_numbers(flow.cohort)}", elsewhere)
    reasons = "".join(f"\nfailed in {number} series: {name}" for name, number in undecided.reasons.items())
    aside = ""
    if undecided.number:
        aside = (
            f"no verdict, by patient: {undecided.withheld} withheld,\n{undecided.indeterminate} indeterminate{reasons}"
        )
    words = drawings.shortened(evaluation.chosen.words, "see above")
    yield drawings.Step(f"evaluated ({words})\n{_in_numbers(flow.evaluated)}", aside)
    hit, missed, wrong, cleared = confusion(evaluation.measured.by("patient").performance.shares)
    yield drawings.Step(
        f"{undecided.of - undecided.number} patients with a verdict\n"
        f"called positive: {hit} positive, {wrong} negative\ncalled negative: {missed} positive, {cleared} negative"
    )


def _in_numbers(group: Group) -> str:
    return (
        f"{group.patients} patients ({group.positive} positive, {group.patients - group.positive} negative)\n"
        f"{group.series} series ({group.positive_series} positive, {group.series - group.positive_series} negative)"
    )


def _in_short(group: Group) -> str:
    return f"{group.patients} patients ({group.positive} positive)"


def _patients(evaluation: Evaluation) -> Iterator[Block]:
    table = evaluation.base.characteristics
    rows: list[tuple[str, ...]] = [
        (name, *(str(counts[label]) for label in LABELS))
        for name, counts in (("patients", table.patients), ("series", table.series), ("slices in range", table.slices))
    ]
    for trait in table.rows:
        if isinstance(trait, Kinds):
            whole = table.patients if trait.by == "patient" else table.series
            for value, counts in trait.counts.items():
                cells = (f"{counts[label]} ({counts[label] / max(whole[label], 1):.0%})" for label in LABELS)
                rows.append((f"{trait.name}: {value}", *cells))
        else:
            rows.append(
                (f"{trait.name}{_missing(trait)}", *(_spread(trait.spread[label], trait.digits) for label in LABELS))
            )
    yield Table(
        ("", *LABELS),
        tuple(rows),
        f"The patients evaluated: {evaluation.chosen.words}.",
        "Numbers (share), or median (middle half). Contrast, age and sex by patient, all else by series; from the "
        "headers or, where the cohort's table states it, from there. Labels are the cohort's.",
    )
    if evaluation.flow.sides:
        yield Table(
            ("side of the split", "patients", "positive", "negative", "series", "positive series"),
            tuple(
                (
                    side.name,
                    str(side.patients),
                    str(side.positive),
                    str(side.patients - side.positive),
                    str(side.series),
                    str(side.positive_series),
                )
                for side in (*evaluation.flow.sides, evaluation.flow.cohort)
            ),
            "Labels by side.",
        )


def _missing(trait: Numbers) -> str:
    return f" (not stated: {trait.missing})" if trait.missing else ""


def _spread(spread: Quantiles | None, digits: int) -> str:
    if spread is None:
        return ""
    return f"{spread.median:.{digits}f} ({spread.lower:.{digits}f} to {spread.upper:.{digits}f})"
