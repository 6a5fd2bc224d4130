"""Whether training showed that a model is better than chance."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.errors import InputRefused
from desktop.inference.manifest import RATES, Metric
from desktop.learning.figures import FOLDS, VALIDATION
from desktop.learning.statistics.estimate import Estimate, known
from desktop.learning.statistics.proportions import clopper_pearson

COIN = 0.5
"""A model is exported when the exact 95 % intervals (Clopper-Pearson) of its sensitivity and of its specificity, by
patient, both lie above this: the intervals that are printed cover 95 % on average, and the exact ones at least. A
coin finds half of the invasions and clears half of the other patients; a model whose interval reaches down to a
half was not shown to do more. It takes six patients of a kind, all called rightly, to show it: 6/6 is 0.541 to 1,
5/5 is 0.478 to 1. Of 29 positive patients, as in the paper's training, 21 must be found, of 41 negative ones 28
cleared. A smaller limit was considered for small sites: at 0.3 a third of all coins would pass with 29 and 41
patients. What a small site lacks is patients, and it can go on with --despite, marked."""


class NotShown(InputRefused):
    """A model that was not shown to be better than chance."""


def near_chance(metrics: Sequence[Metric]) -> tuple[str, ...]:
    """The rates that were not shown to be above `COIN`; one that cannot be computed was not shown either."""
    shown = {one.name for one in rates_by_patient(metrics).values() if exact(one).low > COIN}
    return tuple(name for name in RATES if name not in shown)


def doubtful(metrics: Sequence[Metric]) -> str:
    """The rates that were not shown to be above `COIN`, with their exact intervals, for a refusal."""
    rates = rates_by_patient(metrics)
    return ", ".join(
        f"{name} {rates[name].numbers} ({exact(rates[name]).low:.2f} to {exact(rates[name]).high:.2f})"
        if name in rates
        else f"{name} not known"
        for name in near_chance(metrics)
    )


def hopeless(positive: int, negative: int) -> str:
    """A sentence where not even a model without any error could be shown to be better than chance; else "".

    Args:
        positive, negative: the patients on whom the model is measured.
    """
    for count, kind in ((positive, "positive"), (negative, "negative")):
        if not count or known(clopper_pearson(count, count), kind).low <= COIN:
            return (
                f"Remark: with {count} {kind} patient{'' if count == 1 else 's'} no model can be shown to be better "
                "than chance, so export will ask for --despite: six of each kind are the fewest."
            )
    return ""


def exact(rate: Metric) -> Estimate:
    """The exact interval of a rate, by the numbers behind it ("27/29, folds")."""
    hits, _, of = rate.numbers.partition(",")[0].partition("/")
    return known(clopper_pearson(int(hits), int(of)), rate.name)


def rates_by_patient(metrics: Sequence[Metric]) -> dict[str, Metric]:
    """Sensitivity and specificity by patient: those of the folds, or else of internal validation."""
    found: dict[str, Metric] = {}
    for marked in (VALIDATION, FOLDS):
        found |= {
            one.name: one
            for one in metrics
            if one.unit == "patient" and one.name in RATES and one.numbers.endswith(f", {marked}")
        }
    return found
