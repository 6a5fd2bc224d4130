"""`clivus learn` and `clivus-train fit` on the same phantoms: equal weights, equal calls, and the time of each.

    python tests/proofs/learn_beside_fit.py --out FOLDER [--patients 20 | --paper]

Writes phantoms (of the paper's composition with --paper: an hour on two cores), puts them into a project with the
phantoms' own marks, learns from it, exports the same project as a cohort, fits it by the same recipe on the same
backbone, and compares the final layers before the run rounds its own to 16 bits. What is in FOLDER is not done again.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
from phantom_department import halves, phantom_project

import desktop.cli
import training.cli
from desktop.inference.bundle import Bundle
from desktop.inference.layer import Layer
from desktop.learning.cohort.split import make_split
from desktop.learning.figures import FOLDS
from desktop.learning.recipe import Recipe
from desktop.project import cohort
from desktop.project.database import Project
from desktop.project.places import FILE, Places
from desktop.settings_file import local_data_folder
from training.cohort.composition import PAPER
from training.cohort.survey import read_cohort
from training.fit.checkpoint import Checkpoint
from training.fit.record import Run

TOLERANCE = 1e-6
"""Of a weight."""

BIAS_TOLERANCE = 1e-5
"""The bias takes up what the rounding of all 2048 features adds up to; in units of the logit."""


def main() -> int:
    """Run the proof; 0 where it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--patients", type=int, default=20, help="half of them invaded")
    parser.add_argument("--paper", action="store_true")
    options = parser.parse_args()
    out: Path = options.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    os.environ["XDG_DATA_HOME"] = str(out / "data")  # the places of this project alone
    project = phantom_project(out, PAPER if options.paper else halves(options.patients))
    bundle, run, recipe = out / "learned", out / "run", Recipe()
    learned_s = _timed(lambda: desktop.cli.main(["learn", str(project), "--out", str(bundle), "--despite"]), bundle)
    fitted_s = _timed(lambda: _fit(project, out, run, recipe), run / "network.pt")
    return _compare(bundle, run, learned_s, fitted_s)


def _fit(project: Path, out: Path, run: Path, recipe: Recipe) -> int:
    folder, split, recipe_file = out / "cohort", out / "split.json", out / "recipe.toml"
    if not folder.exists():
        places = Places(local_data_folder() / FILE)
        with Project.open(project) as opened:
            cohort.export(opened, folder, lambda case: places.find(case.id))
        make_split(read_cohort(folder), seed=recipe.seed).save(split)
        recipe_file.write_text(recipe.text(), encoding="utf-8")
    asked = ["fit", str(folder), "--split", str(split), "--configuration", str(recipe_file), "--out", str(run)]
    return training.cli.main([*asked, "--weights", "shipped"])


def _timed(work: Callable[[], int], there: Path) -> float:
    if there.exists():
        return float("nan")
    started = perf_counter()
    if status := work():
        sys.exit(f"stopped with status {status}")
    return perf_counter() - started


def _compare(bundle: Path, run: Path, learned_s: float, fitted_s: float) -> int:
    model = Bundle.load(bundle)
    head, manifest = model.head, model.manifest
    assert head is not None
    fitted, record = Layer.mean(Checkpoint.load(run).layers), Run.load(run)
    apart = np.abs(head.weight - fitted.weight).max()
    bias = abs(head.bias - fitted.bias)
    cutoffs = manifest.cutoff, record.decision.cutoff
    rates = [
        {(one.name, one.unit): one.numbers for one in metrics if one.numbers.endswith(FOLDS)}
        for metrics in (manifest.metrics, record.metrics)
    ]
    largest = np.abs(head.weight).max()
    print(f"largest difference of a weight {apart:.2g} of {largest:.2g}, of the bias {bias:.2g}")
    print(f"learn: {cutoffs[0]}\nfit:   {cutoffs[1]}")
    print("calls in the folds:", "equal" if rates[0] == rates[1] else f"differ: {rates}")
    print(f"learn {learned_s:.0f} s, fit {fitted_s:.0f} s, ratio {learned_s / fitted_s:.2f}")
    sound = apart <= TOLERANCE and bias <= BIAS_TOLERANCE and cutoffs[0] == cutoffs[1] and rates[0] == rates[1]
    print("holds" if sound else "DOES NOT HOLD")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
