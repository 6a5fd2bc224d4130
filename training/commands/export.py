"""`clivus-train export`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import onnx_models
from desktop.errors import WrongUse
from desktop.inference.remarks import near_chance_line
from desktop.messages import message
from training.commands.declare import Commands, TrainingNotInstalled, add_command, add_despite, print_metrics

EXPORT = """\
Make a bundle of a complete run: what `clivus --model BUNDLE` and `clivus read --model BUNDLE` judge with. Writes
model.onnx (48 MB), manifest.json and MODEL_CARD.md into a new folder, which appears only when it is complete.

The graph is compared with the trained network, logits and maps, on crops made by arithmetic; the self-test's known
answer is taken and checked with the application's own network. The manifest is filled from the run: the cohort in
numbers, the thicknesses and contrast phases that were learned from, and outside of which Clivus warns or refuses,
threshold, run and averaging as the fit set or chose them, the figures of the folds or of internal validation,
fingerprints of data, split, configuration and backbone, origin and licence of the first weights, and versions of the
tools. A run on phantoms alone makes a model for demonstration, every other one a model for research; neither is for
clinical use.

A model that was not shown to be better than chance is refused: both sensitivity and specificity by patient, in the
folds or else on internal validation, need an exact 95 % interval above 0.5, which takes at least six patients of either
label. With --despite it is exported, and marked for ever: manifest, card, window, command and reports say so.

With --evaluation the card and the manifest also state what `clivus-train evaluate RUN ... --out EVALUATION` found on
cases that nothing was learned from: figures by patient, series and slice, and series by subgroup.

RUN is the folder that `clivus-train fit` wrote; it is not changed, and a run that is not complete is refused.
"""

STATUS = "0 written, 2 wrong use, 3 run refused or bundle cannot be written, 4 installation unsound, 130 interrupted"


def declare(commands: Commands) -> None:
    """Add the command."""
    export = add_command(commands, "export", "make a bundle of a run", EXPORT, STATUS, _export)
    export.add_argument("run_folder", type=Path, metavar="RUN", help="a complete run")
    export.add_argument("--out", type=Path, required=True, metavar="BUNDLE", help="new folder for the bundle")
    export.add_argument(
        "--id", metavar="NAME", help="what the model is called in every result; default the name of BUNDLE"
    )
    export.add_argument("--evaluation", type=Path, metavar="EVALUATION", help="an evaluation of RUN, to be stated")
    add_despite(export)
    export.add_argument("--licence", metavar="TEXT", help="of the model; default: for its owner to state")


def _export(options: argparse.Namespace) -> int:
    try:
        from training.fit.export import Edition, export_run
        from training.fit.record import Run
    except ModuleNotFoundError as error:
        raise TrainingNotInstalled(str(error.name)) from None

    name = options.out.resolve().name if options.id is None else options.id
    if name == onnx_models.DEFAULT:
        raise WrongUse(
            message("{name} is the model that comes with Clivus: give this one another name with --id.", name=name)
        )
    edition = Edition(name, despite=options.despite)
    if options.licence is not None:
        edition = replace(edition, licence=options.licence)
    figures = None
    if options.evaluation:
        from training.evaluation.report.stated import read_figures

        figures = read_figures(options.evaluation)
    manifest = export_run(Run.load(options.run_folder), options.out, edition, figures)
    print(f"{manifest.id} {manifest.version}, for {manifest.intended_use}")
    if remark := near_chance_line(manifest):
        print(remark)
    print_metrics(manifest.metrics)
    print(options.out)
    return 0
