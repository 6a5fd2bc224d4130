"""`clivus-train pretrain`."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.commands.declare import Commands, TrainingNotInstalled, add_command, add_pretraining, surroundings

PRETRAIN = """\
Train a backbone, all layers of the network, on phantoms: 450 synthetic heads, each intact and with invasion, and all of
their slices in range, in crops that grow from 64 to 224 pixels. It is asked whether bone is invaded, and where. This is
the one step of the demonstration model that a model of a site does not have; it stands for the ImageNet weights, which
may not be shipped. The phantoms are drawn in memory, are always the same ones, and occur in no cohort of `clivus-train
phantoms`.

Writes a file of 47 MB for `clivus-train fit --weights FILE`, which states its origin and licence. From scratch it takes
about 40 minutes on two cores that nobody else uses, and about 7 GB of memory. The same seed, tools, processor and
number of threads give the same file. Nothing is downloaded unless --weights imagenet is given.
"""

STATUS = (
    "0 written, 2 wrong use or the file exists, 3 weights refused or it cannot be written, 4 installation\n"
    "unsound, 130 interrupted"
)


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "pretrain", "train a backbone on phantoms", PRETRAIN, STATUS, _pretrain)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="new file for the backbone")
    add_pretraining(parser)


def _pretrain(options: argparse.Namespace) -> int:
    try:
        from training.demo.pretraining import pretrain
        from training.demo.recipe import Pretraining

        given = surroundings(options)
    except ModuleNotFoundError as error:
        raise TrainingNotInstalled(str(error.name)) from None

    pretrain(options.out, given, Pretraining())
    print(options.out)
    return 0
