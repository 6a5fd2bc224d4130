"""What was found, unit by unit: figures, ROC curves, confusion matrices, runs, cut-offs, subgroups."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from training import drawings
from training.evaluation.document import confusion
from training.evaluation.evaluation import Evaluation
from training.evaluation.measured import UnitFigures
from training.evaluation.performance import Performance
from training.evaluation.report.page import Block, Paragraph, Picture, Section, Table
from training.evaluation.report.words import alone, both, interval, methods, share, shares_of
from training.statistics.estimate import Undefined

_MANY = {"patient": "patients", "series": "series", "slice": "slices"}


def sections(found: Evaluation) -> Iterator[Section]:
    """The sections, the most important first."""
    yield Section("In short", tuple(_short(found)))
    for unit in found.measured.units:
        yield Section(f"By {unit.unit}", tuple(_unit(found, unit)))
    yield Section("Runs and cut-offs", tuple(_cutoffs(found)))
    if found.measured.subgroups:
        yield Section("Subgroups", tuple(_subgroups(found)))


def _short(found: Evaluation) -> Iterator[Block]:
    judged, shares = found.judged, found.measured.by("patient").performance.shares
    yield Paragraph(
        f"{found.manifest.id} {found.manifest.version} judged {len(judged.patients)} patients "
        f"({shares.positive} positive and {shares.negative} negative with a verdict), {len(judged.cases)} series and "
        f"{sum(len(case.slices) for case in judged.cases)} slices: {found.chosen.words}; the cohort is of {found.kind}."
    )
    right = shares.accuracy
    yield Paragraph(
        f"By patient it was right in {share(right)}, found {share(shares.sensitivity)} of those with invasion and "
        f"cleared {share(shares.specificity)} of those without; AUC by run length "
        f"{both(found.measured.by('patient').performance.auc.estimate)}. Intervals are 95 %."
    )
    looks = found.looks
    if looks.number > 1:
        yield Paragraph(
            f"These cases have been looked at {looks.number} times, with {looks.models} "
            f"{'model' if looks.models == 1 else 'different models'}. Every look after which something was changed "
            "makes these figures better than the next patients' will be.",
            warning=True,
        )
    else:
        yield Paragraph("These cases were looked at for the first time.")
    if not found.learned_here:
        yield Paragraph(
            "The model was fitted on another cohort. Whether it has patients in common with this one cannot be told "
            "from its fingerprints: it is for you to know."
        )
    if left := found.measured.by("patient").left_out:
        yield Paragraph(
            f"{left} of {len(judged.patients)} patients have no verdict and are in no figure; they are listed under "
            '"Indeterminate cases".',
            warning=True,
        )


def _unit(found: Evaluation, unit: UnitFigures) -> Iterator[Block]:
    own, many = unit.performance, _MANY[unit.unit]
    rows = [(name, alone(one.estimate), interval(one.estimate), f"{one.hits}/{one.of}") for name, one in shares_of(own)]
    kinds = f"{own.shares.positive} + {own.shares.negative}"
    areas = {f"AUC by {_ranked_by(unit)}": own.auc.estimate}
    if unit.by_score is not None:
        areas[f"AUC by s_{found.cutoff.slices}"] = unit.by_score
    rows += [(name, alone(area), interval(area), kinds) for name, area in areas.items()]
    left = f" {unit.left_out} {many} without a verdict are left out." if unit.left_out else ""
    yield Table(
        ("figure", "value", "95 % interval", "numbers"),
        tuple(rows),
        f"Figures by {unit.unit}.{left}",
        methods([own.shares.accuracy.estimate, *areas.values()]),
    )
    hit, missed, wrong, cleared = confusion(own.shares)
    yield Table(
        ("label", "called positive", "called negative"),
        (("positive", str(hit), str(missed)), ("negative", str(wrong), str(cleared))),
        f"Confusion matrix, {many}.",
        beside=True,
    )
    yield from _roc(found, unit)


def _roc(found: Evaluation, unit: UnitFigures) -> Iterator[Block]:
    own = unit.performance
    if not own.auc.curve:
        yield Paragraph(f"The ROC curve by {unit.unit} {own.auc.estimate}.")
        return
    name = _ranked_by(unit)
    curves = [_curve(f"model by {name}, AUC {alone(own.auc.estimate)}", own)]
    cutoff = own.point
    star = f"cut-off: {found.cutoff.slices} slices at p >= {found.cutoff.threshold:g}"
    if unit.by_score is None:
        star = f"cut-off: p >= {found.cutoff.threshold:g}"
    readers = []
    if found.readers is not None and unit.unit != "slice":
        for reader in found.readers.readers:
            point = (reader.by_patient if unit.unit == "patient" else reader.by_series).point
            readers += [drawings.Point(reader.name, *point)] if point else []
    yield Picture.drawing(
        drawings.roc(unit.unit, curves, drawings.Point(star, *cutoff) if cutoff else None, readers),
        f"ROC curve by {unit.unit}",
        f"ROC curve by {unit.unit}: each step is a cut-off on the {name}."
        + (" Readers are points: one call for each case." if readers else ""),
    )


def _ranked_by(unit: UnitFigures) -> str:
    """What the ROC curve is drawn over."""
    return "probability" if unit.by_score is None else "run length"


def _curve(name: str, own: Performance) -> drawings.Curve:
    points = np.array(own.auc.curve)
    return drawings.Curve(name, points[:, 0], points[:, 1])


def _cutoffs(found: Evaluation) -> Iterator[Block]:
    decided = [case for case in found.judged.cases if not case.reasons]
    runs = {label: [case.run.slices for case in decided if case.positive is label] for label in (True, False)}
    if decided:
        yield Picture.drawing(
            drawings.run_lengths(runs[True], runs[False], found.cutoff.slices),
            "Histogram of run lengths by series",
            f"Longest run of each series. In mm, positive series reach {_mm(found, True)}, negative ones "
            f"{_mm(found, False)}: two slices mean less where slices are thin.",
            wide=True,
        )
    rows = []
    for choice in found.measured.cutoffs:
        slices = "differs" if choice.slices is None else f"{choice.slices:g}"
        if isinstance(choice.shares, Undefined):
            rows.append((choice.way, slices, str(choice.shares), "", ""))
            continue
        own = choice.shares
        rows.append((choice.way, slices, share(own.accuracy), share(own.sensitivity), share(own.specificity)))
    yield Table(
        ("cut-off on the run, by patient", "slices", "accuracy", "sensitivity", "specificity"),
        tuple(rows),
        "Ways to the cut-off. One that is chosen on the cases it is measured on, as the paper's was, is too good.",
    )


def _mm(found: Evaluation, positive: bool) -> str:
    lengths = [case.run.mm for case in found.judged.cases if case.positive is positive and not case.reasons]
    return f"{np.median(lengths):.1f} mm in the middle, {max(lengths):.1f} mm at most" if lengths else "nothing"


def _subgroups(found: Evaluation) -> Iterator[Block]:
    rows = []
    for group in found.measured.subgroups:
        own = group.performance
        rows.append(
            (
                f"{group.column}: {group.value}",
                f"{own.shares.positive} + {own.shares.negative}",
                share(own.shares.sensitivity),
                share(own.shares.specificity),
                both(own.auc.estimate),
            )
        )
    yield Table(
        ("subgroup", "positive + negative series", "sensitivity", "specificity", "AUC by run length"),
        tuple(rows),
        "By series. Subgroups are small and many: differences between them may well be chance.",
    )
