"""What every command needs to declare itself."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import InstallationUnsound
from desktop.inference.manifest import Metric
from desktop.messages import message

if TYPE_CHECKING:
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
