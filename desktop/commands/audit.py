"""`clivus audit`: the trail of what this user read, without a window."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from desktop.commands.actions import Action, declare_actions, declare_json, nothing
from desktop.errors import InputRefused
from desktop.messages import counted, message, shown, tr
from desktop.strict_json import to_json

_DIGEST = re.compile("[0-9a-f]{64}")


class TrailUnsound(InputRefused):
    """A trail that does not hold."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the commands below `clivus audit`."""
    declare_actions(parser, _ACTIONS, nothing)


def _declare_verify(parser: argparse.ArgumentParser) -> None:
    explain = tr("a last digest that was written down earlier: the trail has to hold it still")
    parser.add_argument("--noted", metavar="DIGEST", type=_digest, help=explain)
    declare_json(parser)


def _verify(options: argparse.Namespace) -> int:
    from desktop.trail.trail_file import TrailPlace
    from desktop.trail.verifying import verify

    place = TrailPlace.here()
    found = verify(place, options.noted or "")
    if options.json:
        document = {
            "trail": str(place.file),
            "sound": found.sound,
            "faults": list(map(str, found.faults)),
            "remarks": list(map(str, found.remarks)),
            "entries": found.entries,
            "digest": found.digest or None,
        }
        print(to_json(document, ascii_only=True))
    else:
        for line in (*found.faults, *found.remarks):
            print(shown(line))
        print(tr("{trail}: {count} entries", trail=place.file, count=found.entries))
        print(tr("Last digest, to be written down elsewhere: {digest}", digest=found.digest or "-"))
    if not found.sound:
        raise TrailUnsound(
            message(
                "The trail {path} does not hold ({count}): {first}",
                path=place.file,
                count=counted("{number} fault", "{number} faults", len(found.faults)),
                first=found.faults[0],
            )
        )
    return 0


def _declare_list(parser: argparse.ArgumentParser) -> None:
    _declare_series(parser)
    declare_json(parser)


def _list(options: argparse.Namespace) -> int:
    from desktop.trail.exporting import entries
    from desktop.trail.trail_file import TrailPlace

    found = entries(TrailPlace.here(), options.series)
    if options.json:
        print(to_json({"entries": [entry.document() for entry in found]}, ascii_only=True))
        return 0
    for entry in found:
        event = entry.event
        print(entry.number, event.at, event.reader or "-", event.what, event.subject[:8], event.data, sep="\t")
    return 0


def _declare_export(parser: argparse.ArgumentParser) -> None:
    _declare_series(parser)
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        required=True,
        help=tr("the file to write: NAME.csv, a table, or NAME.jsonl, one JSON object a line"),
    )


def _export(options: argparse.Namespace) -> int:
    from desktop.trail.exporting import entries, export
    from desktop.trail.trail_file import TrailPlace

    found = entries(TrailPlace.here(), options.series)
    export(found, options.out)
    print(tr("{count} entries are in {file}.", count=len(found), file=options.out))
    return 0


def _declare_series(parser: argparse.ArgumentParser) -> None:
    explain = tr("only entries of this series: its SeriesInstanceUID")
    parser.add_argument("--series", metavar="UID", default="", help=explain)


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise argparse.ArgumentTypeError(tr("{text!r}: 64 digits from 0 to f are expected", text=text))
    return text


_ACTIONS: dict[str, Action] = {
    "verify": Action(
        message("Look whether anything in the trail was changed, taken out or cut off."), _verify, _declare_verify
    ),
    "list": Action(message("List what was recorded; times are UTC."), _list, _declare_list),
    "export": Action(message("Write the trail for others."), _export, _declare_export),
}
