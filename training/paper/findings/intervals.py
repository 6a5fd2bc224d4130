"""Intervals of no width, beyond 1, and of another figure."""

from __future__ import annotations

from math import sqrt

from desktop.learning.statistics.estimate import Estimate, Z
from training.paper import recomputed
from training.paper.cases import Study
from training.paper.findings.finding import Finding
from training.paper.fits import intervals_of_auc
from training.paper.printed import RATES, READERS, Paper
from training.paper.row import interval


def wald_intervals(paper: Paper, study: Study) -> Finding:
    """Two intervals without width among exact ones."""
    exact = normal = 0
    for reader in READERS:
        counts = study.behind_rates(reader).counts(reader)
        for measure in RATES:
            printed, fraction = paper.cell(reader, measure).interval, counts.fraction(measure)
            exact += interval(printed, recomputed.clopper_pearson(*fraction)).matches
            normal += interval(printed, recomputed.wald(*fraction)).matches
    of_cnn = study.series.counts("CNN")
    specificity, ppv = (recomputed.clopper_pearson(*of_cnn.fraction(measure)) for measure in ("specificity", "PPV"))
    return Finding(
        "Wald intervals",
        f"CNN, by series: specificity and PPV {paper.cell('CNN', 'specificity').interval}",
        f"Clopper-Pearson gives {exact} of the {len(READERS) * len(RATES)} printed intervals of rates, Wald the other "
        f"{normal}. Wald's has no width at a rate of 1, however few the series. Clopper-Pearson: specificity "
        f"{specificity.low:.3f}-{specificity.high:.3f}, PPV {ppv.low:.3f}-{ppv.high:.3f}.",
        {"exact": exact, "wald": normal, "specificity_low": specificity.low, "ppv_low": ppv.low},
    )


def beyond_one(paper: Paper, study: Study) -> Finding:
    """An AUC's interval that ends above 1."""
    cell, counts = paper.cell("CNN", "AUC"), study.series.counts("CNN")
    found = recomputed.auc(study.series, "CNN")
    error = recomputed.standard_error(found)
    other = hanley_mcneil(found.value, counts.positives, counts.negatives)
    return Finding(
        "interval beyond 1",
        f"CNN, by series: AUC {cell.value} ({cell.interval})",
        f"No AUC is above 1. The interval is DeLong's, {found.low:.4f}-{found.high:.4f}, not cut at 1, with a standard "
        f"error of {error:.4f}; Hanley-McNeil gives {other.low:.3f}-{other.high:.3f}, which is not what is printed.",
        {
            "standard_error": error,
            "low": found.low,
            "high": found.high,
            "hanley_mcneil_low": other.low,
            "hanley_mcneil_high": other.high,
        },
    )


def copied_interval(paper: Paper, study: Study) -> Finding:
    """The second ROI's AUC with the first one's interval."""
    second, first, counts = paper.second_roi, paper.cell("CNN", "AUC"), study.series.counts("CNN")
    low, high = map(float, second.interval.split("-"))
    middle = (low + high) / 2
    own = intervals_of_auc(second.auc, counts.positives, counts.negatives)
    numbers: dict[str, float] = {"middle": middle, "distributions": len(own)}
    said = "No distribution of runs gives this AUC."
    if own:
        wide, narrow = own[0], own[-1]
        numbers |= {"widest_low": wide.low, "widest_high": wide.high, "auc": wide.value}
        said = (
            f"{len(own)} distributions of runs (0, 1, 2 or more) give {second.auc}; their intervals are "
            f"{wide.low:.3f}-{wide.high:.3f} to {narrow.low:.3f}-{narrow.high:.3f}."
        )
    return Finding(
        "copied interval",
        f"second ROI, CNN by series: AUC {second.auc} ({second.interval}), p = {second.p} against {first.value}",
        f"DeLong's interval has the AUC in its middle. The middle of {second.interval} is {middle:.3f}: it is the "
        f"interval of the first ROI's {first.value}. {said} The p value cannot be computed, because the runs of every "
        "series on both ROIs are not printed.",
        numbers,
    )


def hanley_mcneil(auc: float, positives: int, negatives: int) -> Estimate:
    """An AUC with the interval of Hanley and McNeil (1982), which knows only how many cases there are."""
    two_ill, two_well = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = (auc * (1 - auc) + (positives - 1) * (two_ill - auc**2) + (negatives - 1) * (two_well - auc**2)) / (
        positives * negatives
    )
    return Estimate(auc, auc - Z * sqrt(variance), auc + Z * sqrt(variance))
