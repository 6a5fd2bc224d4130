"""What the p values compare."""

from __future__ import annotations

from math import hypot

from scipy import stats

from training.paper import recomputed
from training.paper.cases import Study
from training.paper.findings.finding import Finding
from training.paper.overlaps import Discordance, discordance, discordances, paired_p
from training.paper.printed import Paper, Reader
from training.paper.row import number

PAIRS: tuple[tuple[Reader, Reader], ...] = (("CNN", "senior"), ("CNN", "junior"), ("senior", "junior"))


def by_patient(paper: Paper, study: Study) -> Finding:
    """The accuracies by patient, which are called significantly different."""
    patients = study.patients
    hits, trials = patients.counts("CNN").fraction("accuracy")
    cnn = recomputed.clopper_pearson(hits, trials)
    numbers: dict[str, float] = {"cnn": cnn.value, "cnn_low": cnn.low, "cnn_high": cnn.high}
    said = []
    for one, other in PAIRS:
        found = discordance(patients, one, other)
        possible = discordances(patients.counts(one), patients.counts(other))
        numbers |= {
            f"p_{one}_{other}": found.p,
            f"lowest_p_{one}_{other}": min(each.p for each in possible),
            f"highest_p_{one}_{other}": max(each.p for each in possible),
        }
        said.append(f"{one}-{other} {found} (with any overlap of errors {_first_and_last(possible)})")
    by_series = discordance(study.series, "CNN", "senior")
    numbers |= {"p_CNN_senior_series": by_series.p}
    return Finding(
        "significance by patient",
        "abstract: the accuracy of CNN is significantly higher than either reader's",
        "The accuracies were not tested: the p values are of AUCs by series, as if each were another patient's. By "
        f"patient CNN is right in {hits}/{trials} = {cnn.value:.3f} ({cnn.low:.3f}-{cnn.high:.3f}): what it missed is "
        "the only series of its patient, for the senior missed it too and called every positive patient with two "
        f"series. Exact McNemar by patient, those that only one calls right: {'; '.join(said)}. The overlaps with the "
        "senior follow from the p values by series (searches); that the junior missed what CNN missed is assumed. By "
        f"series CNN-senior is {by_series}.",
        numbers,
    )


def barely(paper: Paper, study: Study) -> Finding:
    """The p value that is called significant, and is 0.050."""
    printed = paper.comparisons[0].p
    found = recomputed.compared(study.series, "CNN", "senior")
    every = paired_p(study.series, "CNN", "senior")
    fitting = [overlap for overlap, p in every.items() if number(printed, p).matches]
    above = min(p for overlap, p in every.items() if overlap not in fitting and p > found.p)
    unpaired = _unpaired(study)
    return Finding(
        "p = 0.050",
        f"CNN-senior, AUCs by series: p = {printed}, called significant",
        f"Paired DeLong gives p = {found.p:.4f}. What is printed comes out with {len(fitting)} of the {len(every)} "
        f"ways in which their errors may overlap: {' or '.join(map(str, fitting))} series in common, missed by both "
        f"or called positive by the senior with a run of 1. With the next one p is {above:.4f}, and unpaired "
        f"{unpaired:.3f}.",
        {"p": found.p, "fitting": len(fitting), "overlaps": len(every), "next": above, "unpaired": unpaired},
    )


def from_one_point(paper: Paper, study: Study) -> Finding:
    """The readers' AUCs."""
    numbers, said = {}, []
    for reader in ("senior", "junior", "CNN"):
        counts = study.series.counts(reader)
        (hits, ill), (right, well) = counts.fraction("sensitivity"), counts.fraction("specificity")
        numbers[reader] = (hits / ill + right / well) / 2
        said.append(f"({hits}/{ill} + {right}/{well})/2 = {numbers[reader]:.3f}")
    printed = ", ".join(f"{reader} {paper.cell(reader, 'AUC').value}" for reader in ("senior", "junior"))
    return Finding(
        "AUC from one point",
        f"AUC by series: {printed}, beside the CNN's {paper.cell('CNN', 'AUC').value} from its runs",
        "The readers said yes or no, so that their AUC is the mean of sensitivity and specificity by series: "
        f"senior {said[0]}, junior {said[1]}. By that rule the CNN's verdicts have {said[2]}.",
        numbers,
    )


def _first_and_last(possible: list[Discordance]) -> str:
    return f"{possible[0]} to {possible[-1]}"


def _unpaired(study: Study) -> float:
    one, other = (recomputed.auc(study.series, reader) for reader in ("CNN", "senior"))
    spread = hypot(recomputed.standard_error(one), recomputed.standard_error(other))
    return float(2 * stats.norm.sf((one.value - other.value) / spread))
