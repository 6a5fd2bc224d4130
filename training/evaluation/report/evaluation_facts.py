"""What an evaluation adds to the facts that checklists are written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from desktop.learning.cohort.population import PHANTOMS
from desktop.learning.guidelines.facts import Fact, Facts
from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.reported import Reported
from training.evaluation.cases.looks import Looks
from training.evaluation.figures.against import OtherModel
from training.evaluation.figures.evaluation import Evaluation
from training.evaluation.figures.placement import PlacementComparison
from training.evaluation.figures.readers import ReaderStudy
from training.evaluation.figures.shifted import Simulation
from training.evaluation.report.document import confusion
from training.evaluation.report.words import alone, both, methods, number, share, shares_of


def facts_of_evaluation(evaluation: Evaluation) -> Facts:
    """Everything that the evaluation knows, in whole sentences."""
    judged, patient = evaluation.judged, evaluation.measured.by("patient")
    shares = patient.performance.shares
    hit, missed, wrong, cleared = confusion(shares)
    facts = {
        Fact.DESIGN: "Retrospective as the program sees it: labels were there before the model judged.",
        Fact.TEST_SOURCE: f"Evaluated on a cohort of {evaluation.base.kind}.",
        Fact.TEST_RELATION: "Internal: other patients of the cohort that the model was fitted on."
        if evaluation.learned_here
        else "Not the cohort that the model was fitted on; whether some patients are in both is not known.",
        Fact.TEST_SEPARATION: _separation(evaluation),
        Fact.TEST_FLOW: (
            f"Evaluated: {evaluation.chosen.words}. All {len(judged.cases)} series were judged; "
            f"{sum(bool(case.reasons) for case in judged.cases)} of them got no verdict."
        ),
        Fact.TEST_NUMBERS: (
            f"{len(judged.patients)} patients, {len(judged.cases)} series, "
            f"{sum(len(case.slices) for case in judged.cases)} slices."
        ),
        Fact.TEST_CHARACTERISTICS: _characteristics(evaluation),
        Fact.LOOKS: _looks(evaluation.looks),
        Fact.REFERENCE_STANDARD: "Known truth of synthetic heads."
        if evaluation.base.kind == PHANTOMS
        else "The readings of the cohort: of a case the reader's verdict, of a slice the mark.",
        Fact.INDETERMINATE: _undecided(evaluation),
        Fact.MISSING: "A case with a missing series, reading or label stops the evaluation; a reader is compared on "
        "the cases that the reader called.",
        Fact.METRICS: "By patient, by series and by slice: accuracy, sensitivity, specificity, PPV, NPV, AUC, "
        "calibration intercept and slope, Brier score.",
        Fact.INTERVALS: f"95 %. {methods(_printed(evaluation))}",
        Fact.COMPARISON: _comparison(evaluation),
        Fact.FIGURES: "; ".join(_figures(evaluation)) + ".",
        Fact.CROSS_TABLE: (
            f"By patient: {hit} true positive, {missed} false negative, {wrong} false positive, {cleared} true "
            "negative."
        ),
        Fact.CALIBRATION: (
            f"By slice: intercept {both(evaluation.measured.by('slice').calibration.intercept)}, slope "
            f"{both(evaluation.measured.by('slice').calibration.slope)}, Brier score "
            f"{alone(evaluation.measured.by('slice').calibration.brier)}."
        ),
        Fact.FAILURES: _failures(evaluation),
        Fact.UPDATING: "The model was not updated by the cases evaluated.",
        Fact.OUTPUTS_KEPT: "Every slice's logit and probability, every series' run and score: slices.csv, series.csv.",
        Fact.SHIFT: _shift(evaluation),
    }
    if evaluation.measured.subgroups:
        facts[Fact.SUBGROUPS] = (
            "; ".join(
                f"{one.column} {one.value}: {one.positive} positive and {one.negative} negative series"
                + (f", sensitivity {alone(one.sensitivity.estimate)}" if one.sensitivity else "")
                + (f", specificity {alone(one.specificity.estimate)}" if one.specificity else "")
                for one in evaluation.measured.subgroups
            )
            + "."
        )
    if moved := evaluation.part(Simulation):
        facts[Fact.ROBUSTNESS] = (
            f"With the rectangles of {len(moved.cases)} series moved {moved.spread.draws} times at random "
            f"({moved.spread.shift_mm:g} mm, {moved.spread.scale:.0%}) the share of the series' verdicts "
            f"that stay is {number(moved.same)}."
        )
    if evaluation.base.kind == PHANTOMS:
        facts[Fact.LIMITATIONS] = "Synthetic heads only: the figures say nothing about any patient."
    return {name: text for name, text in facts.items() if text}


def _figures(evaluation: Evaluation) -> Iterator[str]:
    for unit in evaluation.measured.units:
        yield from (f"{name} by {unit.unit} {share(one)}" for name, one in shares_of(unit.performance))
        yield f"AUC by {unit.unit} {both(unit.performance.auc.estimate)}"


def _printed(evaluation: Evaluation) -> Iterator[Reported | Undefined]:
    for unit in evaluation.measured.units:
        own = unit.calibration
        yield from (unit.performance.shares.accuracy.estimate, unit.performance.auc.estimate)
        yield from (own.intercept, own.slope, own.brier)


def _failures(evaluation: Evaluation) -> str:
    """In numbers: keys of cases do not belong into what is published."""
    misread = [case for case in evaluation.judged.cases if case.misread]
    missed = sum(case.positive for case in misread)
    return (
        f"{len(misread)} of {len(evaluation.judged.cases)} series were misread: {missed} missed, "
        f"{len(misread) - missed} called positive without invasion. Each is in report.html with its strongest slice "
        "and map."
    )


def _separation(evaluation: Evaluation) -> str:
    if evaluation.learned_here:
        return (
            "Patients, studies, frames of reference, SOP instances and pixels were compared across the split when the "
            "model was fitted; the bundle's fingerprint of the split is the one given here."
        )
    return ""


def _undecided(evaluation: Evaluation) -> str:
    undecided = evaluation.measured.undecided[0]
    if not undecided.number:
        return f"All {undecided.of} patients have a verdict."
    ways = "; ".join(
        f"{way}: sensitivity {share(one.sensitivity)}, specificity {share(one.specificity)}"
        for way, one in undecided.shares.items()
    )
    return (
        f"No verdict for {undecided.number} of {undecided.of} patients: {undecided.withheld} withheld, since the "
        f"network has not seen the like, {undecided.indeterminate} indeterminate. By patient, {ways}."
    )


def _looks(looks: Looks | None) -> str:
    if looks is None:
        return "No test patient was looked at."
    return (
        f"Look {looks.number} at the test set, {looks.same} of them at exactly these cases and marks, with "
        f"{looks.models} model(s), this one included."
    )


def _characteristics(evaluation: Evaluation) -> str:
    phases = Counter(case.phase or "phase not stated" for case in evaluation.judged.cases)
    spacing = [case.spacing_mm for case in evaluation.judged.cases]
    by_phase = ", ".join(f"{count} {phase}" for phase, count in sorted(phases.items()))
    return f"Series: {by_phase}; {min(spacing):.2f} to {max(spacing):.2f} mm from slice to slice."


def _shift(evaluation: Evaluation) -> str:
    low, high = evaluation.manifest.slice_thickness_mm
    outside = sum(not low <= case.spacing_mm <= high for case in evaluation.judged.cases)
    strange = sum(
        bool(case.phase) and case.phase not in evaluation.manifest.contrast_phases for case in evaluation.judged.cases
    )
    return (
        f"{outside} series lie outside the slice distances learned from ({low:g} to {high:g} mm), {strange} are of a "
        "contrast phase that was not learned from."
    )


def _comparison(evaluation: Evaluation) -> str:
    parts = []
    if readers := evaluation.part(ReaderStudy):
        parts.append(
            f"With {len(readers.readers)} readers or modes of reading, by patient, paired: DeLong for AUC, exact "
            f"McNemar for shares. {readers.multiplicity}"
        )
    if other := evaluation.part(OtherModel):
        parts.append(f"With the model {other.manifest.id} {other.manifest.version}, paired.")
    if evaluation.part(PlacementComparison):
        parts.append("With the same model on a second reader's rectangles and ranges, paired.")
    return " ".join(parts) or "No comparison was made."
