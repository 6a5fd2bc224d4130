"""The cut-off of two slices, and what it hides."""

from __future__ import annotations

from training.paper.cases import Study
from training.paper.cnn_curve import Point, best_cutoff, cutoffs_without_each, roc_points
from training.paper.findings.finding import Finding
from training.paper.printed import NEGATIVE_TEST_SLICES, SLICE_THICKNESS_MM, Paper


def chosen_on_test(paper: Paper, study: Study) -> Finding:
    """The cut-off comes from the cases it is judged on."""
    series = study.series
    best = best_cutoff(series.positive, series.scores["CNN"])
    lower = _at(study, best.cutoff - 1)
    without = cutoffs_without_each(series)
    return Finding(
        "cut-off chosen on the test set",
        f"CNN by series: run of {paper.cutoff} or more, best by the Youden index of the test set's own ROC",
        f"J is {best.youden:.3f} at {best.cutoff} and {lower.youden:.3f} at {lower.cutoff}. A figure at a cut-off "
        "chosen on the same series is too good on average. Here the choice is at least a stable one: with each "
        f"series left out in turn it is {' or '.join(map(str, sorted(without)))}. It was not tried on any other "
        "series.",
        {"best": best.youden, "lower": lower.youden, "choices": len(without)},
    )


def specificity_at_one(paper: Paper, study: Study) -> Finding:
    """What the specificity of 1 hangs on."""
    point = _at(study, 1)
    right = point.negatives - point.alarms
    return Finding(
        "specificity at cut-off 1",
        f"CNN by series: specificity {paper.cell('CNN', 'specificity').value} at a run of {paper.cutoff}",
        f"{point.alarms} of the {point.negatives} negative series have a run of 1 (no other runs give the AUC): at a "
        f"cut-off of 1 specificity is {right}/{point.negatives} = {1 - point.false_positive_rate:.3f}, and "
        f"sensitivity stays {point.hits}/{point.positives}. One more false-positive slice beside the first would make "
        "such a series positive.",
        {"specificity": 1 - point.false_positive_rate, "series": point.alarms},
    )


def slice_specificity(paper: Paper, study: Study) -> Finding:
    """What the slices must have been."""
    alarms = _at(study, 1).alarms
    most = NEGATIVE_TEST_SLICES - alarms
    return Finding(
        "slice specificity",
        "CNN by slice: nothing is printed",
        f"Each of the {alarms} negative series with a run of 1 has a false-positive slice at least: specificity by "
        f"slice on the negative series is at most {most}/{NEGATIVE_TEST_SLICES} = {most / NEGATIVE_TEST_SLICES:.3f}.",
        {"most": most / NEGATIVE_TEST_SLICES},
    )


def false_positive_slices(paper: Paper, study: Study) -> Finding:
    """Chance alone gives more runs in longer series."""
    point = _at(study, 1)
    length = NEGATIVE_TEST_SLICES / point.negatives
    rate = 1 - (1 - point.false_positive_rate) ** (1 / length)
    chance = {slices: chance_of_two_in_a_row(slices, rate) for slices in (4, 5, 6, 13)}
    # 99 slices of 22 series are 4.5 a series: as many with 4 as with 5.
    none = ((1 - chance[4]) * (1 - chance[5])) ** (point.negatives / 2)
    return Finding(
        "false-positive slices",
        f"CNN by series: run of {paper.cutoff} or more slices, whatever their thickness",
        f"If slices err independently, the {point.alarms}/{point.negatives} series with a run of 1 and {length:.1f} "
        f"slices a series ({NEGATIVE_TEST_SLICES}/{point.negatives}) mean a false-positive rate of {rate:.2f} by "
        f"slice. A negative series then has a run of 2 or more with probability {chance[4]:.3f} at 4 slices, "
        f"{chance[6]:.3f} at 6, and {chance[13]:.3f} at 13: the same cut-off means less on thin slices. That none of "
        f"{point.negatives} series had such a run was to be expected with probability {none:.2f}.",
        {"rate": rate, "none": none, **{f"chance_{slices}": found for slices, found in chance.items()}},
    )


def run_in_mm(paper: Paper, study: Study) -> Finding:
    """A number of slices is no length."""
    thin, thick = (
        best_cutoff(study.series.positive, study.series.scores["CNN"]).cutoff * mm for mm in SLICE_THICKNESS_MM
    )
    return Finding(
        "run in millimetres",
        f"run of {paper.cutoff} or more slices of {SLICE_THICKNESS_MM[0]:.2f}-{SLICE_THICKNESS_MM[1]:.2f} mm",
        f"The cut-off is {thin:g} mm of tissue in the thinnest slices and {thick:g} mm in the thickest, "
        f"{thick / thin:.1f} times as much. A run needs its millimetres beside its slices.",
        {"thin": thin, "thick": thick},
    )


def chance_of_two_in_a_row(slices: int, rate: float) -> float:
    """Probability of two or more adjacent positive slices in a series, each positive independently at this rate."""
    ending_negative, ending_positive = 1.0, 0.0  # no two in a row so far
    for _ in range(slices):
        ending_negative, ending_positive = (ending_negative + ending_positive) * (1 - rate), ending_negative * rate
    return 1 - ending_negative - ending_positive


def _at(study: Study, cutoff: int) -> Point:
    points = roc_points(study.series.positive, study.series.scores["CNN"])
    return next(point for point in points if point.cutoff == cutoff)
