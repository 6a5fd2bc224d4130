"""How often do the 95 % intervals of our reports hold the truth?

Run by hand: `python tests/simulations/interval_coverage.py`. Needs the training extra. Draws cohorts of 20 to 200
patients again and again from models whose truth is known, from one draw of very many patients: 42 % of the patients
positive, one in six with two series, 4 to 8 slices in a series, alike within a series and within a patient,
probabilities that are too sure. Four designs have an AUC by patient of about 0.97, 0.9, 0.8 and 0.7; in a fifth, as in
the paper's test set, the model does not see a few invasions at all: no interval can know of those before one of them is
in the cohort, so that its coverage is told and not judged. Counts how often each interval holds the truth, and how wide
it is. With `--write` the tables go to docs/interval_coverage.md. Exit status 1 when the coverage of an interval that
reports print, over the four designs at one size, is not between 93 % and 97.5 %, give or take three standard errors.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from cohorts import Scenario, draw
from measures import Measure, measured

from desktop.learning.statistics.estimate import Undefined

PAGE = Path(__file__).parents[2] / "docs" / "interval_coverage.md"
LEAST, MOST = 0.93, 0.975
"""Coverage outside is a defect; the nominal one is 0.95."""
SCENARIOS = (
    Scenario("AUC 0.97", invaded=1.6, sound=-1.75, unseen=0.0),
    Scenario("AUC 0.9", invaded=0.9, sound=-1.2, unseen=0.0),
    Scenario("AUC 0.8", invaded=0.5, sound=-0.9, unseen=0.0),
    Scenario("AUC 0.7", invaded=0.25, sound=-0.7, unseen=0.0),
)
UNSEEN = Scenario("AUC 0.97, 6 % of the invasions not seen at all", invaded=2.5, sound=-2.1, unseen=0.06)
VERY_MANY = 40_000
"""Patients in the draw that gives the truth: its error is a fiftieth of the width of an interval at 200 patients."""
BATCH = 25
"""Cohorts that a process draws at once."""
OTHERS_EVERY = 5
"""Methods that reports do not use are tried on every fifth cohort."""
INTRODUCTION = """\
# Coverage of the intervals

Written by `python tests/simulations/interval_coverage.py --write`, whose `--help` says how cohorts are drawn;
{repeats} cohorts of each size and design, seed {seed}. Coverage: the share of cohorts whose 95 % interval holds the
truth, among those for which it can be computed. Its standard error is {error:.3f} in one cell and {mean:.3f} over the
four designs, where it can be computed in nearly all. Methods in italics are for comparison, tried on every fifth
cohort, and not printed by reports; "pooled" ones take series and slices of one patient as independent. The others:

| figure | method |
|---|---|
| shares | Wilson's score interval (1927); by series and slice for the effective number of cases (Kish 1965; Korn and \
Graubard 1998) |
| AUC | Newcombe's method 5 (Stat Med 2006; 25: 559-573); by series and slice for the effective number of cases |
| difference of AUCs | recovered from the two intervals (Zou 2007) |
| predictive values at another prevalence | recovered from sensitivity and specificity (Donner and Zou 2012) |
| calibration | t test of the residuals, inverted; for the slope profile likelihood and Wald |
| Brier score | Wilson's for the effective number of trials |"""


@dataclass
class Tally:
    """What became of one interval in many cohorts."""

    held: int = 0
    defined: int = 0
    drawn: int = 0
    width: float = 0.0

    def add(self, other: Tally) -> None:
        """Count another's cohorts too."""
        self.held, self.defined = self.held + other.held, self.defined + other.defined
        self.drawn, self.width = self.drawn + other.drawn, self.width + other.width

    @property
    def coverage(self) -> float:
        """Share that held the truth."""
        return self.held / self.defined


Tallies = dict[Measure, Tally]


def main() -> int:
    """Simulate, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sizes = [20, 30, 50, 100, 200]
    parser.add_argument("--patients", type=int, nargs="+", default=sizes, help="in a cohort (%(default)s)")
    parser.add_argument("--repeats", type=int, default=1000, help="cohorts of each size and design (%(default)s)")
    parser.add_argument("--seed", type=int, default=20240, help="of all that is drawn (%(default)s)")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="at once (%(default)s)")
    parser.add_argument("--write", action="store_true", help=f"write docs/{PAGE.name} too")
    asked = parser.parse_args()
    text, failures = whole_page(asked.patients, asked.repeats, asked.seed, asked.processes)
    print(text)
    if asked.write:
        PAGE.write_text(text, encoding="utf-8")
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


def whole_page(sizes: list[int], repeats: int, seed: int, processes: int) -> tuple[str, list[str]]:
    """All tables, and what of them fails."""
    error = np.sqrt(0.95 * 0.05 / repeats)
    lines = [INTRODUCTION.format(repeats=repeats, seed=seed, error=error, mean=error / np.sqrt(len(SCENARIOS)))]
    together: dict[int, Tallies] = {size: defaultdict(Tally) for size in sizes}
    tables: list[str] = []
    with ProcessPoolExecutor(processes) as pool:
        for number, scenario in enumerate((*SCENARIOS, UNSEEN)):
            truth = true_values(scenario, seed)
            by_size: dict[int, Tallies] = {size: defaultdict(Tally) for size in sizes}
            for size in sizes:
                starts = range(0, repeats, BATCH)
                job = partial(tallied, scenario, size, truth)
                batches = [([seed, number, size, start], min(BATCH, repeats - start)) for start in starts]
                for part in pool.map(job, *zip(*batches, strict=True)):
                    for measure, tally in part.items():
                        by_size[size][measure].add(tally)
                        if scenario is not UNSEEN:
                            together[size][measure].add(tally)
            tables += ["", f"## {scenario.name}", "", *table(by_size, truth)]
    lines += ["", "## The four designs together", "", *table(together, {}), *tables]
    return "\n".join(lines) + "\n", failures_in(together)


def failures_in(together: dict[int, Tallies]) -> list[str]:
    """A sentence for each interval that reports print and that covers too rarely or too often."""
    failures = []
    for size, tallies in together.items():
        for measure, tally in tallies.items():
            if measure.printed and tally.defined:
                doubt = 3 * np.sqrt(0.95 * 0.05 / tally.defined)
                if not LEAST - doubt <= tally.coverage <= MOST + doubt:
                    failures.append(f"{measure.name} by {measure.unit}, {size} patients: covers {tally.coverage:.3f}.")
    return failures


def true_values(scenario: Scenario, seed: int) -> dict[tuple[str, str], float]:
    """What each measure is for the whole population, by unit and name."""
    everybody = draw(scenario, VERY_MANY, np.random.default_rng([seed, 1]))
    return {(measure.unit, measure.name): found.value for measure, found in measured(everybody, thorough=False)}


def tallied(
    scenario: Scenario, size: int, truth: dict[tuple[str, str], float], seed: list[int], repeats: int
) -> Tallies:
    """Draw some cohorts and see which intervals hold the truth."""
    chance, tallies = np.random.default_rng(seed), defaultdict(Tally)
    for number in range(repeats):
        for measure, found in measured(draw(scenario, size, chance), thorough=number % OTHERS_EVERY == 0):
            tally = tallies[measure]
            tally.drawn += 1
            if not isinstance(found, Undefined):
                tally.defined += 1
                tally.held += found.low <= truth[measure.unit, measure.name] <= found.high
                tally.width += found.high - found.low
    return dict(tallies)


def table(by_size: dict[int, Tallies], truth: dict[tuple[str, str], float]) -> list[str]:
    """Coverage by size, and the mean width at each end; rows of Markdown, those of one measure together."""
    sizes = list(by_size)
    ends = sizes[0], sizes[-1]
    heads = ["unit", "measure", "truth", "method", *(f"{size} patients" for size in sizes)]
    heads += [*(f"width at {size}" for size in ends), f"not computed at {ends[0]}"]
    rows = [f"| {' | '.join(heads)} |", "|---|---|---:|---|" + "---:|" * (len(sizes) + 3)]
    order = list(dict.fromkeys((measure.unit, measure.name) for measure in by_size[ends[0]]))
    for measure in sorted(by_size[ends[0]], key=lambda one: order.index((one.unit, one.name))):
        tallies = [by_size[size][measure] for size in sizes]
        known = truth.get((measure.unit, measure.name))
        cells = [
            measure.unit,
            measure.name,
            "" if known is None else f"{known:.3f}",
            measure.method if measure.printed else f"*{measure.method}*",
            *(f"{tally.coverage:.3f}" if tally.defined else "-" for tally in tallies),
            *(f"{tally.width / tally.defined:.3f}" if tally.defined else "-" for tally in (tallies[0], tallies[-1])),
            f"{1 - tallies[0].defined / tallies[0].drawn:.1%}",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


if __name__ == "__main__":
    sys.exit(main())
