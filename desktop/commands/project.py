"""`clivus project`: a department's cases in one file, without a window."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands.actions import Action, declare_actions, declare_json
from desktop.commands.project_cases import CASE_ACTIONS
from desktop.errors import ClivusError, InputRefused
from desktop.messages import counted, message, shown, tr
from desktop.settings_file import local_data_folder
from desktop.strict_json import to_json
from desktop.work import Work

if TYPE_CHECKING:  # imported later: they import numpy, and a damaged numpy must be reported
    from desktop.project.cases import Case
    from desktop.project.database import Project
    from desktop.project.places import Places
    from desktop.project.states import Row


class ProjectUnsound(InputRefused):
    """A project in which something is wrong."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the commands below `clivus project`."""
    declare_actions(parser, _ACTIONS)


def _new(options: argparse.Namespace) -> int:
    from desktop.own_files import SUFFIX
    from desktop.project.database import Project

    path: Path = options.project
    path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
    Project.create(path).close()
    print(tr("The project {path} was begun: add cases with `clivus project add`.", path=path))
    return 0


def _declare_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        metavar="PATH",
        type=Path,
        nargs="+",
        help=tr("folders, files, DICOMDIRs or zip archives to look into; or a cohort, with its readings"),
    )
    parser.add_argument(
        "--reader", metavar="CODE", default="", help=tr("whose a cohort's readings are that name nobody themselves")
    )
    parser.add_argument(
        "--suggest", action="store_true", help=tr("also look for ROI and range in each case, for a reader to look at")
    )


def _add(options: argparse.Namespace) -> int:
    from desktop.imaging.scan import scan_for_images
    from desktop.imaging.sources import Source
    from desktop.project.adding import add_all, suggest_all
    from desktop.project.taking import table_at, take

    with opened(options) as project:
        known = places()
        for path in options.paths:
            table = table_at(path)
            if table is not None:
                taken = take(project, table, options.reader, known, Work(_progress), suggest=options.suggest)
                print(tr("{path}: {what}", path=path, what=taken.told))
                continue
            with Source.open(path) as source:
                found = scan_for_images(source)
                added = add_all(project, path, found, known, Work(_progress))
                print(tr("{path}: {what}", path=path, what=added.told))
                if options.suggest:
                    suggest_all(project, found, _tell, Work(_progress))
    return 0


def _declare_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reader", metavar="CODE", default="", help=tr("whose state is listed"))
    parser.add_argument("--find", metavar="TEXT", default="", help=tr("only cases with this text"))
    declare_json(parser)


def _list(options: argparse.Namespace) -> int:
    from desktop.project import states

    with opened(options) as project:
        rows = states.filtered(states.rows(project, options.reader), text=options.find)
        done, count = states.progress(rows)
    if options.json:
        print(to_json({"cases": [_row_document(row) for row in rows], "answered": done, "of": count}, ascii_only=True))
        return 0
    for row in rows:
        problems = ", ".join(json.loads(row.problems))
        print("\t".join(filter(None, (row.key, row.whole.value, row.contrast, row.excluded, problems))))
    if options.reader:
        print(tr("Reader {reader} has answered {done} of {count}.", reader=options.reader, done=done, count=count))
    return 0


def _row_document(row: Row) -> dict[str, Any]:
    return {
        "case": row.key,
        "patient": row.patient,
        "state": row.whole.value,
        "own_state": row.own.value,
        "contrast": row.contrast or None,
        "excluded": row.excluded or None,
        "problems": json.loads(row.problems),
        "mri": row.mri,
        "strata": json.loads(row.strata),
    }


def _check(options: argparse.Namespace) -> int:
    from desktop.project.checking import check

    with opened(options) as project:
        found = check(project)
    if options.json:
        document = {
            "sound": found.sound,
            "faults": list(map(str, found.faults)),
            "remarks": list(map(str, found.remarks)),
            "log": found.log or None,
            "numbers": found.numbers,
        }
        print(to_json(document, ascii_only=True))
    else:
        for line in (*found.faults, *found.remarks):
            print(shown(line))
        print(*(f"{name}: {number}" for name, number in found.numbers.items()), sep=", ")
        print(tr("Last digest of the log: {digest}", digest=found.log or "-"))
    if not found.sound:
        raise ProjectUnsound(
            message(
                "The project {path} is not sound ({count}): {first}",
                path=options.project,
                count=counted("{number} fault", "{number} faults", len(found.faults)),
                first=found.faults[0],
            )
        )
    return 0


def _declare_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT", type=Path, help=tr("the cohort's folder, which is made"))


def _export(options: argparse.Namespace) -> int:
    from desktop.project.cohort import export

    with opened(options) as project:
        known = places()
        exported = export(project, options.out, lambda case: known.find(case.id))
    for key, why in exported.left_out.items():
        print(tr("left out: {case}: {reason}", case=key, reason=why))
    number = counted("{number} case", "{number} cases", len(exported.cases))
    print(tr("{number} in {folder}: check them with `clivus-train cohort check`.", number=number, folder=options.out))
    return 0


def _declare_merge(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("other", metavar="OTHER", type=Path, help=tr("another copy of the project; it is not changed"))


def _merge(options: argparse.Namespace) -> int:
    from desktop.project.database import Project
    from desktop.project.merging import merge

    with opened(options) as project, Project.open(options.other) as other:
        merged = merge(project, other)
    print(
        tr(
            "Taken over: {cases} cases, {entries} readings, {answers} answers.",
            cases=merged.cases,
            entries=merged.entries,
            answers=merged.answers,
        )
    )
    for key, now in merged.renamed.items():
        print(tr("{other} of the other copy is {key} here.", other=key, key=now))
    for key in sorted(merged.conflicts):
        print(tr("{case} was edited in both copies: choose in the window.", case=key))
    for remark in merged.remarks:
        print(shown(remark))
    return 0


def _declare_agreement(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("readers", metavar="CODE", nargs=2, help=tr("the codes of the two readers"))


def _agreement(options: argparse.Namespace) -> int:
    from desktop.project.agreement import of_readers

    with opened(options) as project:
        found = of_readers(project, *options.readers)
    if not found.figures:
        raise InputRefused(message("No case was read by both readers."))
    for figure in found.figures:
        interval = "" if figure.low is None else f" ({figure.low:.2f} .. {figure.high:.2f})"
        print(f"{figure.name}: {figure.value:.2f}{interval}, {figure.count} ({figure.unit})")
    return 0


def _watch(options: argparse.Namespace) -> int:
    from desktop.project.watching import watch
    from desktop.report.model_over_time import watch_document, watch_lines

    with opened(options) as project:
        found = watch(project)
    if options.json:
        print(to_json({"models": [watch_document(one) for one in found]}, ascii_only=True))
    elif not found:
        raise InputRefused(
            message("No model has read a case of this project: read them with `clivus read --cases`, or in the window.")
        )
    else:
        print("\n\n".join("\n".join(map(shown, watch_lines(one))) for one in found))
    return 0


def _declare_back_up(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="FILE", type=Path, help=tr("the copy"))


def _back_up(options: argparse.Namespace) -> int:
    with opened(options) as project:
        project.back_up(options.out)
    print(tr("The project was copied to {path}.", path=options.out))
    return 0


def opened(options: argparse.Namespace) -> Project:
    """The project that was named."""
    from desktop.project.database import Project

    return Project.open(options.project)


def places() -> Places:
    """Where this user's series lie."""
    from desktop.project.places import FILE, Places

    return Places(local_data_folder() / FILE)


def _tell(case: Case, error: ClivusError) -> None:
    print(tr("{case}: {reason}", case=case.key, reason=error.message), file=sys.stderr)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        text = tr("{done} of {total} cases", done=done, total=total)
        print(f"\r{text}", end="\n" if done == total else "", file=sys.stderr, flush=True)


_ACTIONS: dict[str, Action] = {
    "new": Action(message("Begin a project."), _new),
    "add": Action(
        message("Add every axial CT series in folders, discs or archives; or a cohort with its readings."),
        _add,
        _declare_add,
    ),
    "list": Action(message("List the cases with their states."), _list, _declare_list),
    **CASE_ACTIONS,
    "check": Action(
        message("Check file, log, readings and locked answers, and print the log's last digest."),
        _check,
        declare_json,
    ),
    "export": Action(
        message("Write the cases that are ready as a cohort for `clivus-train`."), _export, _declare_export
    ),
    "merge": Action(message("Take over what another copy of the project has."), _merge, _declare_merge),
    "agreement": Action(
        message("How far two readers agree: kappa, Dice and ends of the range, with intervals."),
        _agreement,
        _declare_agreement,
    ),
    "watch": Action(
        message("How a model in use answers over time: familiarity, positive share, agreement, and whether it drifts."),
        _watch,
        declare_json,
    ),
    "backup": Action(message("Write a copy of the project, while it is in use too."), _back_up, _declare_back_up),
}
