"""The command `clivus-train`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from desktop.arguments import OneSentenceParser
from desktop.errors import ClivusError
from desktop.memory import keep_freed_memory
from desktop.messages import shown
from desktop.temporary import sweep_temporary
from desktop.version import VERSION
from training.commands import (
    cohort,
    demo_model,
    evaluate,
    export,
    fit,
    keys,
    learning_curve,
    phantoms,
    pretrain,
    reproduce_paper,
    sign,
)
from training.commands.declare import Run

INTERRUPTED = 130

_DECLARED = (
    phantoms,
    cohort,
    fit,
    learning_curve,
    evaluate,
    export,
    keys,
    sign,
    pretrain,
    demo_model,
    reproduce_paper,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    try:
        options = _parser().parse_args(argv)
        keep_freed_memory()
        for left in sweep_temporary():
            print(f"clivus-train: {shown(left.message)}", file=sys.stderr)
        run: Run = options.run
        return run(options)
    except ClivusError as error:
        print(f"clivus-train: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("\nclivus-train: interrupted; nothing was written.", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = OneSentenceParser(
        prog="clivus-train",
        description="Train models for Clivus. For demonstration and research, not for clinical use.",
    )
    parser.add_argument("--version", action="version", version=f"clivus-train {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _DECLARED:
        command.declare(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
