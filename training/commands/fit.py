"""`clivus-train fit`."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from training.commands.declare import (
    CORES,
    Commands,
    Interrupted,
    TrainingNotInstalled,
    add_command,
    add_threads,
    count,
    print_metrics,
)
from training.work.processes import end_with_torchrun

if TYPE_CHECKING:
    from training.fit.configuration import Configuration

FIT = """\
Fit a model's final layer on a frozen backbone, from the cases of a cohort and their split by patient. Every case is
opened first: a case that `clivus-train cohort check` would refuse, a split made for another cohort, and anything that
two sides have in common stop the command before anything is learned. The fit learns from the training patients' images,
in positive cases the slices called positive and in negative ones all, as in the paper, and is measured on
patients whom it had not learned from. The test patients' cases are opened to look for leaks, and used for nothing else.

With folds, as the preset recommended has them, the patients in training are divided into folds, and each fold is judged
by a layer that learned from the others. What has to be chosen (the penalty, and by the configuration threshold and run)
is chosen by these answers, the figures stated are theirs, and the final layer then learns from all patients in
training, those of internal validation included. Without folds, as in the paper, internal validation is watched and
never learned from. With --fold K the split's fold K is watched and not learned from in either case.

COHORT is a table or a folder (`clivus-train cohort --help`), SPLIT what `clivus-train cohort split` wrote.

Presets, and first weights imagenet for both:
  paper        21 copies of each image, Adam at 1e-4, batches of 64, 15 epochs (Nakagawa et al. 2024)
  recommended  three penalised logistic regressions, averaged, on 7 copies each; the penalty chosen in folds by patient;
               then the layer learns from all training patients; on phantom cohorts no difference from paper was seen
A configuration file (TOML) names a preset and whatever it changes, such as:
  preset = "paper"
  seed = 3
  [augmentation]
  rotation_deg = 10.0
Its table [decision] says how a case is called. rule is "fixed" (threshold 0.5 and a run of 2 slices, as in the paper,
unless given otherwise), "youden" or "sensitivity" (both chosen in the folds, by patient); run_in is "slices" or "mm";
smoothing = 0.25 averages a slice's logit with its neighbours', and shift_px = 16 averages over five crops, which takes
five times as long to judge. Both are measured in the folds. docs/formats.md lists every key.

RUN is a folder with the record run.json, configuration.toml, split.json, log.csv, tensorboard/, the cached features/
and at last network.pt. After a kill, SIGTERM or a full disk the same command continues where it stopped, and ends with
the same model as if it had not been interrupted; a run that was begun with anything else is refused. features/ of
another run may be put into RUN before the fit: those that are the same, as for both presets with one seed, are not
computed again. Several processes share the work with `torchrun --nproc-per-node N -m training.cli fit ...`; every one
gets --threads of its own. Then `clivus-train export` makes a bundle of the run.
"""

STATUS = """\
0 complete, 2 wrong use or RUN is complete already, 3 input refused or RUN cannot be written,
4 installation unsound, 130 interrupted, 143 stopped by SIGTERM"""


def declare(commands: Commands) -> None:
    """Add the command."""
    fit = add_command(commands, "fit", "fit a model on a cohort and its split", FIT, STATUS, _fit)
    fit.add_argument("cohort", type=Path, metavar="COHORT", help="a table or a folder of cases")
    fit.add_argument("--split", type=Path, required=True, metavar="SPLIT", help="the patients to learn from, a file")
    fit.add_argument(
        "--out", type=Path, required=True, metavar="RUN", help="new folder for the run, or that of the same run, begun"
    )
    numbers = fit.add_mutually_exclusive_group()
    # As in training.fit.configuration, which loads torch.
    numbers.add_argument(
        "--preset", choices=("paper", "recommended"), default="recommended", help="see above; default recommended"
    )
    numbers.add_argument("--configuration", type=Path, metavar="FILE", help="a configuration instead of a preset, TOML")
    fit.add_argument(
        "--weights",
        metavar="W",
        help="the backbone instead of the configuration's: imagenet (torchvision's V1, 98 MB, downloaded once), "
        "imagenet-v2, shipped (the model that comes with Clivus), a bundle's folder, scratch, or a file: of "
        "`clivus-train pretrain`, RadImageNet's ResNet50.pt, or with a state dict of torchvision's network",
    )
    fit.add_argument("--seed", type=int, metavar="N", help="of all random numbers, instead of the configuration's")
    fit.add_argument(
        "--fold",
        type=int,
        metavar="K",
        help="monitor one of the split's folds, counted from 0, and learn from the others in training; default: "
        "monitor internal validation",
    )
    fit.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="where to compute; default cpu")
    add_threads(fit)
    fit.add_argument(
        "--workers", type=count, default=CORES, metavar="N", help=f"threads that make copies; default {CORES} here"
    )


def _fit(options: argparse.Namespace) -> int:
    end_with_torchrun()
    try:
        import torch

        from desktop.learning.chance import hopeless
        from desktop.learning.cohort.split import Split
        from desktop.learning.patient_folds import require_patients
        from training.cohort.survey import read_cohort
        from training.fit.material import load_material
        from training.fit.record import require_place
        from training.fit.run import fit_run, frozen_backbone
        from training.fit.run_facts import decision_words
        from training.work.hardware import TrainingDevice, open_device
    except ModuleNotFoundError as error:
        raise TrainingNotInstalled(str(error.name)) from None

    # What can be refused in a second is, before the minutes that a cohort takes.
    configuration = _configuration(options)
    require_place(options.out)
    device = TrainingDevice(options.device)
    open_device(device)
    _, origin = frozen_backbone(configuration)
    cohort, split = read_cohort(options.cohort), Split.load(options.split)
    if os.environ.get("RANK", "0") == "0":  # of torchrun's processes, the first one speaks
        print(f"First weights: {origin.text} ({origin.licence}).")
        if cohort.licence:
            print(f"Licence of the cohort: {cohort.licence}.")
    split.require_of(cohort)
    learned, watched = split.sides(options.fold, everyone=configuration.folds > 0)
    require_patients(len(learned.positive), len(learned.negative), configuration.folds)
    measured = learned if configuration.folds else watched
    if remark := hopeless(len(measured.positive), len(measured.negative)):
        print(remark, file=sys.stderr)
    torch.set_num_threads(options.threads)
    try:
        material = load_material(cohort, split, options.fold, everyone=configuration.folds > 0)
        run = fit_run(
            material.train, material.validation, configuration, options.out, device, options.workers, material.cohort
        )
    except KeyboardInterrupt:
        raise Interrupted(options.out) from None
    if run:
        print_metrics(run.metrics)
        print(*run.not_computed, sep="\n", end="\n" if run.not_computed else "")
        print(decision_words(run))
        print(options.out)
    return 0


def _configuration(options: argparse.Namespace) -> Configuration:
    from training.fit.configuration import preset, read_configuration

    found = read_configuration(options.configuration) if options.configuration else preset(options.preset)
    given = {name: value for name in ("weights", "seed") if (value := getattr(options, name)) is not None}
    return replace(found, **given)
