"""What was found, unit by unit: figures, ROC curves, confusion matrices, runs, cut-offs, subgroups."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from desktop.learning.statistics.estimate import Undefined
from training import drawings
from training.evaluation.figures.evaluation import Evaluation
from training.evaluation.figures.measured import FEWEST, UnitFigures
from training.evaluation.figures.performance import Area
from training.evaluation.figures.readers import ReaderStudy
from training.evaluation.report.document import confusion
from training.evaluation.report.page import Block, Paragraph, Picture, Section, Table
from training.evaluation.report.words import NAMES, alone, both, interval, methods, share, shares_of

RATES = ("accuracy", "sensitivity", "specificity")
"""Told where columns are few."""

_MANY = {"patient": "patients", "series": "series", "slice": "slices"}


def in_short(evaluation: Evaluation) -> Iterator[Section]:
    """What everybody reads."""
    yield Section("In short", tuple(_short(evaluation)))


def sections(evaluation: Evaluation) -> Iterator[Section]:
    """The sections, the most important first."""
    for unit in evaluation.measured.units:
        yield Section(f"By {unit.unit}", tuple(_unit(evaluation, unit)))
    yield Section("With and without a verdict", tuple(_undecided(evaluation)))
    yield Section("Runs and cut-offs", tuple(_cutoffs(evaluation)))
    if evaluation.measured.subgroups:
        yield Section("Subgroups", tuple(_subgroups(evaluation)))


def _short(evaluation: Evaluation) -> Iterator[Block]:
    judged, shares = evaluation.judged, evaluation.measured.by("patient").performance.shares
    yield Paragraph(
        f"{evaluation.manifest.id} {evaluation.manifest.version} judged {len(judged.patients)} patients "
        f"({shares.positive} positive and {shares.negative} negative with a verdict), {len(judged.cases)} series and "
        f"{sum(len(case.slices) for case in judged.cases)} slices: {evaluation.chosen.words}; the cohort "
        f"consists of {evaluation.base.kind}."
    )
    yield Paragraph(
        f"By patient: accuracy {share(shares.accuracy)}; sensitivity {share(shares.sensitivity)}; specificity "
        f"{share(shares.specificity)}; AUC by run length "
        f"{both(evaluation.measured.by('patient').performance.auc.estimate)}. Intervals are 95 %."
    )
    looks = evaluation.looks
    if looks is None:
        yield Paragraph("No test patient was looked at, and no look at the test set is counted.")
    elif looks.number > 1:
        yield Paragraph(
            f"This is look {looks.number} at this test set ({looks.same} at exactly these cases and marks), with "
            f"{looks.models} {'model' if looks.models == 1 else 'different models'}. If anything was changed after an "
            "earlier look, these figures are better than those of new patients will be.",
            warning=True,
        )
    else:
        yield Paragraph("No earlier look at this test set is on record.")
    if not evaluation.learned_here:
        yield Paragraph(
            "This is not exactly the cohort that the model was fitted on. Fingerprints cannot show whether some "
            "patients are in both: make sure that none are, or these figures are too optimistic.",
            warning=True,
        )
    if left := evaluation.measured.by("patient").left_out:
        yield Paragraph(
            f"No verdict for {left} of {len(judged.patients)} patients, left out of these figures and counted in "
            '"With and without a verdict".',
            warning=True,
        )


def _unit(evaluation: Evaluation, unit: UnitFigures) -> Iterator[Block]:
    own, many = unit.performance, _MANY[unit.unit]
    rows = [(name, alone(one.estimate), interval(one.estimate), f"{one.hits}/{one.of}") for name, one in shares_of(own)]
    kinds = f"{own.shares.positive} positive, {own.shares.negative} negative"
    areas = {f"AUC by {_ranked_by(unit)}": own.auc.estimate}
    if unit.by_score is not None:
        areas[f"AUC by {evaluation.cutoff.score_name}"] = unit.by_score.estimate
    rows += [(name, alone(area), interval(area), kinds) for name, area in areas.items()]
    left = f" Left out, without a verdict: {unit.left_out}." if unit.left_out else ""
    yield Table(
        ("figure", "value", "95 % interval", "numbers"),
        tuple(rows),
        f"Figures by {unit.unit}.{left}",
        methods([own.shares.accuracy.estimate, *areas.values()]) + _score_explained(evaluation, unit),
    )
    hit, missed, wrong, cleared = confusion(own.shares)
    yield Table(
        ("label", "called positive", "called negative"),
        (("positive", str(hit), str(missed)), ("negative", str(wrong), str(cleared))),
        f"Confusion matrix, {many}.",
        beside=True,
    )
    yield from _roc(evaluation, unit)


def _undecided(evaluation: Evaluation) -> Iterator[Block]:
    for one in evaluation.measured.undecided:
        many = _MANY[one.unit]
        if not one.number:
            yield Paragraph(f"All {one.of} {many} have a verdict.")
            continue
        why = ", ".join(f"{name} {number}" for name, number in one.reasons.items())
        yield Paragraph(
            f"No verdict for {one.number} of {one.of} {many} ({one.positive} of them positive): {one.withheld} "
            "withheld, since the network has not seen the like, and "
            f"{one.indeterminate} indeterminate for other reasons. Checks that failed, by series: {why}."
        )
        yield Table(
            (f"{many} without a verdict", *(NAMES[name] for name in RATES)),
            tuple((way, *(share(getattr(own, name)) for name in RATES)) for way, own in one.shares.items()),
            f"The same {many} in {len(one.shares)} ways.",
            "The first is what every other table shows. A careful department works up what has no verdict like a "
            "positive case. The last is what the network would have called if nothing withheld its answer.",
        )


def _roc(evaluation: Evaluation, unit: UnitFigures) -> Iterator[Block]:
    own = unit.performance
    if not own.auc.curve:
        yield Paragraph(f"The ROC curve by {unit.unit} {own.auc.estimate}.")
        return
    name = _ranked_by(unit)
    area = own.auc.estimate
    curves = [_curve(f"model by {name}" + ("" if isinstance(area, Undefined) else f", AUC {alone(area)}"), own.auc)]
    if unit.by_score is not None and unit.by_score.curve:
        score = f"model by {evaluation.cutoff.score_name}, AUC {alone(unit.by_score.estimate)}"
        curves.append(_curve(score, unit.by_score))
    cutoff = own.point
    star = f"cut-off: {evaluation.cutoff.run_words} at p ≥ {evaluation.cutoff.threshold:g}"
    if unit.by_score is None:
        star = f"cut-off: p ≥ {evaluation.cutoff.threshold:g}"
    readers, meant = [], ""
    study = evaluation.part(ReaderStudy)
    if study is not None and unit.unit != "slice":
        for number, reader in enumerate(study.readers, start=1):
            point = (reader.by_patient if unit.unit == "patient" else reader.by_series).point
            if point is None:
                continue
            shown = reader.name if drawings.legible(reader.name) else f"Reader no. {number}"
            meant += f" {shown} is {reader.name}." if shown != reader.name else ""
            readers.append(drawings.Point(shown, *point))
    yield Picture.drawing(
        drawings.roc(unit.unit, curves, drawings.Point(star, *cutoff) if cutoff else None, readers),
        f"ROC curve by {unit.unit}",
        f"ROC curve by {unit.unit}: each step is a cut-off on the {name}"
        + (" or on the score." if len(curves) > 1 else ".")
        + (f" Readers are points: one call for each case.{meant}" if readers else ""),
    )


def _score_explained(evaluation: Evaluation, unit: UnitFigures) -> str:
    cutoff = evaluation.cutoff
    if unit.by_score is None:
        return ""
    return f" The score {cutoff.score_name} is the highest probability that {cutoff.run_words} all reach."


def _ranked_by(unit: UnitFigures) -> str:
    """What the ROC curve is drawn over."""
    return "probability" if unit.by_score is None else "run length"


def _curve(name: str, own: Area) -> drawings.Curve:
    points = np.array(own.curve)
    return drawings.Curve(name, points[:, 0], points[:, 1])


def _cutoffs(evaluation: Evaluation) -> Iterator[Block]:
    decided = [case for case in evaluation.judged.cases if not case.reasons]
    runs = {label: [case.run.slices for case in decided if case.positive is label] for label in (True, False)}
    if decided:
        yield Picture.drawing(
            drawings.run_lengths(runs[True], runs[False], None if evaluation.cutoff.mm else evaluation.cutoff.slices),
            "Histogram of run lengths by series",
            f"Longest run of each series. In mm, positive series: {_mm(evaluation, True)}; negative ones: "
            f"{_mm(evaluation, False)}. Two slices cover less where slices are thin.",
            wide=True,
        )
    rows = []
    for choice in evaluation.measured.cutoffs:
        slices = "differs" if choice.slices is None else f"{choice.slices:g}"
        if isinstance(choice.shares, Undefined):
            rows.append((choice.way, slices, str(choice.shares), "", ""))
            continue
        own = choice.shares
        rows.append((choice.way, slices, share(own.accuracy), share(own.sensitivity), share(own.specificity)))
    yield Table(
        ("cut-off on the run, by patient", "slices", "accuracy", "sensitivity", "specificity"),
        tuple(rows),
        "Ways to choose the cut-off. A cut-off chosen on the test cases themselves (as in the paper) gives optimistic "
        "figures.",
    )


def _mm(evaluation: Evaluation, positive: bool) -> str:
    lengths = [case.run.mm for case in evaluation.judged.cases if case.positive is positive and not case.reasons]
    return f"median {np.median(lengths):.1f} mm, longest {max(lengths):.1f} mm" if lengths else "nothing"


def _subgroups(evaluation: Evaluation) -> Iterator[Block]:
    rows = []
    for group in evaluation.measured.subgroups:
        rows.append(
            (
                f"{group.column}: {group.value}",
                f"{group.positive} + {group.negative}",
                *("" if one is None else share(one) for one in (group.sensitivity, group.specificity)),
                "" if group.auc is None else both(group.auc),
            )
        )
    yield Table(
        ("subgroup", "positive + negative series", "sensitivity", "specificity", "AUC by run length"),
        tuple(rows),
        "By series with a verdict; thickness, vendor and contrast from the headers, the rest from the cohort's table.",
        f"Of fewer than {FEWEST} series nothing is said but their number. There are "
        "many small subgroups, none was planned, and nothing is corrected for their number: differences between them "
        "may be due to chance.",
    )
