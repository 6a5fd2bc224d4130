"""`clivus-train demo-model`."""

from __future__ import annotations

import argparse

from training.commands.declare import (
    Commands,
    TrainingNotInstalled,
    add_command,
    add_out,
    add_threads,
    add_workers,
    print_metrics,
)

DEMO_MODEL = """\
Make the demonstration model: draw phantoms, train a ResNet50 on them end to end, freeze it, fit its final layer by
the recipe of Nakagawa et al. 2024, export it to ONNX, prove that the exported model answers as the trained one does,
and measure it on phantoms that it has not seen. Writes model.onnx, manifest.json and MODEL_CARD.md, about 48 MB, into a
new folder, which appears only when it is complete.

From scratch it takes about half an hour on two cores that nobody else uses, and about 7 GB of memory. The phantoms are
always the same ones; --seed changes the network's first weights, the order of images and their augmentation. The same
seed, tools, processor and number of threads give the same model. No patient's data are used and, unless --weights
imagenet is given, nothing is downloaded.
"""

STATUS = "0 made, 2 wrong use, 3 weights refused, 4 installation unsound, 130 interrupted"


def declare(commands: Commands) -> None:
    """Add the command."""
    demo = add_command(
        commands, "demo-model", "make the demonstration model from phantoms", DEMO_MODEL, STATUS, _demo_model
    )
    add_out(demo, "the model")
    demo.add_argument(
        "--weights",
        default="scratch",
        metavar="scratch|imagenet|FILE",
        help="first weights: random numbers, torchvision's IMAGENET1K_V1 (98 MB, downloaded once), or a file with a "
        "state dict of torchvision's resnet50; default scratch",
    )
    demo.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="where to train; default cpu")
    demo.add_argument("--seed", type=int, default=0, help="of the training's random numbers; default 0")
    add_workers(demo, "draw phantoms")
    add_threads(demo)


def _demo_model(options: argparse.Namespace) -> int:
    # Imported here: torch takes seconds to load, which --help and the processes that draw phantoms can do without.
    try:
        from training.demo.model import Order, make_demo_model
        from training.demo.recipe import Recipe
        from training.work.hardware import TrainingDevice
    except ModuleNotFoundError as error:
        raise TrainingNotInstalled(str(error.name)) from None

    order = Order(
        options.out, options.weights, TrainingDevice(options.device), options.seed, options.workers, options.threads
    )
    manifest = make_demo_model(order, Recipe())
    print_metrics(manifest.metrics)
    print(options.out)
    return 0
