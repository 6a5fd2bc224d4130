"""`clivus-train cohort check`, `split` and `export`; `cohort_patients.py` has the others."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.commands import cohort_patients
from training.commands.declare import Commands, add_command, add_out

LAYOUT = """\
COHORT is a table, or a folder with the table cohort.csv: one row for each case, with the columns
  case      a key of its own
  patient   the patient's key; the series of one patient share it
  series    where the DICOM files are (folder, file, DICOMDIR or zip), from the table's folder
  reading   a reading saved by Clivus: ROI, range, a label for each slice, and the reader's verdict, the case's label
  contrast  plain or contrast; may be empty or left out, then the series' header counts, and a split minds labels only
  licence   of the case's data; may be left out; kept in run record, manifest and model card
and any others, which are kept as text (t_class, histology). UTF-8; comma, semicolon or tabulator.
Without a table, COHORT is a folder with a folder for each case, which holds reading.json and the DICOM files; what
stands before "__" in a case folder's name is the patient's key (P001__plain, P001__contrast), or else all of it.
"""

COHORT = f"""\
Check, split and view the cases that a model is trained or evaluated on.

{LAYOUT}"""

CHECK = f"""\
Open every case of a cohort, and list everything that must be corrected before a model learns from it: a reading that
belongs to another series, an ROI outside the slice, a range with fewer than two slices, labels that are missing or
contradict the verdict, series that Clivus could not judge, patients with two labels, and pictures, studies or frames of
reference that two patients share. Remarks are worth a look and prevent nothing. Then the cohort in numbers: patients,
series, slices in range, and training images as the paper counts them (of positive cases the slices called positive, of
negative cases all).

{LAYOUT}"""

SPLIT = f"""\
Divide the patients of a cohort into training and test, before anything is learned, and write down who is where. Both
labels are divided in the same shares, and within a label the patients with plain CT, with contrast and with both. 30 %
of the training patients are for internal validation; with --folds the training patients are divided into folds as well.
The same cohort and seed give the same split on any machine. No image is opened here: run `cohort check` first. Whatever
uses the split refuses it when a patient, study, frame of reference, SOP instance or picture stands on both sides, or
when the cohort was changed since.

{LAYOUT}"""

EXPORT = f"""\
Write each slice in range as the network sees it, 224 x 224 in 8 bits at level 60 and width 600 HU, for viewing; file
names contain case, position and label, and index.csv lists them. The new folder appears only when it is complete.

{LAYOUT}"""


def declare(commands: Commands) -> None:
    """Add the commands."""
    group = commands.add_parser(
        "cohort",
        help="check, split and view the cases that a model is trained on; import and confirm them",
        description=COHORT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parts = group.add_subparsers(required=True, metavar="COMMAND")

    check = add_command(
        parts,
        "check",
        "list everything that is wrong with a cohort, and what it holds",
        CHECK,
        "0 no problems, 2 wrong use, 3 problems, 130 interrupted",
        _check,
    )
    _add_cohort(check)
    check.add_argument(
        "--split", type=Path, metavar="FILE", help="a split: numbers by side, and leaks across it are problems"
    )
    check.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    split = add_command(
        parts,
        "split",
        "divide the patients into training and test, once",
        SPLIT,
        "0 written, 2 wrong use or the file exists, 3 it cannot be divided or written",
        _split,
    )
    _add_cohort(split)
    split.add_argument("--out", type=Path, required=True, metavar="FILE", help="the split, JSON")
    split.add_argument("--test", type=float, default=0.3, metavar="SHARE", help="of the patients; default 0.3")
    split.add_argument("--folds", type=int, default=0, metavar="K", help="folds of the training patients; default none")
    split.add_argument("--seed", type=int, default=0, metavar="N", help="decides who goes where; default 0")
    split.add_argument("--force", action="store_true", help="replace an existing split")

    export = add_command(
        parts,
        "export",
        "write the crops as pictures for viewing",
        EXPORT,
        "0 written, 2 wrong use, 3 a case cannot be used or the folder not written, 130 interrupted",
        _export,
    )
    _add_cohort(export)
    add_out(export, "the pictures")
    export.add_argument("--format", choices=("png", "jpeg"), default="png", help="of the pictures; default png")

    cohort_patients.declare(parts)


def _add_cohort(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cohort", type=Path, metavar="COHORT", help="a table or a folder, as above")


def _check(options: argparse.Namespace) -> int:
    from desktop.errors import InputRefused
    from desktop.learning.cohort.split import Split
    from desktop.strict_json import to_json
    from training.cohort.check import check_cohort

    report = check_cohort(options.cohort, Split.load(options.split) if options.split else None)
    print(to_json(report.document(), ascii_only=True) if options.json else report.text())
    return 0 if report.sound else InputRefused.exit_status


def _split(options: argparse.Namespace) -> int:
    from desktop.learning.cohort.split import make_split
    from training.cohort.survey import read_cohort

    split = make_split(read_cohort(options.cohort), options.test, options.folds, options.seed)
    split.save(options.out, replace=options.force)
    sides = (("training", split.training), ("of these validation", split.validation), ("test", split.test))
    folds = ((f"fold {number}", fold) for number, fold in enumerate(split.folds))
    for name, side in (*sides, *folds):
        print(f"{name}: {len(side.positive)} positive and {len(side.negative)} negative patients")
    print(options.out)
    return 0


def _export(options: argparse.Namespace) -> int:
    from training.cohort.pictures import export_pictures
    from training.cohort.survey import read_cohort

    pictures = export_pictures(read_cohort(options.cohort), options.out, options.format)
    print(f"{pictures} pictures in {options.out}")
    return 0
