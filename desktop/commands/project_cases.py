"""`clivus project exclude`, `include`, `note`, `join`: what is said of cases, as the worklist's menu says it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.commands.actions import Action
from desktop.errors import WrongUse
from desktop.messages import counted, message, shown, tr

if TYPE_CHECKING:  # imported later: they import numpy, and a damaged numpy must be reported
    from desktop.project.cases import Case
    from desktop.project.database import Project

_MRI = {"yes": True, "no": False, "unknown": None}


def _declare_cases(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cases", metavar="CASE", nargs="+", help=tr("keys of cases, such as P034-2"))
    parser.add_argument("--reader", metavar="CODE", required=True, help=tr("the code of who says so"))


def _declare_exclude(parser: argparse.ArgumentParser) -> None:
    _declare_cases(parser)
    parser.add_argument("--reason", metavar="WHY", required=True, help=tr('why, such as "no MRI"'))


def _exclude(options: argparse.Namespace) -> int:
    from desktop.project import cases

    if not options.reason.strip():
        raise WrongUse(message("A case is left out for a reason: give one with --reason."))
    reason = options.reason.strip()
    return _of_each(options, lambda project, case: cases.exclude(project, case, reason, options.reader))


def _include(options: argparse.Namespace) -> int:
    from desktop.project import cases

    return _of_each(options, lambda project, case: cases.exclude(project, case, "", options.reader))


def _declare_note(parser: argparse.ArgumentParser) -> None:
    _declare_cases(parser)
    parser.add_argument("--mri", choices=list(_MRI), help=tr("whether an MRI of the patient is available"))
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help=tr("a further column of the cohort, such as t_class=T3; without a value it is removed"),
    )


def _note(options: argparse.Namespace) -> int:
    from desktop.project import cases

    parts = [text.partition("=") for text in options.set]
    if wrong := [text for text, (_, sign, _) in zip(options.set, parts, strict=True) if not sign]:
        raise WrongUse(message("{text} is not NAME=VALUE, such as t_class=T3.", text=wrong[0]))
    new = {name.strip(): value.strip() for name, _, value in parts}

    def note(project: Project, case: Case) -> None:
        if options.mri is not None:
            cases.set_mri(project, case, _MRI[options.mri], options.reader)
        if new:
            cases.set_strata(project, case, case.strata | new, options.reader)

    return _of_each(options, note)


def _declare_join(parser: argparse.ArgumentParser) -> None:
    _declare_cases(parser)
    parser.add_argument("--patient", metavar="KEY", required=True, help=tr("the patient's key, such as P034"))


def _join(options: argparse.Namespace) -> int:
    from desktop.project import cases

    def join(project: Project, case: Case) -> None:
        joined = cases.join(project, case, options.patient, options.reader)
        print(tr("{before} is {now} now.", before=case.key, now=joined.key))

    return _of_each(options, join)


def _of_each(options: argparse.Namespace, say: Callable[[Project, Case], None]) -> int:
    """Say something of all the cases named, or of none: they are one change."""
    from desktop.project import cases, entries
    from desktop.project.database import Project

    with Project.open(options.project) as project, project.change():
        entries.add_reader(project, options.reader)
        for key in options.cases:
            say(project, cases.find(project, key))
    print(shown(counted("Noted of {number} case.", "Noted of {number} cases.", len(options.cases))))
    return 0


CASE_ACTIONS: dict[str, Action] = {
    "exclude": Action(message("Leave cases out, with a reason that a cohort tells."), _exclude, _declare_exclude),
    "include": Action(message("Take excluded cases in again."), _include, _declare_cases),
    "note": Action(message("Note MRI and further columns, such as the T stage."), _note, _declare_note),
    "join": Action(message("Make cases one patient's who is under two keys."), _join, _declare_join),
}
