"""What every command needs to declare itself."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import ClivusError, InstallationUnsound
from desktop.inference.manifest import Metric
from desktop.messages import message

if TYPE_CHECKING:
    from training.demo.pretraining import Surroundings

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = object

Run = Callable[[argparse.Namespace], int]
"""Runs a command; returns its exit status."""

CORES = os.cpu_count() or 1


class TrainingNotInstalled(InstallationUnsound):
    """The application is installed, but not what training needs."""

    def __init__(self, module: str) -> None:
        package = module.partition(".")[0]
        super().__init__(
            message(
                'Training needs {package}, which is not installed here: run `pip install ".[training]"` where '
                "Clivus' sources are.",
                package=package,
            )
        )


class Interrupted(ClivusError):
    """The person stopped work that can be continued."""

    exit_status = 130

    def __init__(self, folder: Path) -> None:
        super().__init__(
            message(
                "Interrupted; what was saved in {folder} stays, and the same command continues from there.",
                folder=folder,
            )
            if folder.exists()
            else message("Interrupted; nothing was written.")
        )


def add_command(
    commands: Commands, name: str, brief: str, whole: str, status: str, run: Run
) -> argparse.ArgumentParser:
    """Declare a command.

    Args:
        brief: for the list of commands.
        whole: everything about it, as it is laid out.
        status: its exit statuses, in words.
        run: what it does.
    """
    parser = commands.add_parser(
        name,
        help=brief,
        description=whole,
        epilog=f"Exit status: {status}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def add_out(parser: argparse.ArgumentParser, what: str) -> None:
    """`--out DIR`, a new folder."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=f"new folder for {what}")


def add_workers(parser: argparse.ArgumentParser, what: str) -> None:
    """`--workers N`."""
    parser.add_argument(
        "--workers", type=count, default=CORES, metavar="N", help=f"processes that {what}; default {CORES} here"
    )


def add_threads(parser: argparse.ArgumentParser) -> None:
    """`--threads N`."""
    parser.add_argument(
        "--threads", type=count, default=CORES, metavar="N", help=f"threads of torch on the CPU; default {CORES} here"
    )


def add_despite(parser: argparse.ArgumentParser) -> None:
    """`--despite`."""
    parser.add_argument(
        "--despite", action="store_true", help="export a model that was not shown to be better than chance, marked so"
    )


def add_pretraining(parser: argparse.ArgumentParser) -> None:
    """The options of whatever trains a backbone; `surroundings` reads them."""
    parser.add_argument(
        "--weights",
        default="scratch",
        metavar="scratch|imagenet|FILE",
        help="first weights: random numbers, torchvision's IMAGENET1K_V1 (98 MB, downloaded once), or a file with a "
        "state dict as torchvision or RadImageNet publish it; default scratch",
    )
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="where to train; default cpu")
    parser.add_argument("--seed", type=int, default=0, help="of the training's random numbers; default 0")
    add_workers(parser, "draw phantoms")
    add_threads(parser)


def surroundings(options: argparse.Namespace) -> Surroundings:
    """What `add_pretraining` was given.

    Raises:
        ModuleNotFoundError: training is not installed.
    """
    from training.demo.pretraining import Surroundings
    from training.work.hardware import TrainingDevice

    device = TrainingDevice(options.device)
    return Surroundings(options.weights, device, options.seed, options.workers, options.threads)


def print_metrics(metrics: Iterable[Metric]) -> None:
    """Figures, one a line."""
    for metric in metrics:
        interval = f"{metric.low:.3f}-{metric.high:.3f}"
        print(f"{metric.name} (by {metric.unit}): {metric.value:.3f} ({interval}), {metric.numbers}")


def count(text: str) -> int:
    """A number from 1 on."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("1 or more is expected")
    return number
