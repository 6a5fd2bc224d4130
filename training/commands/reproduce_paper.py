"""`clivus-train reproduce-paper`."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.errors import InstallationUnsound
from desktop.files import require_new
from desktop.messages import counted
from training.commands.declare import Commands, TrainingNotInstalled, add_command

REPRODUCE = """\
Recompute what Nakagawa et al. 2024 print, from cases that are made up so that every figure comes out: 30 test patients
with 37 series, the network's run of positive slices in each series, and each reader's call of each patient. No data of
the paper are needed, nothing is downloaded, and the answer is always the same; it takes a few seconds.

Prints, for every printed figure, the recomputed one to the same digit, whether they match, the fraction, the unit
(series, patient, slice) and the method:
  results          18 values and 18 intervals of CNN, senior and junior reader, and the cut-off
  comparisons      3 p values
  abstract         3 accuracies, and what is called significant
  second ROI       the network on ROIs placed by another radiologist
  cohort           counts that must come out of others

then the rates of all three in one unit; the searches that show how much of the cases is forced by what is printed
(every possible count of calls, distribution of runs, and overlap of errors is tried); and by name what does not hold,
with its computation: two units in one table, intervals without width and beyond 1, an interval copied from another
figure, significance that is gone by patient, a cut-off chosen on the test set, and more.
"""

STATUS = (
    "0 all that should match does, 2 wrong use, 3 DIR cannot be written, 4 it does not, or installation unsound,\n"
    "130 interrupted"
)


class PaperNotReproduced(InstallationUnsound):
    """What was computed here differs from what the same cases give elsewhere."""

    def __init__(self, failures: list[str]) -> None:
        super().__init__(
            counted(
                "{number} figure should match the paper to the printed digit and does not ({first}), so the statistics "
                'installed here cannot be trusted: run `pip install --force-reinstall ".[training]"` where Clivus\' '
                "sources are.",
                "{number} figures should match the paper to the printed digit and do not ({first} and others), so the "
                'statistics installed here cannot be trusted: run `pip install --force-reinstall ".[training]"` where '
                "Clivus' sources are.",
                len(failures),
                first=failures[0],
            )
        )


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands, "reproduce-paper", "recompute every figure that the paper prints", REPRODUCE, STATUS, _reproduce
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="new folder for paper.csv (every row), paper.json, and the ROC of the paper's CNN by series as roc.csv, "
        "roc.svg and roc.png (the curve starts at 0, 0); default: no files",
    )


def _reproduce(options: argparse.Namespace) -> int:
    try:
        from training.paper.reproduction import reproduce
        from training.paper.tables import as_json
        from training.paper.text import report

        if options.out is not None:
            from training.paper.files import write_reproduction
    except ModuleNotFoundError as error:
        raise TrainingNotInstalled(str(error.name)) from None

    if options.out is not None:
        require_new(options.out)
    found = reproduce()
    print(as_json(found) if options.json else report(found), end="")
    if options.out is not None:
        write_reproduction(found, options.out)
    if found.failures:
        raise PaperNotReproduced(found.failures)
    return 0
