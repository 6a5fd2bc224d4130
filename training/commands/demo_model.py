"""`clivus-train demo-model`."""

from __future__ import annotations

import argparse

from training.commands.declare import (
    Commands,
    Interrupted,
    TrainingNotInstalled,
    add_command,
    add_despite,
    add_out,
    add_pretraining,
    print_metrics,
    surroundings,
)

DEMO_MODEL = """\
Make the demonstration model, by the commands that make a site's model and one more:
  cohort/            a cohort of phantoms, with files, readings and split, as of `phantoms`
  backbone.pt        all layers trained on other phantoms, as of `pretrain`
  run/               the final layer, as of `fit --weights backbone.pt` with fewer copies
  evaluation/        the network on the cohort's test side, as of `evaluate`
  phantom-resnet50/  the bundle, about 48 MB, whose card states what the evaluation found, as of `export --evaluation`
All of them are written into DIR, each when it is whole. After a kill or a full disk the same command continues.

From scratch it takes about an hour on two cores that compute with 16 bits (AVX-512 BF16, AMX), about two hours on
others, 8 GB of memory and 2 GB on disk. The phantoms are always the same ones; --seed changes the network's first
weights, the order of images and their augmentation. The same seed, tools, processor and number of threads give the
same model. No patient's data are used and, unless --weights imagenet is given, nothing is downloaded.
"""

STATUS = "0 made, 2 wrong use, 3 refused or it cannot be written, 4 installation unsound, 130 interrupted"


def declare(commands: Commands) -> None:
    """Add the command."""
    demo = add_command(
        commands, "demo-model", "make the demonstration model from phantoms", DEMO_MODEL, STATUS, _demo_model
    )
    add_out(demo, "the model and everything on the way, or that of the same command, begun")
    add_pretraining(demo)
    add_despite(demo)


def _demo_model(options: argparse.Namespace) -> int:
    # Imported here: torch takes seconds to load, which --help and the processes that draw phantoms can do without.
    try:
        from training.demo.model import make_demo_model
        from training.demo.recipe import Recipe

        given = surroundings(options)
    except ModuleNotFoundError as error:
        raise TrainingNotInstalled(str(error.name)) from None

    try:
        manifest = make_demo_model(options.out, given, Recipe(), options.despite)
    except KeyboardInterrupt:
        raise Interrupted(options.out) from None
    print_metrics(manifest.metrics)
    print(options.out / manifest.id)
    return 0
