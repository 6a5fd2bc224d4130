"""The command `clivus-train`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.errors import ClivusError, InstallationUnsound
from desktop.version import VERSION

INTERRUPTED = 130

DEMO_MODEL = """\
Make the demonstration model: draw phantoms, train a ResNet50 on them end to end, freeze it, fit its final layer by
the recipe of Nakagawa et al. 2024, export it to ONNX, prove that the exported model answers as the trained one does,
and measure it on phantoms that it never saw. Writes model.onnx, manifest.json and MODEL_CARD.md, about 48 MB, into a
new folder, which appears only when all of it is there.

From scratch it takes about half an hour on two cores that nobody else uses, and about 7 GB of memory. The phantoms are
always the same ones; --seed changes the network's first weights, the order of images and their augmentation. The same
seed, tools, processor and number of threads give the same model. No patient's data are used and, unless --weights
imagenet is given, nothing is downloaded.
"""

EXIT_STATUS = "Exit status: 0 made, 2 wrong use, 3 weights refused, 4 installation unsound, 130 interrupted."


class TrainingNotInstalled(InstallationUnsound):
    """The application is installed, but not what training needs."""

    def __init__(self, module: str) -> None:
        super().__init__(
            f'Training needs {module}, which is not installed here: run `pip install ".[training]"` where Clivus\' '
            "sources are."
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    asked = _parser().parse_args(argv)
    try:
        return _demo_model(asked)
    except ClivusError as error:
        print(f"clivus-train: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("\nclivus-train: interrupted; nothing was written.", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clivus-train",
        description="Train models for Clivus. For demonstration and research, not for clinical use.",
    )
    parser.add_argument("--version", action="version", version=f"clivus-train {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo-model",
        help="make the demonstration model from phantoms",
        description=DEMO_MODEL,
        epilog=EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    cores = os.cpu_count() or 1
    demo.add_argument("--out", type=Path, required=True, metavar="DIR", help="new folder for the model")
    demo.add_argument(
        "--weights",
        default="scratch",
        metavar="scratch|imagenet|FILE",
        help="first weights: random numbers, torchvision's IMAGENET1K_V1 (98 MB, downloaded once), or a file with a "
        "state dict of torchvision's resnet50; default scratch",
    )
    demo.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="where to train; default cpu")
    demo.add_argument("--seed", type=int, default=0, help="of the training's random numbers; default 0")
    demo.add_argument(
        "--workers", type=_count, default=cores, metavar="N", help=f"processes that draw phantoms; default {cores} here"
    )
    demo.add_argument(
        "--threads", type=_count, default=cores, metavar="N", help=f"threads of torch on the CPU; default {cores} here"
    )
    return parser


def _count(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("1 or more is expected")
    return number


def _demo_model(asked: argparse.Namespace) -> int:
    # Imported here: torch takes seconds to load, which --help and the processes that draw phantoms can do without.
    try:
        from training.demo.model import Order, make_demo_model
        from training.hardware import TrainingDevice
        from training.recipe import Recipe
    except ModuleNotFoundError as error:
        raise TrainingNotInstalled(str(error.name)) from None

    order = Order(asked.out, asked.weights, TrainingDevice(asked.device), asked.seed, asked.workers, asked.threads)
    manifest = make_demo_model(order, Recipe())
    for metric in manifest.metrics:
        interval = f"{metric.low:.3f}-{metric.high:.3f}"
        print(f"{metric.name} (by {metric.unit}): {metric.value:.3f} ({interval}), {metric.numbers}")
    print(asked.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
