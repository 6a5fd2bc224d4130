"""Commands below a command, such as `clivus project add`: what each says of itself, and how it is run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.messages import Message, shown, tr


def nothing(parser: argparse.ArgumentParser) -> None:
    """No further arguments."""


def declare_json(parser: argparse.ArgumentParser) -> None:
    """The argument of a command that prints for people, and on request for programs."""
    parser.add_argument("--json", action="store_true", help=tr("print one JSON object and nothing else"))


@dataclass(frozen=True)
class Action:
    """One of them.

    Attributes:
        explain: what it does.
        run: does it; returns the exit status.
        declare: its own arguments, behind those that all have.
    """

    explain: Message
    run: Callable[[argparse.Namespace], int]
    declare: Callable[[argparse.ArgumentParser], None] = nothing


def on_a_project(parser: argparse.ArgumentParser) -> None:
    """What commands that work on a project have in common."""
    parser.add_argument("project", metavar="PROJECT", type=Path, help=tr("the project's file, NAME.clivus"))


def declare_actions(
    parser: argparse.ArgumentParser,
    actions: Mapping[str, Action],
    common: Callable[[argparse.ArgumentParser], None] = on_a_project,
) -> None:
    """Declare commands below a command; `common` declares what all of them have."""
    below = parser.add_subparsers(metavar="ACTION", required=True)
    for name, action in actions.items():
        own = below.add_parser(name, help=shown(action.explain), description=shown(action.explain))
        common(own)
        action.declare(own)
        own.set_defaults(run_action=action.run)


def run_action(options: argparse.Namespace) -> int:
    """Run the one that was asked for."""
    run: Callable[[argparse.Namespace], int] = options.run_action
    return run(options)
