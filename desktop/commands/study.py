"""`clivus study`: the reader studies of a project, begun and taken out without a window."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.commands.actions import Action, declare_actions
from desktop.messages import message, tr

_SEED = 0


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the commands below `clivus study`."""
    declare_actions(parser, _ACTIONS)


def _declare_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help=tr("the study's name"))


def _declare_begin(parser: argparse.ArgumentParser) -> None:
    _declare_name(parser)
    parser.add_argument("--readers", metavar="CODE", nargs="+", required=True, help=tr("the codes of its readers"))
    parser.add_argument("--patients", metavar="NUMBER", type=int, required=True, help=tr("the number planned"))
    parser.add_argument("--measure", default="AUC", help=tr("what is compared (%(default)s)"))
    parser.add_argument("--margin", type=float, help=tr("of non-inferiority; without it, superiority is asked for"))
    explain = tr("days between a reader's arms (%(default)s)")
    parser.add_argument("--washout", metavar="DAYS", type=int, default=60, help=explain)
    explain = tr("of every reader's order of the cases (%(default)s)")
    parser.add_argument("--seed", metavar="NUMBER", type=int, default=_SEED, help=explain)


def _begin(options: argparse.Namespace) -> int:
    from desktop.project import cases, reader_study
    from desktop.project.database import Project
    from desktop.project.reader_study import Kind, Protocol

    with Project.open(options.project) as project:
        protocol = Protocol(
            Kind.READING,
            tuple(options.readers),
            tuple(case.id for case in cases.every(project) if not case.excluded),
            options.seed,
            options.washout,
            options.measure,
            options.margin,
            options.patients,
        )
        begun = reader_study.begin(project, options.name, protocol)
    print(tr("The study {name} was begun with {count} cases.", name=begun.name, count=len(protocol.case_ids)))
    return 0


def _declare_export(parser: argparse.ArgumentParser) -> None:
    _declare_name(parser)
    explain = tr("the folder for the tables of iMRMC, MRMCaov and `clivus-train evaluate --readers`")
    parser.add_argument("out", metavar="OUT", type=Path, help=explain)


def _export(options: argparse.Namespace) -> int:
    from desktop.files import new_folder, write_text
    from desktop.project import reader_study, tables
    from desktop.project.cohort import truth
    from desktop.project.database import Project

    with Project.open(options.project) as project:
        study, known = reader_study.find(project, options.name), truth(project)
        with new_folder(options.out) as folder:
            write_text(folder / "imrmc.csv", tables.imrmc(project, study, known))
            write_text(folder / "mrmcaov.csv", tables.mrmcaov(project, study, known))
            write_text(folder / "readers.csv", tables.readers_table(project, study))
    print(tr("The tables are in {folder}.", folder=options.out))
    return 0


_ACTIONS: dict[str, Action] = {
    "begin": Action(
        message("Begin a reader study of all cases; its protocol is fixed from then on."), _begin, _declare_begin
    ),
    "export": Action(message("Write the locked answers as tables for other programs."), _export, _declare_export),
}
