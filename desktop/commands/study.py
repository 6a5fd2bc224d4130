"""`clivus study`: the reader studies of a project, begun and taken out without a window."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.commands.actions import Action, declare_actions
from desktop.messages import message, tr

_SEED = 0
_KINDS = ("reading", "rectangles")
"""As `desktop.project.reader_study.Kind` has them, which is imported only once it is needed."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the commands below `clivus study`."""
    declare_actions(parser, _ACTIONS)


def _declare_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help=tr("the study's name"))


def _declare_begin(parser: argparse.ArgumentParser) -> None:
    _declare_name(parser)
    explain = tr("what its readers do: answer without and with the model, or place rectangles (%(default)s)")
    parser.add_argument("--kind", choices=_KINDS, default=_KINDS[0], help=explain)
    parser.add_argument("--readers", metavar="CODE", nargs="+", required=True, help=tr("the codes of its readers"))
    parser.add_argument("--patients", metavar="NUMBER", type=int, required=True, help=tr("the number planned"))
    parser.add_argument("--measure", help=tr("what is compared (AUC; of rectangles, Dice)"))
    parser.add_argument("--margin", type=float, help=tr("of non-inferiority; without it, superiority is asked for"))
    explain = tr("the bundle of the model in the second arm; without it, the model that came with Clivus")
    parser.add_argument("--model", metavar="BUNDLE", type=Path, help=explain)
    explain = tr("days between a reader's arms (%(default)s)")
    parser.add_argument("--washout", metavar="DAYS", type=int, default=60, help=explain)
    explain = tr("of every reader's order of the cases (%(default)s)")
    parser.add_argument("--seed", metavar="NUMBER", type=int, default=_SEED, help=explain)


def _begin(options: argparse.Namespace) -> int:
    from desktop.inference.bundle import Bundle
    from desktop.project import cases, reader_study
    from desktop.project.database import Project
    from desktop.project.reader_study import MEASURES, Kind, Protocol

    kind, bundle = Kind(options.kind), None
    if kind is Kind.READING:
        bundle = Bundle.shipped() if options.model is None else Bundle.load(options.model)
    with Project.open(options.project) as project:
        protocol = Protocol(
            kind,
            tuple(options.readers),
            tuple(case.id for case in cases.every(project) if not case.excluded),
            options.seed,
            options.washout if kind is Kind.READING else 0,
            options.measure or MEASURES[kind],
            options.margin,
            options.patients,
            *(() if bundle is None else (bundle.manifest_sha256, bundle.manifest.called)),
        )
        begun = reader_study.begin(project, options.name, protocol)
    print(tr("The study {name} was begun with {count} cases.", name=begun.name, count=len(protocol.case_ids)))
    return 0


def _declare_export(parser: argparse.ArgumentParser) -> None:
    _declare_name(parser)
    explain = tr("the folder for the tables of iMRMC, MRMCaov and `clivus-train evaluate --readers`, or `--second`")
    parser.add_argument("out", metavar="OUT", type=Path, help=explain)


def _export(options: argparse.Namespace) -> int:
    from desktop.files import new_folder, write_text
    from desktop.project import reader_study, tables
    from desktop.project.cohort import truth
    from desktop.project.database import Project
    from desktop.project.reader_study import Kind

    with Project.open(options.project) as project:
        study, known = reader_study.find(project, options.name), truth(project)
        with new_folder(options.out) as folder:
            if study.protocol.kind is Kind.RECTANGLES:
                tables.write_second_readings(project, study, folder)
                print(tr("The rectangles are in {folder}.", folder=options.out))
                return 0
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
