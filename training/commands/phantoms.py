"""`clivus-train phantoms`."""

from __future__ import annotations

import argparse

from training.cohort.kinds import KINDS, LEARNED
from training.cohort.selection import COHORTS
from training.commands.declare import Commands, add_command, add_out, add_workers

PHANTOMS = """\
Write a cohort of phantoms, synthetic heads with known truth, composed like the paper's: 100 patients (42 with invasion,
58 without), 7 with plain CT only, 76 with contrast only and 17 with both, 117 series; training 29 and 41 patients (33
and 47 series, 146 slices called positive and 226 negative ones), test 13 and 17 patients (15 and 22 series, 69 positive
and 17 negative slices, and 99). Heads are chosen by their own slice counts until these add up; no range is shortened
and no slice relabelled. Two series of a patient are one head, in one study, with and without contrast.

Plain heads are straight and of one build. Rich heads are bent, turned and tilted, with sinuses that hold no air,
adenoids, uneven marrow, crowns of metal and movement, and are scanned in more ways; their ranges are 2 to 30 mm long.
Of both, as the network that ships with Clivus has learned them, two of three heads are rich.

Writes a new folder, which appears only when it is complete:
  cohort.csv   one row per series: case, patient, series, reading, contrast, pattern, phantom_seed
  split.json   the paper's split by patient; 30 % of the training patients for internal validation
  series/      a folder of DICOM files for each series: the range and 3 slices around it, 512 x 512
  readings/    what a reader who knows the truth would save: range, ROI, slice labels, verdict

It takes 5 to 8 minutes on two cores and 0.7 GB on disk. No patient's data are used; nothing is downloaded.
"""

STATUS = "0 written, 2 wrong use, 3 it cannot be written, 130 interrupted"


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands, "phantoms", "write a cohort of phantoms, composed like the paper's", PHANTOMS, STATUS, _phantoms
    )
    add_out(parser, "the cohort")
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help=f"which cohort, 0 to {COHORTS - 1}; two cohorts have no head in common; default 0",
    )
    parser.add_argument(
        "--variety",
        choices=tuple(KINDS),
        default=LEARNED,
        help=f"the kinds of heads, see above; default {LEARNED}",
    )
    add_workers(parser, "draw phantoms")


def _phantoms(options: argparse.Namespace) -> int:
    from training.cohort.phantoms import write_phantom_cohort

    kinds = KINDS[options.variety]
    print(write_phantom_cohort(options.out, options.seed, options.workers, kinds=kinds))
    return 0
