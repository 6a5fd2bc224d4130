"""`clivus-train evaluate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.commands.declare import Commands, TrainingNotInstalled, add_command, add_out

EVALUATE = """\
Measure a model on the cases of a cohort that it did not learn from. Every case is judged as `clivus read` would judge
it; then figures are computed by patient, by series and by slice, with 95 % intervals that hold for few patients and
treat series of one patient as related (docs/interval_coverage.md gives their coverage): accuracy, sensitivity,
specificity, PPV, NPV, AUC, calibration, decision curve, predictive values at other prevalences, subgroups, the cut-off
chosen in other ways, and how many patients a study would need.

MODEL is the folder of a bundle or of a complete run, or "shipped". COHORT is a table or a folder (`clivus-train cohort
--help`). With --split the test patients of that split are evaluated, and those of internal validation show which
cut-off they would have given; without it, all cases of a cohort that is independent of the model. A model that learned
from this cohort is refused unless the split is the one that it was fitted with.

Each look at a test set is recorded beside it before anything is measured (SPLIT.looks.csv, or cohort.looks.csv), and
the report states the number: whoever looks, changes something and looks again is choosing by the test set. Patients of
internal validation (--side validation) are of the training side: evaluating them is not a look.

Comparisons, where asked for:
  --against MODEL   another model on the same cases, paired
  --readers PATH    a table with the columns case, reader, verdict (positive or negative), and if wanted with_model (yes
                    or no) and confidence (a number); or a folder with a folder of saved readings for each reader, and
                    NAME__with-model for those made with the model's answer seen
  --second PATH     another reader's ROI and range for the same series: a table with the columns case and reading, or a
                    folder of saved readings
  --moved N         every ROI moved N times at random (--shift, --scale), to show how stable verdicts are; it takes N
                    times as long

Writes a new folder, which appears only when it is complete:
  report.html      the report with drawings, a table of the patients, the flow of cases (with the reasons in
                   excluded.csv beside the cohort's table, columns case and reason), every misread case with its
                   strongest slice and map, and two cases of each label drawn at random, besides those of --show, with
                   both maps; one file
  metrics.json     the same as numbers
  measures.csv, patients.csv, series.csv, slices.csv, and tables of whatever was compared
  checklist.md     CLAIM 2024, TRIPOD+AI and STARD-AI, filled in as far as the program knows; checklist.csv the same

Where a figure cannot be computed, the report says why. The report contains keys and pictures of the cohort: protect it
as you protect them.
"""

STATUS = """\
0 written, 2 wrong use, 3 cohort or run refused or it cannot be written, 4 bundle or installation unsound,
130 interrupted"""


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands, "evaluate", "measure a model on cases that it has not seen", EVALUATE, STATUS, _evaluate
    )
    parser.add_argument("model", metavar="MODEL", help='a bundle, a run, or "shipped"')
    parser.add_argument("cohort", type=Path, metavar="COHORT", help="a table or a folder of cases")
    add_out(parser, "the evaluation")
    parser.add_argument("--split", type=Path, metavar="SPLIT", help="the split that the model was fitted with, a file")
    parser.add_argument(
        "--side",
        choices=("test", "validation", "all"),
        default="test",
        help="of the split: test, validation (patients on whom the fit was monitored), or all; default test",
    )
    parser.add_argument("--against", metavar="MODEL", help="another model to compare with")
    parser.add_argument("--readers", type=Path, metavar="PATH", help="readers' calls, a table or a folder")
    parser.add_argument("--second", type=Path, metavar="PATH", help="second readings, a table or a folder")
    parser.add_argument(
        "--show", nargs="+", default=(), metavar="CASE", help="cases whose slices are shown with both maps"
    )
    parser.add_argument("--moved", type=int, metavar="N", help="move every ROI N times at random")
    parser.add_argument(
        "--shift", type=float, default=3.0, metavar="MM", help="standard deviation of the shift in mm; default 3"
    )
    parser.add_argument(
        "--scale",
        type=float,
        default=0.1,
        metavar="SHARE",
        help="standard deviation of the size, as a share; default 0.1",
    )
    parser.add_argument(
        "--prevalence",
        type=_share,
        nargs="+",
        metavar="P",
        help="for predictive values; default 0.05 to 0.5",
    )
    parser.add_argument(
        "--device", choices=("auto", "cuda", "cpu"), default="auto", help="where to judge; default auto"
    )


def _evaluate(options: argparse.Namespace) -> int:
    try:
        from desktop.files import require_new
        from desktop.inference.device import Device
        from desktop.inference.stability import Spread
        from training.evaluation.evaluate import PREVALENCES, Order, evaluate
        from training.evaluation.report.folder import write_evaluation
        from training.evaluation.report.words import both
    except ModuleNotFoundError as error:
        raise TrainingNotInstalled(str(error.name)) from None

    require_new(options.out)
    order = Order(
        model=options.model,
        cohort=options.cohort,
        split=options.split,
        side=options.side,
        device=Device(options.device),
        against=options.against,
        readers=options.readers,
        second=options.second,
        spread=Spread(options.shift, options.scale, options.moved) if options.moved is not None else None,
        prevalences=tuple(options.prevalence or PREVALENCES),
        shown=tuple(options.show),
    )
    try:
        found = evaluate(order)
    except ModuleNotFoundError as error:  # a run needs torch, which a bundle does without
        raise TrainingNotInstalled(str(error.name)) from None
    write_evaluation(found, options.out)
    patient = found.measured.by("patient").performance
    for name in ("accuracy", "sensitivity", "specificity"):
        own = getattr(patient.shares, name)
        print(f"{name} (by patient): {own.hits}/{own.of}, {both(own.estimate)}")
    print(f"AUC by run length (by patient): {both(patient.auc.estimate)}")
    print(f"look {found.looks.number} at these cases" if found.looks else "no test patient was looked at")
    print(options.out)
    return 0


def _share(text: str) -> float:
    """A prevalence, above 0 and below 1."""
    if not 0 < (share := float(text)) < 1:
        raise argparse.ArgumentTypeError("a number above 0 and below 1 is expected")
    return share
