"""`clivus-train cohort suggest`, `import-rtstruct` and `confirm`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import ClivusError
from desktop.messages import shown
from desktop.reading.roi import PositionRange
from training.commands.declare import Commands, TrainingNotInstalled, add_command, add_out

if TYPE_CHECKING:
    from desktop.reading.saved import Reading

IMPORT = """\
Make a cohort from patients of radiotherapy: planning CT, an RT Structure Set with the tumour's contours, and a table
with T stages, in the form of RADCURE (The Cancer Imaging Archive). Nothing in it may be learned from yet: every range,
ROI, verdict and slice label is a proposal, from T stage and not confirmed, until a reader has looked at it and
`clivus-train cohort confirm` was run. `cohort check`, `split`, `fit` and `evaluate` refuse what is not confirmed.

DICOM is a folder with a folder for each patient, named by the patient_id of the table, which holds CT and structure set
at any depth; nothing is copied. TABLE is CSV (save the spreadsheet's sheet as "CSV UTF-8") with the columns
  patient_id        the key; the name of the patient's folder
  Ds Site           Nasopharynx; patients with any other site are left out
  T                 T1 to T4, also T4a or cT2; patients without, or with TX, Tis, rT or a second tumour, are left out
  ContrastEnhanced  1 or 0; may be missing
Subsite and Stage are kept for subgroups; other columns are ignored.

T1 and T2 rule out invasion of the skull base, so the proposed verdict is negative. T3 and T4 make it likely: the
verdict is positive if the tumour overlaps bone in range, on the slices where it does, and left open otherwise. Range
and ROI are proposed from the tumour's extent and the bone and air around it (training/rtstruct/proposal.py).

Contours are taken as they stand or refused: they must be closed, parallel to the slices, of the CT's frame of reference
and slices. Writes cohort.csv, a reading for each case, and import.csv with everybody who was left out, and why.
"""

SUGGEST = """\
Make a cohort from series that nobody has marked yet: range and ROI as the anatomy says (as `clivus suggest` finds
them), one reading for each case. Nothing in it may be learned from yet: every reading is a suggestion until a reader
has looked at it and `clivus-train cohort confirm` was run. `cohort check`, `split`, `fit` and `evaluate` refuse what is
not confirmed.

TABLE is CSV (UTF-8) with the columns
  case      a key of its own, of letters, digits, - and _
  patient   the patient's key
  series    where the DICOM files are (folder, file, DICOMDIR or zip), from the table's folder; nothing is copied
  verdict   positive, negative or nothing; where the slices are invaded is given with `cohort confirm --invaded`
and any others of a cohort's table. Writes cohort.csv, a reading for each case, and suggest.csv with every case for
which nothing is suggested, and why: mark these in the window.
"""

CONFIRM = """\
State that a reader has looked at proposed readings and stands for them. Look at each case in the window first: open its
CT, then its reading; range and ROI can be corrected and saved there. Slice labels cannot be seen in the window:
import.csv lists the slices proposed as invaded by position in mm, as the window shows it. What was seen otherwise is
given with --verdict and --invaded, for one case at a time; --invaded replaces all labels of the case. A case is
confirmed only if it is then fit to learn from, as `cohort check` would find.

COHORT is a table, or a folder with cohort.csv. Without --reader, the cases that wait are listed and nothing is changed.
"""


def declare(parts: Commands) -> None:
    """Add the commands to those of `clivus-train cohort`."""
    suggesting = add_command(
        parts,
        "suggest",
        "suggest range and ROI for a whole cohort, for a reader to confirm",
        SUGGEST,
        "0 written, 2 wrong use, 3 nothing is suggested or it cannot be written, 130 interrupted",
        _suggest,
    )
    suggesting.add_argument("table", type=Path, metavar="TABLE", help="cases, patients and series, CSV")
    add_out(suggesting, "the cohort")

    importing = add_command(
        parts,
        "import-rtstruct",
        "propose a cohort from planning CTs, contours and T stages, for a reader to confirm",
        IMPORT,
        "0 written, 2 wrong use, 3 nobody can be used or it cannot be written, 130 interrupted",
        _import,
    )
    importing.add_argument("dicom", type=Path, metavar="DICOM", help="a folder with a folder for each patient")
    importing.add_argument("--table", type=Path, required=True, metavar="TABLE", help="patients with T stage, CSV")
    importing.add_argument(
        "--licence",
        required=True,
        metavar="TEXT",
        help='of these data, such as "CC BY-NC 4.0, NAME, TCIA": kept in cohort, run, model and card',
    )
    importing.add_argument(
        "--roi", metavar="REGEX", help="names of the tumour's ROIs; default GTV, GTVp, GTVp1 and such"
    )
    add_out(importing, "the cohort")

    confirming = add_command(
        parts,
        "confirm",
        "state that a reader stands for proposed readings",
        CONFIRM,
        "0 confirmed or listed, 2 wrong use, 3 a case cannot be confirmed, 130 interrupted",
        _confirm,
    )
    confirming.add_argument("cohort", type=Path, metavar="COHORT", help="a table or a folder, as above")
    confirming.add_argument("--reader", type=_name, metavar="NAME", help="who looked at the cases; a pseudonym will do")
    which = confirming.add_mutually_exclusive_group()
    which.add_argument("--case", nargs="+", metavar="KEY", help="the cases that the reader looked at")
    which.add_argument("--all", action="store_true", help="the reader looked at all that wait")
    confirming.add_argument(
        "--verdict", choices=("positive", "negative"), help="of the one case, instead of the proposed"
    )
    confirming.add_argument(
        "--invaded",
        type=_span,
        action="append",
        default=[],
        metavar="LOW:HIGH",
        help="where invasion is seen, in mm of position; may be repeated",
    )


def _suggest(options: argparse.Namespace) -> int:
    from training.cohort.suggesting import LIST_FILE, suggest_cohort

    suggested, left_out = suggest_cohort(options.table, options.out)
    for item in left_out:
        print(f"left out: {item.key}: {shown(item.reason)}")
    for case in suggested:
        cautions = "".join(f"; {shown(caution)}" for caution in case.cautions)
        print(f"suggested: {case.key}: {_described(case.reading)}{cautions}")
    print(f"{len(suggested)} cases suggested, {len(left_out)} left out; see {options.out / LIST_FILE}.")
    print(f"Not confirmed: nothing may be learned from {options.out} before `clivus-train cohort confirm`.")
    return 0


def _import(options: argparse.Namespace) -> int:
    import re

    from desktop.errors import WrongUse
    from desktop.messages import message
    from training.cohort.survey import LONGEST_LICENCE

    try:
        from training.rtstruct.importing import LIST_FILE, import_rtstruct
        from training.rtstruct.structure_set import GTV
    except ModuleNotFoundError as error:
        raise TrainingNotInstalled(str(error.name)) from None

    licence = options.licence.strip()
    if not (licence and licence.isprintable() and len(licence) <= LONGEST_LICENCE):
        raise WrongUse(
            message("--licence must be a printable text of 1 to {longest} characters.", longest=LONGEST_LICENCE)
        )
    names = options.roi or GTV
    try:
        re.compile(names)
    except re.error as error:
        raise WrongUse(message("--roi is not a regular expression ({error}).", error=error)) from None
    proposed, left_out = import_rtstruct(options.dicom, options.table, options.out, licence, names)
    for item in left_out:
        print(f"left out: {item.key}: {shown(item.reason)}")
    for case in proposed:
        verdict = case.reading.verdict or "no verdict"
        notes = "".join(f"; {shown(note)}" for note in case.notes)
        print(f"proposed: {case.patient.key}: {case.patient.t_stage}, {verdict}{notes}")
    print(
        f"{len(proposed)} cases proposed, {len(left_out)} left out; see {options.out / LIST_FILE}. Licence: {licence}."
    )
    print(f"Not confirmed: nothing may be learned from {options.out} before `clivus-train cohort confirm`.")
    return 0


def _confirm(options: argparse.Namespace) -> int:
    from desktop.errors import WrongUse
    from desktop.messages import message
    from desktop.reading.run import Verdict
    from training.cohort.confirm import Correction, confirm, waiting

    cases = {case.key: case for case in waiting(options.cohort)}
    if options.reader is None:
        if options.case or options.all or options.verdict or options.invaded:
            raise WrongUse(message("Name who looked at the cases with --reader."))
        for case in cases.values():
            print(f"{case.key}: {_described(case.reading)}")
        print(f"{len(cases)} cases wait for a reader.")
        return 0
    if unknown := [key for key in options.case or () if key not in cases]:
        raise WrongUse(
            message("{key} is not a case that waits for a reader in {cohort}.", key=unknown[0], cohort=options.cohort)
        )
    keys = list(cases) if options.all else options.case or []
    if not keys:
        raise WrongUse(message("Name the cases that the reader looked at with --case, or give --all."))
    if (options.verdict or options.invaded) and len(keys) != 1:
        raise WrongUse(message("--verdict and --invaded are for one case: name it with --case."))
    correction = Correction(Verdict(options.verdict) if options.verdict else None, tuple(options.invaded))
    for key in keys:
        print(f"{key}: {_described(confirm(cases[key], options.reader, correction))}")
    print(f"{len(keys)} cases confirmed by {options.reader}; {len(cases) - len(keys)} wait.")
    return 0


def _described(reading: Reading) -> str:
    invaded = sum(reading.slice_labels.values())
    labels = f", invasion on {invaded} of {len(reading.slice_labels)} slices" if reading.slice_labels else ""
    span = f"{reading.range.low_mm:g} to {reading.range.high_mm:g} mm"
    return (
        f"{reading.verdict or 'no verdict'}, range {span}{labels} (labels from {reading.origin.labels or 'a reader'})"
    )


def _span(text: str) -> PositionRange:
    low, _, high = text.partition(":")
    try:
        return PositionRange(float(low), float(high))
    except (ValueError, ClivusError):
        raise argparse.ArgumentTypeError("two positions in mm are expected, the lower first") from None


def _name(text: str) -> str:
    name = text.strip()
    if not (0 < len(name) <= 60 and name.isprintable()):
        raise argparse.ArgumentTypeError("a printable name of at most 60 characters is expected")
    return name
