"""How often does watching a model cry wolf, and what does it find?

`python tests/simulations/drift_alarms.py [--departments 2000] [--seed 0]`: departments of 100 patients a year, who are
looked at after every month for three years. In some nothing changes: every alarm is false. In the others something
changes after the first year. A share is drawn patient by patient, a distance from the training as a lognormal number.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

import numpy as np

from desktop.project import drift
from desktop.project.drift import Seen

YEARS, A_YEAR, LOOKS = 3, 100, 12
CHANGES_AFTER = A_YEAR
SHARES = ((0.3, 0.3), (0.3, 0.5), (0.3, 0.6), (0.9, 0.9), (0.9, 0.7), (0.9, 0.6))
"""Before and after: the positive share, and the share of cases in which readers agree."""
SHIFTS = (0.0, 0.3, 0.6)
"""Of the distance, in standard deviations of its logarithm."""
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Draw, look, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--departments", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    print(f"{options.departments} departments, {A_YEAR} patients a year, a look a month for {YEARS} years")
    print("what | alarms at one look | departments with an alarm within three years")
    for before, after in SHARES:
        found = [looks(_shares(rng, before, after), share=True) for _ in range(options.departments)]
        tell(f"share {before} -> {after}", found)
    for shift in SHIFTS:
        found = [looks(_distances(rng, shift), share=False) for _ in range(options.departments)]
        tell(f"distance, shift of {shift} SD", found)
    tell("any of the three, nothing changes", [_any_look(rng) for _ in range(options.departments)])


def looks(values: np.ndarray, *, share: bool) -> list[bool]:
    """What each monthly look says."""
    apart = timedelta(days=365 / A_YEAR)
    seen = [Seen(BEGAN + number * apart, float(value)) for number, value in enumerate(values)]
    compare = drift.shares if share else drift.sizes
    ends = [round(A_YEAR * look / LOOKS) for look in range(1, YEARS * LOOKS + 1)]
    return [found.changed for end in ends if (found := compare(seen[:end])).why_not is None]


def tell(what: str, found: list[list[bool]]) -> None:
    """One line."""
    one = np.mean([look for department in found for look in department])
    ever = np.mean([any(department) for department in found])
    print(f"{what} | {one:.4f} | {ever:.3f}", flush=True)


def _any_look(rng: np.random.Generator) -> list[bool]:
    """Looks at a department in which nothing changes."""
    positive, agreed = (looks(_shares(rng, share, share), share=True) for share in (SHARES[0][0], SHARES[3][0]))
    return [any(found) for found in zip(positive, agreed, looks(_distances(rng, 0.0), share=False), strict=True)]


def _shares(rng: np.random.Generator, before: float, after: float) -> np.ndarray:
    chance = np.full(YEARS * A_YEAR, before)
    chance[CHANGES_AFTER:] = after
    return rng.random(len(chance)) < chance


def _distances(rng: np.random.Generator, shift: float) -> np.ndarray:
    logs = rng.normal(-0.5, 0.5, YEARS * A_YEAR)
    logs[CHANGES_AFTER:] += shift * 0.5
    return np.exp(logs)


if __name__ == "__main__":
    main()
