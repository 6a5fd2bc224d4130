"""Readers, another model, and the same model on other rectangles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from desktop.learning.statistics.estimate import Undefined
from desktop.reading.run import Cutoff
from training import drawings
from training.evaluation.figures.against import OtherModel
from training.evaluation.figures.evaluation import Evaluation
from training.evaluation.figures.paired import AreaDifference, Comparison, Discordant
from training.evaluation.figures.performance import Performance
from training.evaluation.figures.placement import PlacementComparison
from training.evaluation.figures.quantiles import Quantiles
from training.evaluation.figures.readers import ReaderStudy
from training.evaluation.figures.shifted import Distribution, Simulation
from training.evaluation.report.page import Block, Paragraph, Picture, Section, Table
from training.evaluation.report.words import alone, both, number, p_value, performances, share
from training.statistics import coverage


def sections(evaluation: Evaluation) -> Iterator[Section]:
    """Whatever was compared."""
    if other := evaluation.part(OtherModel):
        title = f"Compared with {other.manifest.id} {other.manifest.version}"
        yield Section(title, tuple(block for comparison in other.compared for block in _two(comparison)))
    if readers := evaluation.part(ReaderStudy):
        yield Section("Readers", tuple(_readers(readers)))
        yield Section("Readers as in the paper", tuple(_as_in_paper(readers)))
    if placement := evaluation.part(PlacementComparison):
        yield Section("Another reader's ROI and range", tuple(_placement(placement)))
    if moved := evaluation.part(Simulation):
        yield Section("ROIs moved at random", tuple(_moved(moved, evaluation.cutoff)))


def _two(comparison: Comparison) -> Iterator[Block]:
    yield performances(
        f"By {comparison.unit}, on the same ones.", [(one.name, one) for one in (comparison.one, comparison.other)]
    )
    yield _paired(f"First minus second, paired, by {comparison.unit}.", [comparison])


def _paired(caption: str, comparisons: Iterable[Comparison]) -> Table:
    rows = tuple(
        (
            f"{one.one.name} and {one.other.name}",
            str(one.accuracy.of),
            _area(one.auc),
            *(_discordant(item) for item in (one.accuracy, one.sensitivity, one.specificity)),
        )
        for one in comparisons
    )
    head = ("pair", "compared", "difference of AUC, p", "accuracy", "sensitivity", "specificity")
    note = (
        "Shares: cases that only the first of the pair called correctly : only the second, with the p of McNemar's "
        "exact test. AUC: the p is DeLong's (by series Obuchowski's), whose own interval covered the truth in "
        f"{coverage.AUC_DIFFERENCE}. Where p and the interval printed here disagree, trust the interval."
    )
    return Table(head, rows, caption, note)


def _area(difference: AreaDifference) -> str:
    return f"{both(difference.estimate)}, {p_value(difference.p)}"


def _discordant(discordant: Discordant) -> str:
    return f"{discordant.only_one} : {discordant.only_other}, {p_value(discordant.p)}"


def _readers(study: ReaderStudy) -> Iterator[Block]:
    for reader in study.readers:
        if reader.missing:
            yield Paragraph(
                f"{reader.name} called {reader.called} of {reader.series} series; not {_some(reader.missing)}. "
                "Comparisons are on the cases that both called.",
                warning=True,
            )
        if reader.elsewhere:
            series = "one series that is" if reader.elsewhere == 1 else f"{reader.elsewhere} series that are"
            yield Paragraph(f"{reader.name} also called {series} not evaluated here. Those calls are left aside.")
        for remark in reader.remarks:
            yield Paragraph(f"{reader.name}: {remark}", warning=True)
    yield performances(
        "By patient, each on all patients called.", [(one.name, one.by_patient) for one in study.readers]
    )
    yield performances("By series, patients as clusters.", [(one.name, one.by_series) for one in study.readers])
    yield _paired("By patient, on the same patients.", study.comparisons)
    yield Paragraph(study.multiplicity)
    yield Paragraph(
        "These figures describe these readers only, not how others would read. The program does not know in which "
        "order they read, nor how long after seeing the model's answer."
    )


def _as_in_paper(study: ReaderStudy) -> Iterator[Block]:
    yield Paragraph(
        "The paper's Table 1 mixes units: the model by series, the readers' shares by patient, their AUCs by series; "
        "series of one patient count as independent. Use this table to compare with the paper, not as a result.",
        warning=True,
    )
    table = study.as_in_paper
    yield performances("As in the paper's Table 1.", [(f"{one.name} ({_units(one)})", one) for one in table.columns])
    yield Table(
        ("pair", "series", "difference of AUC (95 % interval)", "p, DeLong"),
        tuple(
            (f"{one.one} and {one.other}", str(one.series), str(one.auc), "")
            if isinstance(one.auc, Undefined)
            else (f"{one.one} and {one.other}", str(one.series), both(one.auc.difference), p_value(one.auc.p))
            for one in table.areas
        ),
    )


def _units(column: Performance) -> str:
    area, shares = column.auc.unit, column.shares.unit
    return f"by {area}" if area == shares else f"AUC by {area}, shares by {shares}"


def _placement(placement: PlacementComparison) -> Iterator[Block]:
    yield Paragraph(
        f"{len(placement.cases)} series were judged again by a second reader's marks; labels are the first cohort's. "
        f"{len(placement.changed)} verdicts changed{': ' + _some(placement.changed) if placement.changed else ''}."
    )
    both_readers = placement.by_patient.one, placement.by_patient.other
    if all(one.auc.curve for one in both_readers):
        yield Picture.drawing(
            drawings.placements(
                "patient",
                [
                    drawings.Curve(f"{one.name}, AUC {alone(one.auc.estimate)}", *np.array(one.auc.curve).T)
                    for one in both_readers
                ],
            ),
            "ROC curves on the marks of two readers",
            "ROC curves by patient on the marks of two readers, as in the paper's Figure 7.",
        )
    for one in (placement.by_patient, placement.by_series):
        yield from _two(one)
    yield Table(
        ("same verdict by", "of those with two verdicts", "Cohen's kappa", "undecided"),
        tuple((one.unit, share(one.same), number(one.kappa), str(one.undecided)) for one in placement.agreement),
    )
    yield _spread_table(
        "Overlap of the rectangles, by series.",
        (
            ("Dice", placement.dice, 2),
            ("intersection over union", placement.iou, 2),
            ("distance of the centres, mm", placement.centre_mm, 1),
            ("second area over first", placement.area_ratio, 2),
        ),
    )


def _moved(simulation: Simulation, cutoff: Cutoff) -> Iterator[Block]:
    spread = simulation.spread
    yield Paragraph(
        f"Every ROI was moved {spread.draws} times: shifted with a standard deviation of {spread.shift_mm:g} mm in "
        f"either direction, scaled with one of {spread.scale:.0%}; range and labels stay. "
        f"{_percent(simulation.same)} of all verdicts of series are those of the rectangle as marked; "
        f"{simulation.held_inside} rectangles were pushed back into the slice."
    )
    if simulation.cases:
        yield Picture.drawing(
            drawings.moved_scores(
                [
                    drawings.Moved(
                        case.positive,
                        case.score,
                        case.score + case.score_shift.lowest,
                        case.score + case.score_shift.highest,
                    )
                    for case in simulation.cases
                ],
                f"score {cutoff.score_name}",
                cutoff.threshold,
            ),
            "Scores as marked and over moved rectangles",
            "The score of every series as marked (points), and where 95 % of the moved rectangles put it (lines): a "
            "line that crosses the threshold is a verdict that hangs on the rectangle.",
            wide=True,
        )
    rows = []
    for name, one in (
        ("sensitivity", simulation.sensitivity),
        ("specificity", simulation.specificity),
        ("AUC", simulation.auc),
    ):
        rows.append((name, *_distribution(one)))
    yield Table(
        ("by patient", "as marked", "median of the draws", "95 % of the draws"),
        tuple(rows),
        f"{simulation.patients} patients.",
        "This is the spread over the draws, not a confidence interval. Each series is moved independently; a reader "
        "who always marks to one side is not simulated. Draws without a verdict are left out.",
    )
    unsteady = [case for case in simulation.cases if case.same < case.draws]
    yield Table(
        ("least steady series", "label", "verdict as marked", "same verdict", "s as marked", "median move of s"),
        tuple(
            (
                case.key,
                "positive" if case.positive else "negative",
                str(case.verdict),
                f"{case.same}/{case.draws}",
                f"{case.score:.3f}",
                f"{case.score_shift.median:+.3f}",
            )
            for case in unsteady
        ),
        f"{len(unsteady)} of {len(simulation.cases)} series change their verdict at least once.",
    )


def _distribution(distribution: Distribution | Undefined) -> tuple[str, str, str]:
    if isinstance(distribution, Undefined):
        return str(distribution), "", ""
    drawn = distribution.drawn
    return number(distribution.as_marked), number(drawn.median), f"{drawn.lowest:.3f} to {drawn.highest:.3f}"


def _spread_table(caption: str, rows: Iterable[tuple[str, Quantiles, int]]) -> Table:
    return Table(
        ("", "median", "middle half", "95 %"),
        tuple(
            (
                name,
                f"{one.median:.{digits}f}",
                f"{one.lower:.{digits}f} to {one.upper:.{digits}f}",
                f"{one.lowest:.{digits}f} to {one.highest:.{digits}f}",
            )
            for name, one, digits in rows
        ),
        caption,
    )


def _percent(share_of: float | Undefined) -> str:
    return str(share_of) if isinstance(share_of, Undefined) else f"{share_of:.1%}"


def _some(keys: tuple[str, ...]) -> str:
    more = f" and {len(keys) - 10} more" if len(keys) > 10 else ""
    return ", ".join(keys[:10]) + more
