"""Below `clivus bundle`: whom a site trusts, and whether it uses signed models only."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from desktop.commands.actions import Action, declare_json
from desktop.messages import message, tr
from desktop.strict_json import to_json

_GROUP = 8
"""Digits of a key in a row: people compare them with those on paper."""


def declare_everyone(parser: argparse.ArgumentParser) -> None:
    """The argument of what an administrator may do for all."""
    parser.add_argument(
        "--for-everyone", action="store_true", help=tr("for all users of this computer, as its administrator")
    )


def _declare_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "key", metavar="PUBLIC_KEY", help=tr("the publisher's public-key.json, or the 64 digits of the key")
    )
    parser.add_argument(
        "--name", metavar="NAME", required=True, help=tr("what the publisher is called here; it stands by its models")
    )
    declare_everyone(parser)


def _trust(options: argparse.Namespace) -> int:
    from desktop.models.publishers import key_told
    from desktop.models.shelf import Shelf

    key = key_told(options.key)
    Shelf.here().publishers.trust(key, options.name, options.for_everyone)
    print(
        tr(
            "Models signed with this key are {name}'s from now on. Compare its digits with those that {name} gave you "
            "by another way:",
            name=options.name,
        )
    )
    print(*_groups(key))
    return 0


def _publishers(options: argparse.Namespace) -> int:
    from desktop.models.shelf import Shelf

    found = Shelf.here().publishers.read()
    if options.json:
        document = {
            "publishers": [{"name": name, "public_key": key} for key, name in found.names.items()],
            "for_everyone": found.for_everyone,
            "signed_only": found.signed_only,
        }
        print(to_json(document, ascii_only=True))
        return 0
    for key, name in found.names.items():
        print(f"{name}\t{key}")
    if not found.names:
        print(tr("No publisher is named here: whose a model is cannot be told."))
    if found.signed_only:
        print(tr("Only their models are used on this computer, and those that were made here."))
    return 0


def _declare_distrust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "publisher", metavar="PUBLISHER", help=tr("a name, with all its keys, or the digits of one key")
    )
    declare_everyone(parser)


def _distrust(options: argparse.Namespace) -> int:
    from desktop.models.shelf import Shelf

    name = Shelf.here().publishers.distrust(options.publisher, options.for_everyone)
    print(tr("{name} is not trusted any more. Models that are installed stay.", name=name))
    return 0


def _declare_signed_only(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("state", choices=("on", "off"), help=tr("on or off; as the computer's administrator"))


def _signed_only(options: argparse.Namespace) -> int:
    from desktop.models.shelf import Shelf

    only = options.state == "on"
    Shelf.here().publishers.require_signed(only)
    if only:
        print(
            tr(
                "Only models of publishers that are named for everyone are used on this computer, and those that came "
                "with Clivus or were made here."
            )
        )
    else:
        print(tr("Models that are not signed are used on this computer too."))
    return 0


def _groups(key: str) -> Iterator[str]:
    return (key[at : at + _GROUP] for at in range(0, len(key), _GROUP))


ACTIONS: dict[str, Action] = {
    "trust": Action(message("Name a publisher, by whose key models are signed."), _trust, _declare_trust),
    "publishers": Action(message("List the publishers that are named here."), _publishers, declare_json),
    "distrust": Action(message("Take a publisher's name away."), _distrust, _declare_distrust),
    "signed-only": Action(
        message("Say for everyone whether only models of named publishers are used."),
        _signed_only,
        _declare_signed_only,
    ),
}
