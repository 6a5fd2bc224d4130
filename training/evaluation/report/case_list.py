"""Misread and indeterminate cases, and every patient."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.reading.run import Verdict
from training.evaluation.cases.chosen import SHOWN_AT_RANDOM
from training.evaluation.cases.judged import JudgedCase
from training.evaluation.figures.evaluation import Evaluation
from training.evaluation.report.page import Block, Paragraph, Picture, Section, Table


def sections(evaluation: Evaluation) -> Iterator[Section]:
    """The cases."""
    misread = [case for case in evaluation.judged.cases if case.misread]
    yield Section(f"Misread series ({len(misread)})", tuple(_misread(evaluation, misread)))
    yield Section("Slices with both maps", tuple(_sheets(evaluation)))
    open_ones = [case for case in evaluation.judged.cases if case.reasons]
    if open_ones:
        yield Section(f"Series without a verdict ({len(open_ones)})", (_indeterminate(open_ones),))
    yield Section("Every patient", (_patients(evaluation),))


def _misread(evaluation: Evaluation, misread: list[JudgedCase]) -> Iterator[Block]:
    if not misread:
        yield Paragraph("No series with a verdict was misread.")
        return
    yield Paragraph(
        "Each with its strongest slice, the ROI as marked and the map of the evidence for and against invasion. The "
        "pictures show the cohort's own patients: protect this file as you protect their images."
    )
    for case in misread:
        truth = "invasion, missed" if case.positive else "no invasion, called positive"
        labelled = sum(item.invaded for item in case.slices)
        caption = (
            f"{case.key} (patient {case.patient}): {truth}. Longest run in slices {case.run.slices}, in mm "
            f"{case.run.mm:.1f}; "
            f"{evaluation.cutoff.score_name} {case.score:.3f}; {labelled} of {len(case.slices)} slices are labelled "
            f"positive{', ' + case.phase if case.phase else ''}; ROI {case.area_cm2:.1f} cm²."
        )
        yield Picture.photograph(
            evaluation.base.pictures[case.key], f"Strongest slice of {case.key} with ROI and heat map", caption
        )


def _sheets(evaluation: Evaluation) -> Iterator[Block]:
    yield Paragraph(
        f"As in the paper's Figures 4 to 6: {SHOWN_AT_RANDOM} cases of each label, drawn by their keys before anything "
        "was judged, and those chosen with --show. The second row shows the evidence for and against invasion, "
        + ("on one scale for all cases of this model" if evaluation.manifest.maps else "on a scale of the case's own")
        + "; the third is the paper's look: evidence for invasion alone, every slice to its own maximum, so that it "
        "looks as strong where there is hardly any."
    )
    cases = {case.key: case for case in evaluation.judged.cases}
    for key, image in evaluation.base.sheets.items():
        case = cases[key]
        yield Picture.photograph(
            image,
            f"Slices of {key} with both maps",
            f"{key} ({evaluation.base.shown[key]}): label {'positive' if case.positive else 'negative'}, verdict "
            f"{case.verdict}, run {case.run.slices}. Lowest slice at the left.",
        )


def _indeterminate(cases: list[JudgedCase]) -> Table:
    return Table(
        ("case", "label", "kind", "why there is no verdict"),
        tuple(
            (
                case.key,
                "positive" if case.positive else "negative",
                "withheld" if case.withheld else "indeterminate",
                " ".join(case.reasons),
            )
            for case in cases
        ),
        'They are left out of every figure by series or slice but those under "With and without a verdict"; a patient '
        "with another series that is positive counts by that one.",
    )


def _patients(evaluation: Evaluation) -> Table:
    rows = []
    for patient in evaluation.judged.patients:
        label, verdict = "positive" if patient.positive else "negative", str(patient.verdict)
        wrong = any(case.misread for case in patient.cases)
        decided = patient.verdict is not Verdict.INDETERMINATE
        rows.append(
            (
                patient.key,
                label,
                verdict,
                "misread" if decided and verdict != label else "misread series" if wrong else "",
                patient.phase,
                str(len(patient.cases)),
                str(patient.run_slices),
                f"{max(case.run.mm for case in patient.cases):.1f}",
                f"{patient.score:.3f}",
            )
        )
    head = ("patient", "label", "verdict", "read", "contrast", "series", "run", "mm", f"{evaluation.cutoff.score_name}")
    return Table(head, tuple(rows), "A patient is positive when any series is. Runs in slices; mm of the longest one.")
