"""`clivus-train learning-curve`."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.commands.declare import (
    Commands,
    Interrupted,
    TrainingNotInstalled,
    add_command,
    add_threads,
    count,
)

LEARNING_CURVE = """\
Would more patients help, and how much of a figure hangs on who is in which fold? The final layer of a run is refitted,
by penalised logistic regression on the frozen backbone's features and without copies, on a growing share of the
training patients, and measured on those left out: --repeats times, each with the patients dealt into --folds anew. With
all patients this is repeated cross-validation. No test patient is opened, and nothing of it is a look at the test side.

RUN is a complete run, COHORT and SPLIT are those that it was fitted with. Writes a folder: curve.json with every point,
curve.csv, curve.svg, and features/, which may be deleted. After a kill the same command goes on where it stopped.

The range over the repeats is not a confidence interval: all repeats are of the same patients. Patients are called as in
the paper, by 2 adjacent slices at 0.5.
"""

STATUS = """\
0 complete, 2 wrong use, 3 input refused or DIR cannot be written, 4 installation unsound, 130 interrupted,
143 stopped by SIGTERM"""


def declare(commands: Commands) -> None:
    """Add the command."""
    curve = add_command(
        commands, "learning-curve", "refit a run on growing numbers of patients", LEARNING_CURVE, STATUS, _curve
    )
    curve.add_argument("run_folder", type=Path, metavar="RUN", help="a complete run")
    curve.add_argument("cohort", type=Path, metavar="COHORT", help="a table or a folder of cases")
    curve.add_argument("--split", type=Path, required=True, metavar="SPLIT", help="the run's split, a file")
    curve.add_argument("--out", type=Path, required=True, metavar="DIR", help="new folder, or that of the same curve")
    curve.add_argument("--repeats", type=count, default=10, metavar="N", help="times that folds are dealt; default 10")
    curve.add_argument("--folds", type=count, default=5, metavar="K", help="of the training patients; default 5")
    curve.add_argument("--seed", type=int, default=0, metavar="N", help="of folds and order; default 0")
    add_threads(curve)


def _curve(options: argparse.Namespace) -> int:
    try:
        import torch

        from desktop.csv_text import write_table
        from desktop.errors import Cancelled
        from desktop.files import write_text
        from desktop.learning.cohort.split import Split
        from training import drawings
        from training.cohort.survey import read_cohort
        from training.fit.learning_curve import CurveOrder, learning_curve, levels
        from training.fit.record import Run
        from training.fit.stopping import Stopped, noticing_sigterm
    except ModuleNotFoundError as error:
        raise TrainingNotInstalled(str(error.name)) from None

    order = CurveOrder(options.repeats, options.folds, seed=options.seed)
    cohort, split = read_cohort(options.cohort), Split.load(options.split)
    torch.set_num_threads(options.threads)
    try:
        with noticing_sigterm() as work:
            points = learning_curve(Run.load(options.run_folder), cohort, split, order, options.out, work)
    except Cancelled:
        raise Stopped(options.out) from None
    except KeyboardInterrupt:
        raise Interrupted(options.out) from None
    rows = []
    for name, figure in (
        ("AUC by slice", "auc_slice"),
        ("AUC by patient", "auc_patient"),
        ("sensitivity by patient", "sensitivity"),
        ("specificity by patient", "specificity"),
    ):
        for level in levels(points, figure):
            rows.append(
                {
                    "figure": name,
                    "patients": f"{level.patients:.0f}",
                    "mean": f"{level.mean:.4f}",
                    "least": f"{level.least:.4f}",
                    "greatest": f"{level.greatest:.4f}",
                }
            )
            print(
                f"{name}, {level.patients:.0f} patients learned from: {level.mean:.3f} "
                f"({level.least:.3f} to {level.greatest:.3f} over {order.repeats} repeats)"
            )
    if rows:
        write_table(options.out / "curve.csv", rows)
    if areas := levels(points, "auc_patient"):
        svg = drawings.learning_curve(
            [round(level.patients) for level in areas],
            [(level.mean, level.least, level.greatest) for level in areas],
            [f"{level.mean:.2f}" for level in areas],
            "patient",
        )
        write_text(options.out / "curve.svg", svg)
    print(options.out)
    return 0
